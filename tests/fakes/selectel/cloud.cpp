// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/selectel/cloud.hpp"

#include <algorithm>
#include <charconv>

namespace iz::test {
namespace {

namespace bj = boost::json;

constexpr std::size_t kSecondChars = 19;  // 2026-03-01T09:00:00

bj::array rows_of(std::string_view json) {
  const bj::value parsed = bj::parse(json);
  return parsed.is_array() ? parsed.as_array() : parsed.at("data").as_array();
}

std::string text_of(const bj::value& object, std::string_view name) {
  const bj::value* value = object.as_object().if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

Reply success(bj::array rows) {
  return OpenStackCloud::json(200, {{"status", "success"}, {"data", std::move(rows)}});
}

std::size_t number(const ReceivedRequest& request, std::string_view name, std::size_t otherwise) {
  const std::string text = parameter(request, name);
  std::from_chars(text.data(), text.data() + text.size(), otherwise);
  return otherwise;
}

}  // namespace

SelectelCloud::SelectelCloud(const std::string& url)
    : openstack_({.url = url,
                  .domain = account(),
                  .user = "infrazen-reader",
                  .password = password(),
                  .regions = {"ru-1", "ru-2"},
                  .services = {"compute", "volumev3", "network", "image", "load-balancer"}}) {
  openstack_.add_service("managed-kubernetes", "/mks/v1");
  openstack_.add_service("managed-database", "/dbaas/v1");
  openstack_.add_service("metric", "/gnocchi");
}

void SelectelCloud::consumption(std::string_view json) {
  const std::lock_guard lock(mutex_);
  consumption_ = rows_of(json);
}

void SelectelCloud::transactions(std::string_view json) {
  const std::lock_guard lock(mutex_);
  transactions_ = rows_of(json);
}

void SelectelCloud::put(const std::string& path, std::string_view json) {
  const std::lock_guard lock(mutex_);
  answers_[path] = json;
}

void SelectelCloud::points(const std::string& server, const std::string& operation, std::string_view json) {
  const std::lock_guard lock(mutex_);
  points_[server + '/' + operation] = bj::parse(json);
}

void SelectelCloud::lose(const std::string& part_of_path) {
  const std::lock_guard lock(mutex_);
  lost_ = part_of_path;
}

// The static key opens billing and projects; the account's token those, too; the rest wants a project's.
bool SelectelCloud::may(const ReceivedRequest& request) const {
  const std::string& path = request.path;
  const bool of_account = path.starts_with("/v1/") || path.starts_with("/v2/") || path.starts_with("/v3/") ||
                          path.starts_with("/v4/") || path.starts_with("/vpc/");
  const bool token_only = path.starts_with("/v1/billing/report/") || path.starts_with("/v4/");
  if (of_account && !token_only && request.header("x-token") == static_key()) return true;
  if (path.starts_with("/v3/")) return false;
  const auto scope = openstack_.scope_of(request);
  return scope && (of_account ? scope->domain : !scope->project.empty());
}

Reply SelectelCloud::answer(const ReceivedRequest& request) {
  const std::string& path = request.path;
  const bool own = path.starts_with("/v1/") || path.starts_with("/v2/") || path.starts_with("/v3/") ||
                   path.starts_with("/v4/") || path.starts_with("/vpc/") || path.starts_with("/servers/") ||
                   path.starts_with("/registry/") || path.find("/mks/") != std::string::npos ||
                   path.find("/dbaas/") != std::string::npos || path.find("/gnocchi/") != std::string::npos ||
                   path.ends_with("/stats");
  if (!own) return openstack_.answer(request);
  if (!may(request)) return OpenStackCloud::unauthorized();
  const std::lock_guard lock(mutex_);
  if (!lost_.empty() && path.find(lost_) != std::string::npos) return {.status = 404, .body = "404 Not Found"};
  if (path == "/v1/cloud_billing/statistic/consumption") return consumed(request);
  if (path == "/v2/billing/transactions") return transacted(request);
  if (path.ends_with("/gnocchi/v1/aggregates")) return aggregated(request);
  const auto found = answers_.find(path);
  if (found == answers_.end()) {
    return OpenStackCloud::json(404, {{"error", {{"code", 404}, {"message", "nothing at " + path}}}});
  }
  return {.body = found->second, .headers = {{"Content-Type", "application/json"}}};
}

Reply SelectelCloud::consumed(const ReceivedRequest& request) const {
  const std::string start = parameter(request, "start");
  const std::string end = parameter(request, "end");
  for (const char* needed : {"start", "end", "locale", "group_type", "period_group_type", "provider_keys"}) {
    if (!parameter(request, needed).empty()) continue;
    return OpenStackCloud::json(422, {{"status", "error"},
                                      {"code", "UNPROCESSABLE_ENTITY"},
                                      {"error", {{needed, bj::array{"Missing data for required field."}}}}});
  }
  bj::array rows;
  for (const bj::value& row : consumption_) {
    const std::string period = text_of(row, "period");
    const bool asked = request.query.find("provider_keys=" + text_of(row, "provider_key")) != std::string::npos;
    if (asked && period >= start && period <= end) rows.push_back(row);
  }
  return success(std::move(rows));
}

Reply SelectelCloud::transacted(const ReceivedRequest& request) const {
  if (parameter(request, "offset").empty()) {
    return OpenStackCloud::json(422, {{"status", "error"}, {"code", "UNPROCESSABLE_ENTITY"}});
  }
  const std::string from = parameter(request, "created_from");
  const std::string to = parameter(request, "created_to");
  bj::array matching;
  for (const bj::value& row : transactions_) {
    if (text_of(row, "created") >= from && text_of(row, "created") <= to) matching.push_back(row);
  }
  const std::size_t offset = std::min(number(request, "offset", 0), matching.size());
  const std::size_t limit = std::min<std::size_t>(number(request, "limit", 10), 500);
  const auto begin = matching.begin() + static_cast<std::ptrdiff_t>(offset);
  const auto size = static_cast<std::ptrdiff_t>(std::min(limit, matching.size() - offset));
  return success(bj::array(begin, begin + size));
}

Reply SelectelCloud::aggregated(const ReceivedRequest& request) const {
  const bj::value body = bj::parse(request.body);
  const std::string server = text_of(body, "search").substr(3);  // "id=…"
  const auto found = points_.find(server + '/' + text_of(body, "operations"));
  if (found == points_.end()) {
    return OpenStackCloud::json(404, {{"code", 404}, {"description", {{"cause", "Metrics not found"}}}});
  }
  // All are UTC: the texts of seconds are in the order of time.
  const std::string since = parameter(request, "start").substr(0, kSecondChars);
  const std::string until = parameter(request, "stop").substr(0, kSecondChars);
  bj::array points;
  for (const bj::value& point : found->second.as_array()) {
    const std::string_view at = std::string_view(point.at(0).as_string()).substr(0, kSecondChars);
    if (at >= since && at < until) points.push_back(point);
  }
  return OpenStackCloud::json(200, {{"measures", {{server, {{"metric", {{"mean", points}}}}}}}});
}

}  // namespace iz::test
