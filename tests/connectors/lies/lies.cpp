// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Tells the host things that are not so, by setting `variant`. In most it ignores the error it gets and marks, as a
// careless connector would; the host must not let that mark through.
#include <cmath>
#include <limits>

#include "../support/connector.hpp"

namespace {

using iz::test::Host;
using iz::test::str;

constexpr iz_column kColumns[] = {{IZ_BALANCE_ACCOUNT_ID, 0, {}},
                                  {IZ_BALANCE_AMOUNT, 0, {}},
                                  {IZ_BALANCE_CURRENCY, 0, {}},
                                  {IZ_BALANCE_AS_OF, 0, {}}};

// One honest row, to be bent.
struct Row {
  iz_str cells[4] = {str("account-1"), str("1.00"), str("RUB"), str("2026-09-01T00:00:00Z")};
  iz_batch batch{};

  Row() {
    batch.struct_size = sizeof batch;
    batch.kind = IZ_KIND_BALANCE;
    batch.columns = kColumns;
    batch.column_count = 4;
    batch.column_stride = sizeof(iz_column);
    batch.cells = cells;
    batch.row_count = 1;
  }
};

std::int32_t push(Host& host, Row& row, iz_error* error) {
  return host.sink->push(host.sink->context, &row.batch, error);
}

// Lies about values: they are a matter of ingest, and every row but the bad one is to go in.
bool bend_value(const std::string& variant, Row& row) {
  static const std::string big(100000, 'x');
  if (variant == "invalid_utf8")
    row.cells[0] = str("caf\xE9 \xFF");
  else if (variant == "nan_cost")
    row.cells[1] = str("NaN");
  else if (variant == "infinite_cost")
    row.cells[1] = str("1e999999999");
  else if (variant == "year_9999")
    row.cells[3] = str("9999-12-31T23:59:59Z");
  else if (variant == "nul_in_text")
    row.cells[0] = iz_str{"a\0b", 3};
  else if (variant == "missing_needed")
    row.cells[0] = iz_str{};
  else if (variant == "long_text")
    row.cells[0] = str(big);
  else
    return false;
  return true;
}

// Lies about shapes: refused at the edge.
bool bend_shape(const std::string& variant, Row& row) {
  if (variant == "huge_cell")
    row.cells[0].len = std::uint64_t{1} << 40;
  else if (variant == "null_with_length")
    row.cells[0] = iz_str{nullptr, 100};
  else if (variant == "too_many_rows")
    row.batch.row_count = 0xFFFFFFFFU;
  else if (variant == "too_many_columns")
    row.batch.column_count = 0x7FFFFFFFU;
  else if (variant == "no_columns")
    row.batch.columns = nullptr;
  else if (variant == "no_cells")
    row.batch.cells = nullptr;
  else if (variant == "struct_size")
    row.batch.struct_size = 4;
  else if (variant == "stride")
    row.batch.column_stride = 1;
  else if (variant == "kind")
    row.batch.kind = 4711;
  else if (variant == "scope_not_text")
    row.batch.scope = str("\xFF\xFE");
  else if (variant == "scope_too_long")
    row.batch.scope = iz_str{"x", 1U << 20};
  else
    return false;
  return true;
}

std::int32_t lie_about_metrics(Host& host, const std::string& variant, iz_error* error) {
  double values[2] = {1.0, 2.0};
  std::int32_t deltas[1] = {1000};
  iz_metric_segment segment{};
  segment.struct_size = sizeof segment;
  segment.count = 2;
  segment.resource_type = str("vm");
  segment.external_id = str("vm-1");
  segment.metric_name = str("cpu");
  segment.delta_ms = deltas;
  segment.values = values;
  std::uint32_t stride = sizeof segment;
  if (variant == "metric_nan") values[1] = std::numeric_limits<double>::quiet_NaN();
  if (variant == "metric_backwards") deltas[0] = -5;
  if (variant == "metric_count") segment.count = 0xFFFFFFFFU;
  if (variant == "metric_stride") stride = 3;
  return host.sink->push_metrics(host.sink->context, &segment, 1, stride, error);
}

std::int32_t lie(Host& host, const std::string& variant, iz_error* error) {
  Row row;
  if (bend_value(variant, row) || bend_shape(variant, row)) return push(host, row, error);
  if (variant == "null_batch") return host.sink->push(host.sink->context, nullptr, error);
  if (variant == "twice") {
    iz_column twice[4] = {kColumns[0], kColumns[0], kColumns[2], kColumns[3]};
    row.batch.columns = twice;
    return push(host, row, error);
  }
  if (variant == "huge_cursor") return host.mark(std::string(1U << 20, 'c'), error);
  if (variant == "null_cursor") return host.sink->mark(host.sink->context, iz_str{nullptr, 10}, error);
  if (variant == "negative_size") {
    static constexpr iz_column kResource[] = {{IZ_RESOURCE_TYPE, 0, {}},
                                              {IZ_RESOURCE_EXTERNAL_ID, 0, {}},
                                              {IZ_RESOURCE_ACCOUNT_ID, 0, {}},
                                              {IZ_RESOURCE_STORAGE_BYTES, 0, {}}};
    row.batch.kind = IZ_KIND_RESOURCE;
    row.batch.columns = kResource;
    row.cells[0] = str("disk");
    row.cells[1] = str("disk-1");
    row.cells[2] = str("account-1");
    row.cells[3] = str("-5");
    return push(host, row, error);
  }
  if (variant.starts_with("metric_")) return lie_about_metrics(host, variant, error);
  return iz::test::fail(error, IZ_ERR_CONFIG, "no such variant");
}

std::int32_t sync(Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  const std::string variant = host.setting("variant");
  if (const auto r = host.push_balances(2, error); r != IZ_OK) return r;
  if (const auto r = host.mark("honest", error); r != IZ_OK) return r;
  if (variant == "unknown_class") return 4711;
  if (variant == "unterminated_error") {
    for (char& c : error->message) c = 'x';
    return IZ_ERR_PERMANENT;
  }
  if (lie(host, variant, error) != IZ_OK) host.say(std::string("refused: ") + error->message);
  iz_error second = iz::test::fresh_error();
  (void)host.push_balances(1, &second);
  (void)host.mark("after the lie", &second);
  return IZ_OK;
}

}  // namespace

IZ_TEST_CONNECTOR("lies", sync);
