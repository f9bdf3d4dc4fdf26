// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <map>
#include <set>

#include "yandex/audit/trail_files.hpp"
#include "yandex/client/client.hpp"
#include "yandex/client/object_storage.hpp"
#include "yandex/streams.hpp"

// Audit events out of the bucket that a trail writes: <prefix>/<trail>/<year>/<month>/[<day>/]<name>.json, every few
// minutes. The names are not in the order of time, the times of the objects are: what was written after the newest
// object seen is new. Some minutes are read twice, for clocks and writers are not exact; an event with an id that is
// known counts once.
namespace iz::yandex {
namespace {

using namespace std::chrono_literals;
using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Micros;
using support::S3Object;

constexpr std::chrono::minutes kOverlap{15};
constexpr std::size_t kEventsPerMark = 20'000;

Micros beginning(const infrazen::Sync& sync, const Settings& settings, Micros now) {
  std::string_view cursor = sync.cursor();
  if (!sync.full() && cursor.starts_with("at=")) {
    if (const auto at = infrazen::parse_instant(cursor.substr(3))) return *at - kOverlap;
  }
  return now - settings.audit_history;
}

std::string month_folder(std::chrono::year_month month) {
  char text[infrazen::kDateChars];
  infrazen::write_date(text, month / 1);
  return std::string(text, 4) + '/' + std::string(text + 5, 2) + '/';
}

// Below the prefix: a folder for each trail.
std::vector<std::string> trail_folders(support::S3Bucket& bucket, const Settings& settings) {
  std::string prefix = settings.audit_prefix;
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  std::vector<std::string> folders;
  bucket.list({.prefix = prefix, .delimiter = "/"}, [&](const S3Object& object) {
    if (object.folder) folders.push_back(object.key);
  });
  return folders;
}

// New files, the oldest first: a mark says that everything before it was read.
std::vector<S3Object> new_files(support::S3Bucket& bucket, const Settings& settings, Micros since, Micros now) {
  std::vector<S3Object> files;
  const auto month_of = [](Micros at) {
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(at));
    return day.year() / day.month();
  };
  for (const std::string& trail : trail_folders(bucket, settings)) {
    for (auto month = month_of(since); month <= month_of(now); month += std::chrono::months(1)) {
      bucket.list({.prefix = trail + month_folder(month)}, [&](const S3Object& object) {
        if (!object.folder && object.key.ends_with(".json") && object.modified.value_or(now) >= since)
          files.push_back(object);
      });
    }
  }
  std::ranges::stable_sort(files, {}, [&](const S3Object& object) { return object.modified.value_or(now); });
  return files;
}

// Skipped, for it is the same at the next run: the events behind it would wait for ever. Not in silence.
void report_skipped(infrazen::Sync& sync, const S3Object& file, const std::string& why) {
  const std::string message = why +
                              ". The file is skipped and its events are not in the log: look at it in the bucket, and "
                              "write it anew when it is the trail's, then it is read";
  sync.log().warning(message);
  sync.report(
      {.severity = infrazen::Severity::rejected, .rule = "broken_trail_file", .message = message, .origin = file.key});
}

}  // namespace

void sync_logs(infrazen::Sync& sync, const Client& client) {
  const Settings& settings = client.settings();
  if (settings.audit_bucket.empty()) {
    throw Error(ErrorClass::config,
                "setting 'audit_bucket' is empty: name the bucket that the trail writes to, or set `logs: false` under "
                "`streams` of the connection");
  }
  const Micros now = sync.clock().now();
  const Micros since = beginning(sync, settings, now);
  support::S3Bucket bucket = object_storage(sync, client, settings.audit_bucket);
  Micros reached = since + kOverlap;
  std::size_t events = 0;
  std::set<std::string, std::less<>> seen;  // the same event in two files of this run
  const auto take = [&](const AuditEvent& event) {
    if (!seen.emplace(event.id).second) return;
    sync.push(log_entry(event));
    ++events;
  };
  for (const S3Object& file : new_files(bucket, settings, since, now)) {
    if (file.bytes > kMostTrailBytes) {
      report_skipped(sync, file,
                     file.key + " has " + std::to_string(file.bytes) +
                         " bytes, more than 64 MiB: no trail writes that, is setting 'audit_prefix' the trail's?");
    } else {
      const auto read = read_trail_file(*bucket.get(file), file.key, file.bytes);
      if (const auto* why = std::get_if<std::string>(&read)) {
        report_skipped(sync, file, *why);
      } else {
        each_event_of(std::get<support::JsonDocument>(read).root(), take);
      }
    }
    reached = std::max(reached, file.modified.value_or(now));
    if (events < kEventsPerMark) continue;
    sync.mark("at=" + infrazen::to_text(reached));
    events = 0;
    seen.clear();
  }
  sync.mark("at=" + infrazen::to_text(reached));
}

void check_logs(infrazen::Check& check, const Client& client) {
  const std::string& name = client.settings().audit_bucket;
  if (name.empty()) return check.skipped("audit events", "setting 'audit_bucket' is empty");
  check.attempt("audit events in bucket " + name, [&] {
    support::S3Bucket bucket = object_storage(check, client, name);
    if (trail_folders(bucket, client.settings()).empty()) {
      throw Error(ErrorClass::config, "there is no trail's folder below '" + client.settings().audit_prefix +
                                          "': is 'audit_prefix' the object prefix of the trail?");
    }
  });
}

}  // namespace iz::yandex
