// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Measures what is no number.
#include <limits>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    Estate::list(sync, project);
    if (sync.targeted()) return;
    const double value = std::numeric_limits<double>::quiet_NaN();
    iz_metric_segment segment{};
    segment.struct_size = sizeof segment;
    segment.count = 1;
    segment.resource_type = infrazen::to_abi("server");
    segment.external_id = infrazen::to_abi("17");
    segment.metric_name = infrazen::to_abi("cpu_utilization");
    segment.values = &value;
    const auto* sink = sync.find<iz_sink_1>(IZ_SERVICE_SINK_1);
    infrazen::detail::checked(
        [&](iz_error* error) { return sink->push_metrics(sink->context, &segment, 1, sizeof segment, error); });
  }
};

}  // namespace

INFRAZEN_MODULE(
    Faulty, "faultynan", "1.0.0",
    R"({"manifest":1,"id":"faultynan","version":"1.0.0","title":"An estate","secrets":{"token":{"description":"API token"}},"hosts":["api.estate.example"],"streams":{"inventory":{"interval":"1h","kinds":["resource","metric"],"incremental":"the project that is next"}}})")
