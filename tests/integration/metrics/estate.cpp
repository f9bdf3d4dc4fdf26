// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "estate.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include <gtest/gtest.h>

#include "insight/quantile_sketch.hpp"
#include "store/schema/migrations.hpp"

namespace iz::test {

namespace {

std::optional<std::string_view> as_view(const std::optional<std::string>& text) {
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

std::string database_of(const std::string& conninfo) {
  const auto at = conninfo.find("dbname=") + 7;
  std::string name = conninfo.substr(at, conninfo.find(' ', at) - at);
  std::erase(name, '\'');
  return name;
}

}  // namespace

Estate::Estate(std::uint64_t spool_memory) : superuser_(fresh_database()), spool_memory_(spool_memory) {
  name_ = database_of(superuser_);
  store::db_init(superuser_);
  daemon_ = shared_cluster().conninfo(name_, "infrazen");
  database_ = std::make_unique<store::Database>(daemon_);
  entry_ = store::register_connection(*database_, {.name = "prod",
                                                   .tenant = "acme",
                                                   .connector = "simulator",
                                                   .provider = "simulator",
                                                   .billing_time_zone = "UTC",
                                                   .streams = {"metrics"}});
  stream_id_ = store::load_streams(*database_, "prod").at(0).stream_id;
  session_ = std::make_unique<store::MarkSession>(database_->conninfo());
  lease_ = store::acquire_lease(*database_, stream_id_, owner_, std::chrono::minutes(10));
  if (!lease_) throw std::runtime_error("no lease on a fresh database");
}

Estate::~Estate() = default;

std::string Estate::conninfo_of(std::string_view role) const {
  return shared_cluster().conninfo(name_, role);
}

Estate::Run& Estate::run() {
  if (run_) return *run_;
  run_.emplace();
  run_->run_id = store::begin_run(*database_, *lease_, {});
  ingest::RunContext context;
  context.tenant_id = entry_.tenant_id;
  context.connection_id = entry_.connection_id;
  context.stream_id = stream_id_;
  context.run_id = run_->run_id;
  context.connection = "prod";
  context.stream = "metrics";
  context.provider = "simulator";
  context.manifest = &manifest_;
  context.spool.directory = spool_.path();
  context.spool.memory = spool_memory_;
  run_->ingest = std::make_unique<ingest::RunIngest>(*session_, *lease_, context);
  return *run_;
}

void Estate::push_untrue(const Series& series, std::int64_t t0_us, const std::vector<std::int32_t>& delta_ms,
                         const std::vector<double>& values) {
  const records::SegmentView view{.resource_type = series.resource_type,
                                  .external_id = series.external_id,
                                  .metric_name = series.metric_name,
                                  .metric_unit = as_view(series.unit).value_or(std::string_view()),
                                  .provider_metric_id = as_view(series.provider_metric_id).value_or(std::string_view()),
                                  .t0_us = t0_us,
                                  .delta_ms = delta_ms,
                                  .values = values};
  run().ingest->on_segments({&view, 1});
}

void Estate::push(const Series& series, std::int64_t t0_us, const std::vector<std::int32_t>& delta_ms,
                  const std::vector<double>& values) {
  push_untrue(series, t0_us, delta_ms, values);
  std::int64_t at = t0_us;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) at += std::int64_t{delta_ms[i - 1]} * 1000;
    pending_[{series, at}] = values[i];
  }
}

void Estate::push_regular(const Series& series, std::int64_t t0_us, std::int64_t step_us,
                          const std::vector<double>& values) {
  push(series, t0_us, std::vector<std::int32_t>(values.size() - 1, static_cast<std::int32_t>(step_us / 1000)), values);
}

void Estate::mark() {
  run().ingest->on_mark("cursor");
  for (const auto& [key, value] : pending_) truth_[key] = value;
  pending_.clear();
}

void Estate::end_run() {
  run().ingest->finish(true);
  store::end_run(*database_, *lease_, run_->run_id, {});
  run_.reset();
}

void Estate::abandon_run() {
  pending_.clear();
  run_.reset();
}

store::SealedDay Estate::seal(std::chrono::sys_days day, const store::SealingStep& step) {
  return seal_on_new_session(day, step);
}

store::SealedDay Estate::seal_on_new_session(std::chrono::sys_days day, const store::SealingStep& step) {
  store::MarkSession session(database_->conninfo());
  return store::seal_day(session, day, insight::packed_sketch, step);
}

