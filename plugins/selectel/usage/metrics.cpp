// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "selectel/usage/metrics.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <utility>

#include "selectel/usage/measurements.hpp"
#include "selectel/usage/metric_parts.hpp"
#include "support/pages.hpp"

namespace iz::selectel {
namespace {

using infrazen::Error;
using support::JsonValue;

constexpr std::string_view kCompute[] = {"compute"};
constexpr std::string_view kMetric[] = {"metric"};
constexpr std::string_view kDatabases[] = {"managed-database"};
constexpr std::string_view kBalancers[] = {"load-balancer"};

// What is asked for first lists things; each thing is then asked for its points, beside everything else.
class Metrics {
 public:
  Metrics(infrazen::Sync& sync, Cloud& cloud)
      : sync_(sync), cloud_(cloud), settings_(cloud.settings()), requests_(sync.http()), parts_(sync, settings_) {}

  void run() {
    for (const auto& [project, token] : cloud_.projects()) {
      if (const auto& refusal = cloud_.tokens().refusal(token)) {
        parts_.refused(project.id, project.name, *refusal);
      } else {
        add_project(token);
      }
    }
    while (const auto page = requests_.next()) take(*page);
    sync_.mark(parts_.cursor());
    parts_.raise();
  }

 private:
  using Part = MetricParts::At;
  using Read = std::function<void(Part& part, const JsonValue& row)>;
  struct Asked {
    Part* part;
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
           [this](Part& of, const JsonValue& row) { ask_server(of, row); });
    }
    for (const auto& endpoint : catalogue.find(kDatabases)) {
      if (!settings_.vendor) break;
      auto* part = add_part(token, endpoint, "datastores", "/v1");
      if (part == nullptr) continue;
      list(*part, part->second.endpoint + "/datastores", "datastores",
           [this](Part& of, const JsonValue& row) { ask_datastore(of, row); });
    }
    for (const auto& endpoint : catalogue.find(kBalancers)) {
      auto* part = add_part(token, endpoint, "load_balancers", "/v2.0");
      if (part == nullptr) continue;
      list(*part, part->second.endpoint + "/lbaas/loadbalancers", "loadbalancers",
           [this](Part& of, const JsonValue& row) { ask_balancer(of, row); });
    }
  }

  Part* add_part(std::size_t token, const openstack::Endpoint& endpoint, std::string_view what,
                 std::string_view version) {
    const bool wanted =
        settings_.regions.empty() || std::ranges::find(settings_.regions, endpoint.region) != settings_.regions.end();
    if (!wanted) return nullptr;
    const std::string name = cloud_.tokens().project_id(token) + '/' + endpoint.region + '/' + std::string(what);
    return &parts_.add(name, token, openstack::versioned(endpoint.url, version));
  }

  void list(Part& part, const std::string& url, const std::string& collection, Read read) {
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
  void ask(Part& part, infrazen::Request request, Read read) {
    support::Listing listing;
    listing.name = part.first + ": points";
    listing.request = std::move(request);
    listing.id = "";
    add(part, std::move(listing), std::move(read), true);
  }

  void add(Part& part, support::Listing listing, Read read, bool points = false) {
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
      parts_.fail(*asked.part, error);
    }
    if (page.error() && page.error()->http_status() != 404) parts_.fail(*asked.part, *page.error());
    if (page.error() && page.error()->http_status() == 404) not_there(asked, page);
    if (page.last()) asked.read = nullptr;
  }

  // A 404 that the service itself explains says that the thing has no points. Any other says that nobody answers there.
  void not_there(const Asked& asked, const support::Page& page) {
    const JsonValue said = page.refusal();
    const bool explained = said["description"]["cause"].exists() || said["error"]["code"].exists();
    if (!asked.points || !explained) parts_.missing(*asked.part, *page.error());
  }

  void ask_server(Part& part, const JsonValue& row) {
    if (!part.second.has_new()) return;
    const std::string server(row["id"].text());
    for (const ServerMetric& metric : server_metrics(row, settings_)) {
      ask(part, server_request(part.second, server, metric, settings_),
          [=, this](Part& of, const JsonValue& answer) { take_server(answer, server, metric, of.second, push_); });
    }
  }

  void ask_datastore(Part& part, const JsonValue& row) {
    if (!part.second.has_new()) return;
    const std::string id(row["id"].text());
    ask(part, datastore_request(part.second, id),
        [=, this](Part& of, const JsonValue& answer) { take_datastore(answer, id, of.second, push_); });
  }

  void ask_balancer(Part& part, const JsonValue& row) {
    const std::string id(row["id"].text());
    ask(part, balancer_request(part.second, id),
        [=, this](Part&, const JsonValue& answer) { take_balancer(answer, id, sync_.clock().now(), push_); });
  }

  infrazen::Sync& sync_;
  Cloud& cloud_;
  const Settings& settings_;
  support::PagedListings requests_;
  MetricParts parts_;
  std::deque<Asked> asked_;
  const TakePoints push_ = [this](const infrazen::Series& series, const std::vector<infrazen::Point>& points) {
    if (!points.empty()) sync_.push(series, points);
  };
};

}  // namespace

void sync_metrics(infrazen::Sync& sync, Cloud& cloud) {
  Metrics(sync, cloud).run();
}

}  // namespace iz::selectel
