// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Pushes charges that belong to no part of a bill.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    Estate::list(sync, project);
    if (sync.targeted()) return;
    sync.push(infrazen::Charge{.billed_cost = "1.50",
                               .billing_account_id = "b-1",
                               .billing_currency = "EUR",
                               .billing_period_end = "2026-10-01T00:00:00Z",
                               .billing_period_start = "2026-09-01T00:00:00Z",
                               .charge_period_end = "2026-09-02T00:00:00Z",
                               .charge_period_start = "2026-09-01T00:00:00Z"});
  }
};

}  // namespace

INFRAZEN_MODULE(
    Faulty, "faultychargeoutside", "1.0.0",
    R"({"manifest":1,"id":"faultychargeoutside","version":"1.0.0","title":"An estate","secrets":{"token":{"description":"API token"}},"hosts":["api.estate.example"],"streams":{"inventory":{"interval":"1h","kinds":["resource","charge"],"incremental":"the project that is next"}}})")