std::vector<double> Estate::true_values(const Series& series) const {
  std::vector<double> values;
  for (const auto& [key, value] : truth_) {
    if (std::get<0>(key) == series) values.push_back(value);
  }
  return values;
}

void Estate::expect_truth(const std::string& when) {
  SCOPED_TRACE(when);
  const auto name_of = [](const PgRow& row) {
    return Series{.external_id = *row[0],
                  .metric_name = *row[1],
                  .unit = row[2],
                  .provider_metric_id = row[3],
                  .resource_type = *row[4]};
  };
  std::map<Key, double> shown;
  std::set<std::string> ids;
  for (const PgRow& row :
       query("SELECT s.external_id, m.metric_name, m.metric_unit, m.provider_metric_id, s.resource_type, "
             "(extract(epoch FROM m.timestamp) * 1000000)::bigint, m.metric_value, m.id, "
             "m.day = (m.timestamp AT TIME ZONE 'UTC')::date "
             "FROM infrazen.resource_metrics m JOIN infrazen.metric_series s USING (tenant_id, series_id)")) {
    const Key key{name_of(row), std::strtoll(row[5]->c_str(), nullptr, 10)};
    ASSERT_TRUE(shown.emplace(key, std::strtod(row[6]->c_str(), nullptr)).second)
        << "twice: " << *row[0] << " " << *row[1] << " at " << *row[5];
    ASSERT_TRUE(ids.insert(*row[7]).second) << "id " << *row[7] << " twice";
    ASSERT_EQ(*row[8], "t") << "the day of " << *row[5];
  }
  ASSERT_EQ(shown.size(), truth_.size());
  ASSERT_EQ(shown, truth_);

  if (!truth_.empty()) {  // any window of metrics() against the view
    const auto pick = [&](std::size_t seed) {
      return std::get<1>(std::next(truth_.begin(), static_cast<std::ptrdiff_t>(seed % truth_.size()))->first);
    };
    for (std::size_t seed = 7; seed < 10; ++seed) {
      const auto [from, to] =
          std::minmax({pick(seed * 7919), pick(seed * 104'729) + static_cast<std::int64_t>(seed - 8)});
      const std::string bounds = "to_timestamp(0) + " + std::to_string(from) +
                                 " * interval '1 microsecond', to_timestamp(0) + " + std::to_string(to) +
                                 " * interval '1 microsecond'";
      std::size_t expected = 0;
      for (const auto& [key, value] : truth_) expected += std::get<1>(key) >= from && std::get<1>(key) < to ? 1 : 0;
      ASSERT_EQ(scalar("SELECT count(*) FROM infrazen.metrics(" + bounds + ")"), std::to_string(expected)) << bounds;
      ASSERT_EQ(scalar("SELECT count(*) FROM (SELECT * FROM infrazen.metrics(" + bounds +
                       ") EXCEPT SELECT * FROM infrazen.resource_metrics) AS wrong"),
                "0");
    }
  }

  struct Day {
    std::int64_t n = 0;
    double sum = 0, min = 0, max = 0;
  };
  std::map<Key, Day> days;
  for (const auto& [key, value] : truth_) {
    Day& day = days[{std::get<0>(key), std::get<1>(key) / kDay}];
    day.min = day.n == 0 ? value : std::min(day.min, value);
    day.max = day.n == 0 ? value : std::max(day.max, value);
    day.sum += value;
    ++day.n;
  }
  const PgRows daily = query(
      "SELECT s.external_id, m.metric_name, m.metric_unit, m.provider_metric_id, s.resource_type, m.day - DATE "
      "'1970-01-01', "
      "m.points, m.total, m.minimum, m.maximum "
      "FROM infrazen.metrics_daily('1970-01-01', '2199-12-31') m JOIN infrazen.metric_series s USING (tenant_id, "
      "series_id)");
  ASSERT_EQ(daily.size(), days.size());
  for (const PgRow& row : daily) {
    const Day& day = days[{name_of(row), std::strtoll(row[5]->c_str(), nullptr, 10)}];
    ASSERT_EQ(std::strtoll(row[6]->c_str(), nullptr, 10), day.n) << *row[0];
    ASSERT_NEAR(std::strtod(row[7]->c_str(), nullptr), day.sum, 1e-9 * std::abs(day.sum) + 1e-9);
    ASSERT_EQ(std::strtod(row[8]->c_str(), nullptr), day.min);
    ASSERT_EQ(std::strtod(row[9]->c_str(), nullptr), day.max);
  }
}

}  // namespace iz::test
