// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/usage/metrics.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>

#include "support/measured.hpp"
#include "support/openstack/usage/points.hpp"
#include "support/openstack/usage/usage_cursor.hpp"
#include "support/pages.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/json.hpp>

namespace iz::selectel {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Micros;
using infrazen::Point;
using openstack::Stretch;
using support::JsonValue;

constexpr std::chrono::days kKept{30};  // what Gnocchi still has of its fine points
constexpr std::string_view kCompute[] = {"compute"};
constexpr std::string_view kMetric[] = {"metric"};
constexpr std::string_view kDatabases[] = {"managed-database"};
constexpr std::string_view kBalancers[] = {"load-balancer"};

struct DatabaseMetric {
  std::string_view member, name, unit;
};
constexpr DatabaseMetric kDatabaseMetrics[] = {{"cpu", "cpu_utilization", "percent"},
                                               {"memory_percent", "memory_utilization", "percent"},
                                               {"memory_bytes", "memory_usage", "bytes"},
                                               {"disk_percent", "disk_utilization", "percent"},
                                               {"disk_bytes", "disk_usage", "bytes"}};
constexpr DatabaseMetric kBalancerMetrics[] = {{"active_connections", "active_connections", "count"},
                                               {"total_connections", "connections_total", "count"},
                                               {"request_errors", "request_errors_total", "count"},
                                               {"bytes_in", "bytes_in_total", "bytes"},
                                               {"bytes_out", "bytes_out_total", "bytes"}};

std::string seconds_of(Micros at) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}

// What is asked for first lists things; each thing is then asked for its points, beside everything else.
class Metrics {
 public:
  Metrics(infrazen::Sync& sync, Cloud& cloud)
      : sync_(sync), cloud_(cloud), settings_(cloud.settings()), requests_(sync.http()) {
    const Micros now = sync.clock().now();
    const auto step = std::chrono::duration_cast<std::chrono::microseconds>(settings_.granularity);
    const auto settled = (now - settings_.metrics_lag).time_since_epoch();
    after_.at = Micros(settled - settled % step);
    if (!sync.full()) before_ = openstack::UsageCursor::parse(sync.cursor());
    if (before_.at == Micros()) before_.at = now - settings_.metrics_since;
    oldest_ = now - kKept;
  }

  void run() {
    for (const auto& [project, token] : cloud_.projects()) {
      if (const auto& refusal = cloud_.tokens().refusal(token)) {
        ++refused_;
        failures_.add("project " + project.name, *refusal);
        after_.all_behind(project.id, before_);
      } else {
        add_project(token);
      }
    }
    while (const auto page = requests_.next()) take(*page);
    for (const auto& [name, part] : parts_) {
      if (part.failed || part.missing) after_.behind(name, part.stretch.since);
    }
    sync_.mark(after_.text());
    failures_.raise(parts_.size() + refused_);
  }

 private:
  struct Part {
    std::size_t token = 0;
    std::string endpoint;  // that has the points
    Stretch stretch = {};
    bool failed = false;
    bool missing = false;  // its service answered 404: when it is there again, it is read from where it was
  };
  using PartAt = std::map<std::string, Part>::value_type;
  using Read = std::function<void(const PartAt& part, const JsonValue& row)>;
  struct Asked {
    PartAt* part;
    Read read;
    bool points = false;  // of one thing, and no listing
  };

  void add_project(std::size_t token) {
    const openstack::Catalogue& catalogue = cloud_.tokens().catalogue(token);
    const auto compute = catalogue.find(kCompute);
    for (const auto& metric : catalogue.find(kMetric)) {
      const auto nova = std::ranges::find(compute, metric.region, &openstack::Endpoint::region);
      if (nova == compute.end()) continue;
      auto* part = add_part(token, metric, "servers", "/v1");
      if (part == nullptr) continue;
      list(*part, openstack::versioned(nova->url, "/v2.1") + "/servers/detail", "servers",
           [this](const PartAt& of, const JsonValue& row) { ask_server(of, row); });
    }
    for (const auto& endpoint : catalogue.find(kDatabases)) {
      if (!settings_.vendor) break;
      auto* part = add_part(token, endpoint, "datastores", "/v1");
      if (part == nullptr) continue;
      list(*part, part->second.endpoint + "/datastores", "datastores",
           [this](const PartAt& of, const JsonValue& row) { ask_datastore(of, row); });
    }
    for (const auto& endpoint : catalogue.find(kBalancers)) {
      auto* part = add_part(token, endpoint, "load_balancers", "/v2.0");
      if (part == nullptr) continue;
      list(*part, part->second.endpoint + "/lbaas/loadbalancers", "loadbalancers",
           [this](const PartAt& of, const JsonValue& row) { ask_balancer(of, row); });
    }
  }

