// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "ingest/ingest_context.hpp"
#include "records/batch.hpp"
#include "store/session/mark_session.hpp"

namespace iz::ingest {

// The records of one kind (or a family of kinds) in one run: validated, normalised, kept until the mark. All calls come from
// the run's worker thread. A RunError ends the run.
class KindIngest {
 public:
  virtual ~KindIngest() = default;
  virtual void batch(const records::BatchView& batch);                      // throws (permanent) unless overridden
  virtual void segments(std::span<const records::SegmentView> segments);   // throws (permanent) unless overridden
  // Of the kind given, which is one this ingest was made for. Throws (permanent) unless overridden.
  virtual void open_scope(std::uint32_t kind, std::string_view scope);
  virtual void close_scope(std::uint32_t kind, std::string_view scope);
  // Before the mark's transaction is opened (unless it was already): statements that need one of their own, such as
  // making partitions. Only context.side_session() may be used.
  virtual void prepare() {}
  // Inside the mark's transaction.
  virtual void write(store::MarkTransaction& tx) = 0;
  virtual void committed() = 0;  // after COMMIT: forget what was written
  // The run ended well and all of it is committed: hands on what the next run would have to read. Nothing comes after it.
  virtual void keep() {}
  [[nodiscard]] virtual std::uint64_t pending_records() const = 0;
  [[nodiscard]] virtual std::uint64_t pending_bytes() const = 0;
};

// One factory per family; RunIngest calls it at the first record of any of its kinds in a run.
[[nodiscard]] std::unique_ptr<KindIngest> make_charges(IngestContext& context);     // charge
[[nodiscard]] std::unique_ptr<KindIngest> make_resources(IngestContext& context);   // resource, relation, retirement
[[nodiscard]] std::unique_ptr<KindIngest> make_metrics(IngestContext& context);     // metric segments
[[nodiscard]] std::unique_ptr<KindIngest> make_logs(IngestContext& context);        // log
[[nodiscard]] std::unique_ptr<KindIngest> make_components(IngestContext& context);  // component
[[nodiscard]] std::unique_ptr<KindIngest> make_prices(IngestContext& context);      // price
[[nodiscard]] std::unique_ptr<KindIngest> make_rates(IngestContext& context);       // rate
[[nodiscard]] std::unique_ptr<KindIngest> make_balances(IngestContext& context);    // balance
[[nodiscard]] std::unique_ptr<KindIngest> make_documents(IngestContext& context);   // document
[[nodiscard]] std::unique_ptr<KindIngest> make_accounts(IngestContext& context);    // account

// Which factory serves a kind; nullptr for a kind this build does not know. `family` names the instance that kinds share.
struct KindFactory {
  std::uint32_t family = 0;
  std::unique_ptr<KindIngest> (*make)(IngestContext&) = nullptr;
};
[[nodiscard]] KindFactory kind_factory(std::uint32_t kind);

}  // namespace iz::ingest
