// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Says that it can be asked for a window of days, and delivers what it always does.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    for (const auto& server : read_all(sync, project)) {
      sync.push(infrazen::Document{.account_id = project,
                                   .document_id = project + '/' + server.id,
                                   .document_type = "act",
                                   .issued_at = "2026-09-01T00:00:00Z",
                                   .amount = server.price,
                                   .currency = "EUR",
                                   .status = "issued"});
    }
  }
};

}  // namespace

INFRAZEN_MODULE(
    Faulty, "faultybackfillignored", "1.0.0",
    R"({"manifest":1,"id":"faultybackfillignored","version":"1.0.0","title":"An estate","secrets":{"token":{"description":"API token"}},"hosts":["api.estate.example"],"streams":{"documents":{"interval":"1h","back_fill":true,"kinds":["document"],"incremental":"the project that is next"}}})")
