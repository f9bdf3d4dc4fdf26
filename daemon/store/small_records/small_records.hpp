// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <vector>

#include "store/listing/record_stage.hpp"
#include "store/session/mark_session.hpp"
#include "store/streams/findings.hpp"

// Each moves the rows of its stage into its table, in sets, and writes only what differs. Returned are findings about what the
// provider changed after the fact.
namespace iz::store {

std::vector<Finding> apply_prices(MarkTransaction& tx, const RecordOrigin& origin);     // iz_stage_price → prices
std::vector<Finding> apply_rates(MarkTransaction& tx, const RecordOrigin& origin);      // iz_stage_rate → currency_rates
std::vector<Finding> apply_balances(MarkTransaction& tx, const RecordOrigin& origin);   // iz_stage_balance → balances
std::vector<Finding> apply_documents(MarkTransaction& tx, const RecordOrigin& origin);  // iz_stage_document → documents
std::vector<Finding> apply_accounts(MarkTransaction& tx, const RecordOrigin& origin);   // iz_stage_account → accounts

}  // namespace iz::store
