// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/usage/metrics_sync.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "beget/cloud/cloud_lists.hpp"
#include "beget/usage/hosting_load.hpp"
#include "beget/usage/metrics_cursor.hpp"
#include "beget/usage/series.hpp"
#include "beget/words.hpp"
#include "support/known_before.hpp"
#include <infrazen/failures.hpp>

namespace iz::beget {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Micros;
using support::JsonValue;

// The API gives windows that end now and no others: the smallest one that reaches back far enough. A window is used up
// to nine tenths, so that nothing falls out of it between two runs.
std::string_view period_since(Micros now, Micros since) {
  const auto gap = now - since;
  if (gap <= std::chrono::minutes(54)) return "HOUR";
  if (gap <= std::chrono::minutes(24 * 54)) return "DAY";
  if (gap <= std::chrono::minutes(7 * 24 * 54)) return "WEEK";
  return "MONTH";
}

constexpr std::chrono::hours kFirstLook{21};  // of a series that was never read: one window of a day

// A machine, a database, a bucket: what it is asked for and how.
struct Measured {
  std::string kind;  // of series_of()
  std::string_view type;
  std::string id;
  std::string path;  // up to the statistic's name …
  std::string tail;  // … and after it
  [[nodiscard]] std::string thing() const { return kind + '/' + id; }
};

struct Question {
  std::size_t measured;
  std::string statistic;
  Micros after;
};

class Metrics {
 public:
  Metrics(infrazen::Sync& sync, const Settings& settings)
      : sync_(sync),
        settings_(settings),
        cursor_(support::known_or_anew(sync, [](std::string_view cursor) { return MetricsCursor(cursor); })),
        now_(sync.clock().now()) {}

  void run(CloudApi* cloud, HostingApi* hosting) {
    infrazen::Failures failures("parts of the statistics");
    std::size_t parts = 0;
    if (cloud != nullptr) parts += read_cloud(*cloud, failures);
    if (hosting != nullptr) {
      const auto window = sync_.window();
      parts += read_hosting_load(sync_, settings_, *hosting, cursor_, things_,
                                 window ? std::optional(window->since) : std::nullopt, until(), failures);
    }
    if (parts == 0) return;
    // What could not be listed is not known to be gone.
    if (failures.count() == 0) cursor_.keep_only(things_);
    sync_.mark(sync_.window() ? std::string(sync_.cursor()) : cursor_.text());
    failures.raise(parts);
  }

 private:
  [[nodiscard]] Micros until() const { return sync_.window() ? sync_.window()->until : Micros::max(); }

  std::size_t read_cloud(CloudApi& api, infrazen::Failures& failures) {
    auto lists = api.read({list_vps(api), list_services(api)});
    add_servers(lists[0], failures);
    add_services(lists[1], failures);
    std::vector<Question> questions;
    std::vector<support::Listing> listings;
    for (std::size_t i = 0; i < measured_.size(); ++i) ask(api, i, questions, listings);
    auto answers = api.read(std::move(listings));
    for (std::size_t q = 0; q < questions.size(); ++q) {
      const Measured& measured = measured_[questions[q].measured];
      const auto& error = answers[q].error;
      if (!error) {
        take(questions[q], answers[q].pages.back().root());
      } else if (error->http_status() != 404) {  // 404: deleted since it was listed
        failures.add(questions[q].statistic + " of " + measured.thing(), *error);
      }
    }
    return 2 + questions.size();
  }

  void add_servers(const CloudListing& list, infrazen::Failures& failures) {
    if (list.error) return failures.add("list of servers", *list.error);
    for (const JsonValue row : list.rows) {
      Measured measured{"vps", kVps, std::string(row["id"].text()), "/v1/vps/statistic/", {}};
      things_.insert(measured.thing());
      // Nothing is measured of a machine that does not run: to ask is an error.
      if (row["status"].text() != "RUNNING") continue;
      measured.tail = '/' + measured.id;
      measured_.push_back(std::move(measured));
    }
  }

  void add_services(const CloudListing& list, infrazen::Failures& failures) {
    if (list.error) return failures.add("list of services", *list.error);
    for (const JsonValue row : list.rows) {
      const std::string_view type = service_type(row);
      if (type.empty()) continue;
      Measured measured{std::string(type == kBucket ? "s3" : type), type, std::string(row["id"].text()), {}, {}};
      measured.path = "/v1/cloud/" + measured.kind + '/' + measured.id + "/statistic/";
      things_.insert(measured.thing());
      if (row["status"].text() == "RUNNING") measured_.push_back(std::move(measured));
    }
  }

  void ask(CloudApi& api, std::size_t index, std::vector<Question>& questions,
           std::vector<support::Listing>& listings) {
    const Measured& measured = measured_[index];
    const auto fixed = usage_statistics(measured.kind);
    std::vector<std::string> statistics(fixed.begin(), fixed.end());
    if (fixed.empty()) statistics = settings_.statistics;
    for (const std::string& statistic : statistics) {
      if (series_of(measured.kind, statistic).empty()) continue;
      Micros after = cursor_.find(measured.thing(), statistic).value_or(now_ - kFirstLook);
      if (const auto window = sync_.window()) after = window->since - std::chrono::microseconds(1);
      questions.push_back({index, statistic, after});
      listings.push_back(api.listing(
          measured.path + statistic + measured.tail + "?period=" + std::string(period_since(now_, after)), ""));
    }
  }

  void take(const Question& question, JsonValue root) {
    const Measured& measured = measured_[question.measured];
    Micros last = question.after;
    for (const SeriesRule& rule : series_of(measured.kind, question.statistic)) {
      const auto points = points_of(root, rule, settings_, question.after, until());
      if (!points || points->empty()) continue;
      sync_.push({.resource_type = measured.type,
                  .external_id = measured.id,
                  .name = rule.metric,
                  .unit = unit_of(rule, settings_),
                  .provider_metric_id = question.statistic},
                 *points);
      last = std::max(last, points->back().at);
    }
    if (last > question.after) cursor_.set(measured.thing(), question.statistic, last);
  }

  infrazen::Sync& sync_;
  const Settings& settings_;
  MetricsCursor cursor_;
  Micros now_;
  std::vector<Measured> measured_;
  std::set<std::string> things_;
};

}  // namespace

void sync_metrics(infrazen::Sync& sync, const Settings& settings, CloudApi* cloud, HostingApi* hosting) {
  if (sync.targeted())
    throw Error(ErrorClass::permanent, "statistics have no targets: sync the stream 'metrics' as a whole");
  Metrics(sync, settings).run(cloud, hosting);
}

}  // namespace iz::beget
