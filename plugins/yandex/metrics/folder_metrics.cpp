// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/metrics/folder_metrics.hpp"

#include <algorithm>

#include "support/measured.hpp"
#include "yandex/inventory/advice.hpp"
#include "yandex/inventory/folder_listings.hpp"
#include <infrazen/json.hpp>

namespace iz::yandex {

using infrazen::Error;
using infrazen::Micros;
using support::JsonValue;

FolderMetrics::FolderMetrics(infrazen::Sync& sync, const Client& client, const Folder& folder)
    : sync_(sync), client_(client), folder_(folder), reads_(sync.http()) {}

void FolderMetrics::read(Micros since, Micros until, const std::set<std::string_view>& types) {
  since_ = since;
  until_ = until;
  for (const MetricKind& kind : metric_kinds()) {
    if (!types.contains(kind.resource_type)) continue;
    const auto& owners = ids_[std::string(kind.owner)];
    Read read{&kind, {}};
    for (const auto& [label, id] : owners) {
      read.owners.push_back(label);
      if (read.owners.size() == kind.at_once) ask(std::exchange(read, {&kind, {}}));
    }
    if (!read.owners.empty()) ask(std::move(read));
  }
  answered_ = 0;
  refused_.clear();
  while (const auto page = reads_.next()) {
    const Read read = asked_[page->tag()];
    if (!page->error()) {
      ++answered_;
      take(read, *page);
    } else if (page->error()->http_status() == 400) {
      narrow(read, *page);
    } else {
      throw advised(*page->error());
    }
  }
  report_refused();
  push_all();
}

// 400 says that more than 500 series would come: half of it at a time. Of a single owner it says that this one is at
// fault.
void FolderMetrics::narrow(const Read& read, const support::Page& page) {
  if (read.owners.size() < 2) {
    const Error& error = *page.error();
    const std::string_view said = page.refusal()["message"].text();
    refused_.push_back(
        {read.kind, read.owners.front(),
         Error(error.error_class(), std::string(error.what()) + (said.empty() ? "" : ": " + std::string(said)),
               error.retry_after(), error.http_status())});
    return;
  }
  const auto half = read.owners.begin() + static_cast<std::ptrdiff_t>(read.owners.size() / 2);
  ask({read.kind, {read.owners.begin(), half}});
  ask({read.kind, {half, read.owners.end()}});
}

void FolderMetrics::report_refused() {
  if (refused_.empty()) return;
  const auto named = [&](const Refused& one) {
    const std::string_view id = id_of(one.kind->owner, one.owner);
    return std::string(one.kind->owner) + ' ' + std::string(id) + (id == one.owner ? "" : " (" + one.owner + ')');
  };
  // With nothing else that was answered, the fault may as well be the query's.
  if (answered_ == 0) {
    const Refused& first = refused_.front();
    throw Error(first.error.error_class(), named(first) + ": " + first.error.what(), first.error.retry_after(),
                first.error.http_status());
  }
  for (const Refused& one : refused_) {
    const std::string message = "Monitoring refuses to be asked about " + named(one) + " alone: its points from " +
                                infrazen::to_text(since_) + " to " + infrazen::to_text(until_) +
                                " are left out, what else is in folder " + folder_.id +
                                " is read. Look there for a name with special characters and for more than 500 "
                                "series. " +
                                one.error.what();
    const std::string origin = std::string(one.kind->owner) + '/' + std::string(id_of(one.kind->owner, one.owner));
    const std::string metric = std::string(one.kind->service) + '/' + std::string(one.kind->name);
    sync_.log().warning(message);
    sync_.report({.severity = infrazen::Severity::rejected,
                  .rule = "metric_refused",
                  .message = message,
                  .scope = folder_.id,
                  .origin = origin,
                  .column = metric});
  }
}

Error FolderMetrics::advised(const Error& error) const {
  if (error.http_status() != 403) return error;
  return {error.error_class(),
          std::string(error.what()) + "; grant " + who(client_.settings()) + " the role monitoring.viewer on folder " +
              folder_.id + " or cloud " + folder_.cloud_id + ", or leave the folder out of setting 'folders'",
          error.retry_after(), error.http_status()};
}

void FolderMetrics::list_resources() {
  std::set<std::string_view> listed;
  for (const MetricKind& kind : metric_kinds()) {
    if (!wanted(kind)) continue;
    for (const std::string_view type : listings_for(kind)) listed.insert(type);
  }
  for (const std::string_view type : listed) list_type(type);
}

bool FolderMetrics::wanted(const MetricKind& kind) const {
  const Settings& settings = client_.settings();
  return std::ranges::all_of(listings_for(kind), [&](std::string_view type) {
    return (settings.kinds.empty() || type_matches(settings.kinds, type)) &&
           !type_matches(settings.without_kinds, type);
  });
}

std::set<std::string_view> FolderMetrics::types() const {
  std::set<std::string_view> types;
  for (const MetricKind& kind : metric_kinds()) {
    if (wanted(kind)) types.insert(kind.resource_type);
  }
  return types;
}

const Error* FolderMetrics::failure(std::string_view resource_type) const {
  for (const MetricKind& kind : metric_kinds()) {
    if (kind.resource_type != resource_type) continue;
    for (const std::string_view type : listings_for(kind)) {
      if (const auto found = failures_.find(type); found != failures_.end()) return &found->second;
    }
  }
  return nullptr;
}

void FolderMetrics::list_type(std::string_view type) {
  const ResourceKind& kind = *find_kind(type);
  const bool by_name = kind.service == "compute";
  auto& ids = ids_[std::string(type)];
  try {
    client_.each(kind.service, filled(kind.list, "{folder}", folder_.id), kind.key, [&](JsonValue resource) {
      const std::string_view id = resource["id"].text();
      const std::string_view name = by_name ? resource["name"].text() : std::string_view();
      ids.insert_or_assign(std::string(name.empty() ? id : name), std::string(id));
    });
  } catch (const Error& error) {
    if (!cannot_be_had(error)) throw;
    ids.clear();
    failures_.insert_or_assign(kind.type, with_advice(error, kind, folder_, client_.settings()));
  }
}

std::string_view FolderMetrics::id_of(std::string_view type, std::string_view label) const {
  const auto listed = ids_.find(type);
  if (listed == ids_.end()) return label;  // hosts are named by their id
  const auto found = listed->second.find(label);
  return found == listed->second.end() ? std::string_view() : std::string_view(found->second);
}

void FolderMetrics::ask(Read read) {
  support::Listing listing{.name = "metric " + std::string(read.kind->name) + " of folder " + folder_.id};
  listing.request.url =
      client_.url("monitoring", "/monitoring/v2/data/read?folderId=" + support::percent_encoded(folder_.id));
  listing.request.method = "POST";
  listing.request.headers = {{"content-type", "application/json"}};
  listing.request.body = body(read);
  listing.rows = "metrics";
  listing.id = "";
  listing.session = &client_.session();
  listing.empty_without_rows = true;
  listing.tag = asked_.size();
  asked_.push_back(std::move(read));
  reads_.add(std::move(listing));
}

std::string FolderMetrics::body(const Read& read) const {
  std::string owners;
  for (const std::string& owner : read.owners) owners += (owners.empty() ? "" : "|") + owner;
  const std::string query = '"' + std::string(read.kind->name) + "\"{service=\"" + std::string(read.kind->service) +
                            "\", " + std::string(read.kind->selector) + "=\"" + owners + "\"}";
  const infrazen::JsonObject grid = infrazen::JsonObject()
                                        .text("gridInterval", std::to_string(client_.settings().metrics_grid.count()))
                                        .text("gridAggregation", "AVG")
                                        .text("gapFilling", "NULL");
  return infrazen::JsonObject()
      .text("query", query)
      .text("fromTime", infrazen::to_text(since_))
      .text("toTime", infrazen::to_text(until_))
      .raw("downsampling", grid.str())
      .str();
}

void FolderMetrics::take(const Read& read, const support::Page& page) {
  const MetricKind& kind = *read.kind;
  for (const JsonValue series : page.rows()) {
    const std::string_view id = id_of(kind.resource_type, series["labels"][kind.label].text());
    if (id.empty()) continue;
    Values& values = series_[{&kind, std::string(id)}];
    const JsonValue line = series["timeseries"];
    const JsonValue numbers = line["doubleValues"].size() > 0 ? line["doubleValues"] : line["int64Values"];
    auto value = numbers.begin();
    for (const JsonValue stamp : line["timestamps"]) {
      if (value == numbers.end()) break;
      const std::optional<double> number = support::measured(*value);
      ++value;
      const auto ms = stamp.integer();
      if (!number || !ms) continue;
      const Micros at{std::chrono::milliseconds(*ms)};
      if (at < since_ || at >= until_) continue;
      const double own = kind.of_hundred ? 100 - *number : *number;
      const auto [known, is_new] = values.try_emplace(at, own);
      if (!is_new && kind.sum) known->second += own;
    }
  }
}

void FolderMetrics::push_all() {
  std::vector<infrazen::Point> points;
  for (const auto& [key, values] : series_) {
    const MetricKind& kind = *key.first;
    points.clear();
    for (const auto& [at, value] : values) points.push_back({at, value});
    const std::string provider_id = std::string(kind.service) + '/' + std::string(kind.name);
    sync_.push({.resource_type = kind.resource_type,
                .external_id = key.second,
                .name = kind.as,
                .unit = kind.unit,
                .provider_metric_id = provider_id},
               points);
  }
  series_.clear();
}

}  // namespace iz::yandex
