// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/events/logs_sync.hpp"

#include <string>
#include <utility>

#include "beget/api/values.hpp"
#include "beget/cloud/cloud_lists.hpp"
#include "beget/cursor_text.hpp"
#include "beget/words.hpp"
#include "support/known_before.hpp"
#include <infrazen/failures.hpp>

namespace iz::beget {
namespace {

using infrazen::Error;
using infrazen::LogEntry;
using infrazen::Micros;
using support::JsonValue;

// Events are listed whole, and one that is under way gets its end later. What was stored before is stored once, by its
// id; the cursor only keeps runs from sending everything again.
constexpr std::chrono::hours kOverlap{24};

Micros begin_of(const infrazen::Sync& sync) {
  if (const auto window = sync.window()) return window->since;
  return support::known_or_anew(sync, [](std::string_view cursor) {
    if (cursor.empty()) return Micros::min();
    const auto at = infrazen::parse_instant(cursor);
    if (!at) damaged_cursor();
    return *at - kOverlap;
  });
}

class Events {
 public:
  Events(infrazen::Sync& sync, const Settings& settings) : sync_(sync), settings_(settings), begin_(begin_of(sync)) {}

  std::size_t read_cloud(CloudApi& api, infrazen::Failures& failures) {
    auto lists = api.read({list_vps(api), api.listing("/v1/vps/snapshot/restore", "restore"),
                           api.listing("/v1/vps/backup/orders", "order", api.pages())});
    constexpr const char* kNames[] = {"list of servers", "restored snapshots", "orders of backups"};
    for (std::size_t i = 0; i < lists.size(); ++i) {
      if (lists[i].error) failures.add(kNames[i], *lists[i].error);
    }
    for (const JsonValue row : lists[1].rows) order("snapshot-restore", "Restore of a snapshot", row);
    for (const JsonValue row : lists[2].rows) {
      order("backup-order", row["type"].text() == "RESTORE" ? "Restore of a backup" : "Download of a backup", row);
    }

    std::vector<support::Listing> histories;
    for (const JsonValue server : lists[0].rows) {
      support::Listing history = api.listing("/v1/vps/" + std::string(server["id"].text()) + "/history", "history");
      history.id = "";
      histories.push_back(std::move(history));
    }
    const auto answers = api.read(std::move(histories));
    for (std::size_t i = 0; i < answers.size(); ++i) {
      const JsonValue server = lists[0].rows[i];
      if (answers[i].error) {
        // The server went meanwhile, or its history is not there just now; the former is not listed the next time.
        const std::string what = "history of " + std::string(server["id"].text());
        if (answers[i].error->http_status() == 404) {
          lacks_a_history_ = true;
          sync_.log().warning(
              what + " is not found: until it is, or the server is gone, events are read from where they were");
        } else {
          failures.add(what, *answers[i].error);
        }
        continue;
      }
      for (const JsonValue row : answers[i].rows) history(server, row);
    }
    return lists.size() + answers.size();
  }

  std::size_t read_hosting(HostingApi& api, infrazen::Failures& failures) {
    const Outcome answer = api.call("backup", "getLog");
    try {
      for (const JsonValue row : HostingApi::rows(answer)) backup(row);
    } catch (const Error& error) {
      failures.add("backup/getLog", error);
    }
    return 1;
  }
  // Of a server that was listed.
  [[nodiscard]] bool lacks_a_history() const { return lacks_a_history_; }

 private:
  void push(LogEntry& entry, JsonValue date) {
    const auto at = parse_time(date.text(), settings_.utc_offset);
    if (!at || *at < begin_) return;
    if (sync_.window() && *at >= sync_.window()->until) return;
    entry.timestamp = *at;
    entry.log_type = "audit";
    sync_.push(entry);
  }

  void history(JsonValue server, JsonValue row) {
    const std::string id(server["id"].text());
    const std::string type(row["type"].text());
    const bool failed = row["has_error"].boolean().value_or(false);
    LogEntry entry{.resource_type = kVps,
                   .external_id = id,
                   .level = failed ? "error" : "info",
                   .message = "Server " + std::string(server["display_name"].text()) + ": " + type +
                              (failed ? ", with an error" : ""),
                   .source = "vps/history",
                   .event_id = "vps/" + id + '/' + std::string(row["date"].text()) + '/' + type};
    push(entry, row["date"]);
  }

  // What is under way has its begin, what has ended its end: two events.
  void order(const std::string& kind, const std::string& what, JsonValue row) {
    const std::string status(row["status"].text());
    const bool ended = parse_time(row["date_complete"].text(), settings_.utc_offset).has_value();
    LogEntry entry{.level = status == "ERROR"                 ? "error"
                            : status == "COMPLETED_PARTIALLY" ? "warning"
                                                              : "info",
                   .message = what + " to server " + std::string(row["vps_name"].text()) + ": " + status,
                   .source = "vps/" + kind,
                   .event_id = kind + '/' + std::string(row["id"].text()) + '/' + status};
    if (const std::string_view id = row["vps_id"].text(); !id.empty()) {
      entry.resource_type = kVps;
      entry.external_id = id;
    }
    push(entry, row[ended ? "date_complete" : "date_create"]);
  }

  void backup(JsonValue row) {
    const std::string status(row["status"].text());
    const std::string id(row["id"].text());
    LogEntry entry{.level = status == "error" ? "error" : "info",
                   .message = "Backup of the hosting: " + std::string(row["operation"].text()) + " of " +
                              std::string(row["type"].text()) + ", " + status,
                   .source = "backup/getLog",
                   .event_id = "backup/" + id + '/' + status};
    push(entry, row["date_create"]);
  }

  infrazen::Sync& sync_;
  const Settings& settings_;
  Micros begin_;
  bool lacks_a_history_ = false;
};

}  // namespace

void sync_logs(infrazen::Sync& sync, const Settings& settings, CloudApi* cloud, HostingApi* hosting) {
  const Micros started = sync.clock().now();
  infrazen::Failures failures("lists of events");
  Events events(sync, settings);
  std::size_t parts = 0;
  if (cloud != nullptr) parts += events.read_cloud(*cloud, failures);
  if (hosting != nullptr) parts += events.read_hosting(*hosting, failures);
  // A list that could not be read is read again from where it was.
  const bool keep = failures.count() > 0 || events.lacks_a_history() || sync.window();
  sync.mark(keep ? std::string(sync.cursor()) : infrazen::to_text(started));
  failures.raise(parts);
}

}  // namespace iz::beget
