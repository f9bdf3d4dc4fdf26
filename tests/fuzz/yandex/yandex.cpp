// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What comes from the provider's side: billing exports, read in both passes, and usage reports. First byte: which of
// the two it is, and how many bytes come at once.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "yandex/exports/export_reading.hpp"
#include "yandex/reports/protobuf.hpp"
#include "yandex/reports/usage_report.hpp"
#include <infrazen/error.hpp>

namespace {

using namespace iz::yandex;

int32_t take(void*, const iz_batch* batch, iz_error*) {
  for (std::size_t i = 0; i < std::size_t{batch->row_count} * batch->column_count; ++i) {
    if (batch->cells[i].len > IZ_CELL_MAX) std::abort();
  }
  return IZ_OK;
}
int32_t hear(void*, const iz_finding*, iz_error*) {
  return IZ_OK;
}

void read_bill(std::string_view text, std::size_t at_once) {
  const iz_sink_1 table{sizeof(iz_sink_1), 0, nullptr, take, nullptr, nullptr, nullptr, nullptr, hear};
  const infrazen::Sink sink(table);
  iz::support::Issues issues;
  iz::support::MemorySource first(text, at_once);
  Survey survey = survey_export(first, "bill.csv", issues, {});
  std::set<AccountDay> days;
  for (const auto& [key, day] : survey.days) days.insert(key);
  if (survey.refused) return;
  iz::support::MemorySource second(text, at_once);
  const CostSettings settings;
  deliver_export(second, survey, days, {.sink = sink, .settings = settings, .now = {}, .name = "bill.csv"}, {});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    if (data[0] % 2 == 0) {
      read_bill(text, 1 + data[0] / 2U);
    } else {
      (void)read_service_report(unframed(text));
    }
  } catch (const infrazen::Error& error) {
    if (error.error_class() == infrazen::ErrorClass::internal) std::abort();  // a day that does not add up
  }
  return 0;
}