  PartAt* add_part(std::size_t token, const openstack::Endpoint& endpoint, std::string_view what,
                   std::string_view version) {
    const bool wanted =
        settings_.regions.empty() || std::ranges::find(settings_.regions, endpoint.region) != settings_.regions.end();
    if (!wanted) return nullptr;
    const std::string name = cloud_.tokens().project_id(token) + '/' + endpoint.region + '/' + std::string(what);
    const Stretch stretch{std::max(before_.since(name), oldest_), after_.at};
    return &*parts_.insert_or_assign(name, Part{token, openstack::versioned(endpoint.url, version), stretch}).first;
  }

  void list(PartAt& part, const std::string& url, const std::string& collection, Read read) {
    support::Listing listing;
    listing.name = part.first;
    // Databases come all at once.
    const bool pages = collection != "datastores";
    listing.request = {.url = url + (pages ? "?limit=" + std::to_string(settings_.page_size) : "")};
    // Flavors are embedded from 2.47 on; without them the share of a processor cannot be told, and nothing else.
    if (collection == "servers" && settings_.cpu_metric == "cpu") {
      listing.request.headers = {{"openstack-api-version", "compute 2.47"}, {"x-openstack-nova-api-version", "2.47"}};
    }
    listing.rows = collection;
    listing.paging = pages ? support::Paging::link(collection + "_links") : support::Paging::none();
    add(part, std::move(listing), std::move(read));
  }

  // One request whose whole answer is the row.
  void ask(PartAt& part, infrazen::Request request, Read read) {
    support::Listing listing;
    listing.name = part.first + ": points";
    listing.request = std::move(request);
    listing.id = "";
    add(part, std::move(listing), std::move(read), true);
  }

  void add(PartAt& part, support::Listing listing, Read read, bool points = false) {
    listing.session = &cloud_.tokens().session(part.second.token);
    listing.tag = asked_.size();
    asked_.push_back({&part, std::move(read), points});
    requests_.add(std::move(listing));
  }

  void take(const support::Page& page) {
    Asked& asked = asked_[page.tag()];
    try {
      for (const JsonValue& row : page.rows()) asked.read(*asked.part, row);
    } catch (const Error& error) {
      fail(*asked.part, error);
    }
    if (page.error() && page.error()->http_status() != 404) fail(*asked.part, *page.error());
    if (page.error() && page.error()->http_status() == 404) not_there(asked, page);
    if (page.last()) asked.read = nullptr;
  }

  // A 404 that the service itself explains says that the thing has no points. Any other says that nobody answers there.
  void not_there(const Asked& asked, const support::Page& page) {
    const JsonValue said = page.refusal();
    const bool explained = said["description"]["cause"].exists() || said["error"]["code"].exists();
    Part& part = asked.part->second;
    if ((asked.points && explained) || part.missing) return;
    part.missing = true;
    sync_.log().info(asked.part->first + ": not there, passed over: " + page.error()->what());
  }

  void fail(PartAt& part, const Error& error) {
    if (error.error_class() == ErrorClass::cancelled) throw Error(error);
    if (!part.second.failed) failures_.add(part.first, error);
    part.second.failed = true;
  }

  void ask_server(const PartAt& part, const JsonValue& server) {
    const std::string id(server["id"].text());
    if (settings_.cpu_metric == "cpu_util") {
      ask_gnocchi(part, id, "(metric cpu_util mean)", "cpu_utilization", "percent", 1);
    } else if (const auto cores = server["flavor"]["vcpus"].integer(); cores.value_or(0) > 0) {
      // Nanoseconds of all cores in one step.
      const double full = static_cast<double>(settings_.granularity.count()) * 1e9 * static_cast<double>(*cores);
      ask_gnocchi(part, id, "(metric cpu rate:mean)", "cpu_utilization", "percent", 100 / full);
    }
    ask_gnocchi(part, id, "(metric memory.usage mean)", "memory_usage", "bytes", 1024.0 * 1024.0);
  }

