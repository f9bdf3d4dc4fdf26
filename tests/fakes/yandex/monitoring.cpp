// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/yandex/monitoring.hpp"

#include <algorithm>
#include <ctime>
#include <regex>

#include "fakes/yandex/wire.hpp"

namespace iz::test {
namespace json = boost::json;
namespace {

constexpr std::int64_t kMostPoints = 10'000;

Reply invalid(const std::string& why) {
  return yandex_error(400, 3, why);
}

// `name{label="a|b*", …}` with the name in quotes or not.
struct Query {
  std::string name;
  std::map<std::string, std::string> selectors;
};

std::optional<Query> parsed(const std::string& text) {
  static const std::regex kQuery(R"re(\s*("?)([A-Za-z_][A-Za-z0-9_.]*)\1\s*\{(.*)\}\s*)re");
  static const std::regex kSelector(R"re(\s*([a-z_][a-z0-9_]*)\s*=\s*"([^"]+)"\s*(,|$))re");
  std::smatch found;
  if (!std::regex_match(text, found, kQuery)) return std::nullopt;
  Query query{found[2], {}};
  // A name with a dot has to be quoted.
  if (found[1].length() == 0 && query.name.find('.') != std::string::npos) return std::nullopt;
  std::string rest = found[3];
  while (!rest.empty()) {
    std::smatch selector;
    if (!std::regex_search(rest, selector, kSelector, std::regex_constants::match_continuous)) return std::nullopt;
    query.selectors[selector[1]] = selector[2];
    rest = selector.suffix();
  }
  return query;
}

bool glob(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') return glob(pattern.substr(1), text) || (!text.empty() && glob(pattern, text.substr(1)));
  return !text.empty() && (pattern.front() == '?' || pattern.front() == text.front()) &&
         glob(pattern.substr(1), text.substr(1));
}

bool selected(const std::string& globs, const std::string& value) {
  std::string_view rest = globs;
  for (;;) {
    const std::string_view one = rest.substr(0, rest.find('|'));
    if (glob(one, value)) return true;
    if (one.size() == rest.size()) return false;
    rest.remove_prefix(one.size() + 1);
  }
}

bool matches(const YandexSeries& series, const Query& query) {
  return series.name == query.name && std::ranges::all_of(query.selectors, [&](const auto& selector) {
           const auto label = series.labels.find(selector.first);
           return label != series.labels.end() && selected(selector.second, label->second);
         });
}

std::optional<std::int64_t> instant(const std::string& text) {
  std::tm parts{};
  const char* const end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (end == nullptr || text.empty() || text.back() != 'Z') return std::nullopt;
  return ::timegm(&parts);
}

std::string text_at(const json::object& object, std::string_view member) {
  const auto* value = object.if_contains(member);
  if (value == nullptr) return {};
  return value->is_string() ? std::string(value->as_string()) : json::serialize(*value);
}

// The average of each step that has a measurement; null for one that has none.
json::object on_grid(const YandexSeries& series, std::int64_t from, std::int64_t to, std::int64_t step) {
  json::array stamps, values;
  for (std::int64_t at = from; at < to; at += step) {
    double sum = 0;
    int count = 0;
    for (auto point = series.points.lower_bound(at); point != series.points.end() && point->first < at + step;
         ++point) {
      sum += point->second;
      ++count;
    }
    stamps.emplace_back(at * 1000);
    if (count == 0) {
      values.emplace_back(nullptr);
    } else if (series.whole) {
      values.emplace_back(std::to_string(static_cast<std::int64_t>(sum / count)));
    } else {
      values.emplace_back(sum / count);
    }
  }
  return {{"timestamps", std::move(stamps)}, {series.whole ? "int64Values" : "doubleValues", std::move(values)}};
}

json::object shown(const YandexSeries& series) {
  json::object labels;
  for (const auto& [label, value] : series.labels) labels[label] = value;
  return {{"name", series.name}, {"labels", std::move(labels)}, {"type", series.whole ? "IGAUGE" : "DGAUGE"}};
}

}  // namespace

void YandexMonitoring::put(const YandexSeries& series) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find_if(series_, [&](const YandexSeries& one) {
    return one.folder == series.folder && one.name == series.name && one.labels == series.labels;
  });
  if (known == series_.end()) return series_.push_back(series);
  for (const auto& [at, value] : series.points) known->points[at] = value;
}

void YandexMonitoring::deny(const std::string& folder) {
  const std::lock_guard lock(mutex_);
  denied_.insert(folder);
}

void YandexMonitoring::allow_all() {
  const std::lock_guard lock(mutex_);
  denied_.clear();
}

void YandexMonitoring::refuse(const std::string& owner) {
  const std::lock_guard lock(mutex_);
  refused_ = owner;
}

void YandexMonitoring::most_series(std::size_t count) {
  const std::lock_guard lock(mutex_);
  most_series_ = count;
}

void YandexMonitoring::throttle(std::size_t reads) {
  const std::lock_guard lock(mutex_);
  throttled_ = reads;
}

void YandexMonitoring::before_read(std::function<void(const Read&)> call) {
  const std::lock_guard lock(mutex_);
  before_read_ = std::move(call);
}

std::vector<YandexMonitoring::Read> YandexMonitoring::reads() const {
  const std::lock_guard lock(mutex_);
  return reads_;
}

void YandexMonitoring::forget_reads() {
  const std::lock_guard lock(mutex_);
  reads_.clear();
}

std::optional<Reply> YandexMonitoring::answer(const ReceivedRequest& request) {
  const bool reads = request.path == "/monitoring/v2/data/read";
  if (!reads && request.path != "/monitoring/v2/metrics") return std::nullopt;
  if (request.method != (reads ? "POST" : "GET")) return yandex_error(501, 12, "Method is not implemented");
  const std::string folder = yandex_parameter(request, "folderId");
  if (folder.empty()) return invalid("folderId: Field is required");
  {
    const std::lock_guard lock(mutex_);
    if (denied_.contains(folder)) return yandex_error(403, 7, "Permission denied");
  }
  return reads ? read(request, folder) : list(request, folder);
}

Reply YandexMonitoring::read(const ReceivedRequest& request, const std::string& folder) {
  boost::system::error_code fault;
  const json::value body = json::parse(request.body, fault);
  if (fault || !body.is_object()) return invalid("the body is not JSON");
  const json::object& asked = body.as_object();
  const auto query = parsed(text_at(asked, "query"));
  if (!query) return invalid("query: Syntax error");
  const std::string from_text = text_at(asked, "fromTime");
  const std::string to_text = text_at(asked, "toTime");
  const auto from = instant(from_text);
  const auto to = instant(to_text);
  if (!from || !to || *from >= *to) return invalid("fromTime must be before toTime");
  const auto* downsampling = asked.if_contains("downsampling");
  if (downsampling == nullptr || !downsampling->is_object()) return invalid("downsampling: Field is required");
  const json::object& grid = downsampling->as_object();
  if (grid.contains("maxPoints") || grid.contains("disabled")) return invalid("exactly one way of downsampling");
  const std::int64_t step = std::atoll(text_at(grid, "gridInterval").c_str()) / 1000;
  if (step < 1) return invalid("gridInterval: must be a second at least");
  if (text_at(grid, "gridAggregation") != "AVG" || text_at(grid, "gapFilling") != "NULL")
    return invalid("this fake averages and fills gaps with NULL");
  if ((*to - *from) / step > kMostPoints) return invalid("more than 10000 points in a time series");
  const Read now{folder, query->name, from_text, to_text};
  std::function<void(const Read&)> before;
  {
    const std::lock_guard lock(mutex_);
    if (throttled_ > 0) {
      --throttled_;
      return yandex_error(429, 8, "Too many requests");
    }
    const auto names = [&](const auto& selector) { return selected(selector.second, refused_); };
    if (!refused_.empty() && std::ranges::any_of(query->selectors, names)) return invalid("query: bad label value");
    before = before_read_;
  }
  if (before) before(now);
  const std::lock_guard lock(mutex_);
  json::array metrics;
  for (const YandexSeries& series : series_) {
    if (series.folder != folder || !matches(series, *query)) continue;
    if (metrics.size() == most_series_)
      return invalid("the query gives more than " + std::to_string(most_series_) + " metrics");
    json::object one = shown(series);
    one["timeseries"] = on_grid(series, *from, *to, step);
    metrics.push_back(std::move(one));
  }
  reads_.push_back(now);
  return yandex_reply(json::object{{"metrics", std::move(metrics)}});
}

Reply YandexMonitoring::list(const ReceivedRequest& request, const std::string& folder) const {
  const std::string size = yandex_parameter(request, "pageSize");
  const std::size_t most = size.empty() ? 100 : std::stoul(size);
  const std::lock_guard lock(mutex_);
  json::array metrics;
  for (const YandexSeries& series : series_) {
    if (series.folder == folder && metrics.size() < most) metrics.push_back(shown(series));
  }
  return yandex_reply(json::object{{"metrics", std::move(metrics)}});
}

}  // namespace iz::test
