// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/kind_ingest.hpp"

#include <infrazen/abi/base.h>
#include <infrazen/abi/records.h>

#include "records/run_sink.hpp"

namespace iz::ingest {

namespace {

[[noreturn]] void not_of_this_kind(const char* what) {
  throw records::RunError(IZ_ERR_PERMANENT, std::string("the connector sent ") + what + " of a kind that has none");
}

}  // namespace

void KindIngest::batch(const records::BatchView&) { not_of_this_kind("rows"); }
void KindIngest::segments(std::span<const records::SegmentView>) { not_of_this_kind("metric segments"); }
void KindIngest::open_scope(std::uint32_t, std::string_view) { not_of_this_kind("a scope"); }
void KindIngest::close_scope(std::uint32_t, std::string_view) { not_of_this_kind("a scope"); }

KindFactory kind_factory(std::uint32_t kind) {
  switch (kind) {
    case IZ_KIND_RESOURCE:
    case IZ_KIND_RELATION:
    case IZ_KIND_RETIREMENT: return {IZ_KIND_RESOURCE, &make_resources};
    case IZ_KIND_CHARGE: return {kind, &make_charges};
    case IZ_KIND_LOG: return {kind, &make_logs};
    case IZ_KIND_COMPONENT: return {kind, &make_components};
    case IZ_KIND_PRICE: return {kind, &make_prices};
    case IZ_KIND_RATE: return {kind, &make_rates};
    case IZ_KIND_BALANCE: return {kind, &make_balances};
    case IZ_KIND_DOCUMENT: return {kind, &make_documents};
    case IZ_KIND_ACCOUNT: return {kind, &make_accounts};
    case IZ_KIND_METRIC: return {kind, &make_metrics};
    default: return {};
  }
}

}  // namespace iz::ingest