  void ask_gnocchi(const PartAt& at, const std::string& server, const std::string& operation, std::string_view name,
                   std::string_view unit, double factor) {
    auto& part = *parts_.find(at.first);
    const Stretch& stretch = part.second.stretch;
    if (stretch.since >= stretch.until) return;
    infrazen::Request request{
        .url = part.second.endpoint +
               "/aggregates?details=false&granularity=" + std::to_string(settings_.granularity.count()) +
               "&start=" + infrazen::to_text(stretch.since) + "&stop=" + infrazen::to_text(stretch.until),
        .method = "POST",
        .headers = {{"content-type", "application/json"}},
        .body = infrazen::JsonObject()
                    .text("operations", operation)
                    .text("search", "id=" + server)
                    .text("resource_type", "generic")
                    .str()};
    ask(part, std::move(request), [=, this](const PartAt& of, const JsonValue& answer) {
      push({.resource_type = openstack::types::kServer, .external_id = server, .name = name, .unit = unit},
           openstack::gnocchi_points(answer, of.second.stretch, factor));
    });
  }

  void ask_datastore(const PartAt& at, const JsonValue& datastore) {
    auto& part = *parts_.find(at.first);
    const Stretch& stretch = part.second.stretch;
    if (stretch.since >= stretch.until) return;
    const std::string id(datastore["id"].text());
    ask(part,
        {.url = part.second.endpoint + "/datastores/" + id + "/metrics?start=" + seconds_of(stretch.since) +
                "&end=" + seconds_of(stretch.until)},
        [=, this](const PartAt& of, const JsonValue& answer) { read_datastore(of, id, answer["metrics"]); });
  }

  void read_datastore(const PartAt& part, const std::string& id, const JsonValue& metrics) {
    for (const DatabaseMetric& metric : kDatabaseMetrics) {
      for (const JsonValue node : metrics[metric.member]) {
        std::vector<Point> points;
        auto value = node["values"].begin();
        const auto end = node["values"].end();
        for (const JsonValue second : node["timestamps"]) {
          if (value == end) break;
          const auto number = support::measured(*value++);
          const auto since_epoch = second.integer();
          if (!number || !since_epoch) continue;
          const Micros at{std::chrono::seconds(*since_epoch)};
          if (at >= part.second.stretch.since && at < part.second.stretch.until) points.push_back({at, *number});
        }
        push({.resource_type = "dbaas.datastore",
              .external_id = id,
              .name = metric.name,
              .unit = metric.unit,
              .provider_metric_id = node["ip"].text()},
             support::in_order(std::move(points)));
      }
    }
  }

  // Counters as they stand now: there is no history of them.
  void ask_balancer(const PartAt& at, const JsonValue& balancer) {
    auto& part = *parts_.find(at.first);
    const std::string id(balancer["id"].text());
    ask(part, {.url = part.second.endpoint + "/lbaas/loadbalancers/" + id + "/stats"},
        [=, this](const PartAt&, const JsonValue& answer) {
          for (const DatabaseMetric& metric : kBalancerMetrics) {
            const auto number = support::measured(answer["stats"][metric.member]);
            if (!number) continue;
            push({.resource_type = openstack::types::kLoadBalancer,
                  .external_id = id,
                  .name = metric.name,
                  .unit = metric.unit},
                 {{sync_.clock().now(), *number}});
          }
        });
  }

  void push(const infrazen::Series& series, const std::vector<Point>& points) {
    if (!points.empty()) sync_.push(series, points);
  }

  infrazen::Sync& sync_;
  Cloud& cloud_;
  const Settings& settings_;
  support::PagedListings requests_;
  openstack::UsageCursor before_;
  openstack::UsageCursor after_;
  Micros oldest_{};
  infrazen::Failures failures_{"parts of the metrics"};
  std::size_t refused_ = 0;
  std::map<std::string, Part> parts_;
  std::deque<Asked> asked_;
};

}  // namespace

void sync_metrics(infrazen::Sync& sync, Cloud& cloud) {
  Metrics(sync, cloud).run();
}

}  // namespace iz::selectel
