// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/run_ingest.hpp"

#include <utility>

#include <infrazen/abi/base.h>
#include <infrazen/abi/module.h>
#include <infrazen/abi/services.h>

#include "records/fault_point.hpp"
namespace iz::ingest {

RunIngest::RunIngest(store::MarkSession& session, store::StreamLease& lease, RunContext context)
    : run_(std::move(context)), context_(run_, session, lease) {}

// Kinds first: they may hold a COPY of the transaction that goes after them.
RunIngest::~RunIngest() { families_.clear(); }

KindIngest& RunIngest::ingest_for(std::uint32_t kind) {
  const auto factory = kind_factory(kind);
  if (factory.make == nullptr) {
    throw records::RunError(IZ_ERR_PERMANENT, "the connector sent records of kind " + std::to_string(kind) +
                                                  ", which this daemon does not know: it was built against a newer SDK");
  }
  auto& ingest = families_[factory.family];
  if (!ingest) ingest = factory.make(context_);
  return *ingest;
}

void RunIngest::check_mark_age() const {
  const auto age = std::chrono::steady_clock::now() - last_mark_;
  if (pending_records_ > 0 && age > std::chrono::seconds(run_.seconds_per_mark)) {
    throw records::RunError(IZ_ERR_PERMANENT, "no mark for " + std::to_string(run_.seconds_per_mark) +
                                                  " seconds while records were sent: the connector has to mark more often");
  }
}

void RunIngest::check_caps() const {
  if (pending_records_ > run_.records_per_mark) {
    throw records::RunError(IZ_ERR_PERMANENT, "more than " + std::to_string(run_.records_per_mark) +
                                                  " records without a mark: the connector has to mark more often, or "
                                                  "limits.run.records_per_mark has to be raised");
  }
  if (pending_bytes_ > run_.bytes_per_mark) {
    throw records::RunError(IZ_ERR_PERMANENT, "more than " + std::to_string(run_.bytes_per_mark) +
                                                  " bytes without a mark: the connector has to mark more often, or "
                                                  "limits.run.bytes_per_mark has to be raised");
  }
  check_mark_age();
}

void RunIngest::on_batch(const records::BatchView& batch) {
  std::uint64_t bytes = 0;
  for (const auto& cell : batch.cells) bytes += cell.size();
  pending_records_ += batch.rows;
  pending_bytes_ += bytes;
  check_caps();
  ingest_for(batch.kind).batch(batch);
}

void RunIngest::on_segments(std::span<const records::SegmentView> segments) {
  for (const auto& segment : segments) {
    pending_records_ += segment.values.size();
    pending_bytes_ += segment.values.size() * (sizeof(double) + sizeof(std::int32_t));
  }
  check_caps();
  ingest_for(IZ_KIND_METRIC).segments(segments);
}

void RunIngest::on_scope_open(std::uint32_t kind, std::string_view scope) { ingest_for(kind).open_scope(kind, scope); }
void RunIngest::on_scope_close(std::uint32_t kind, std::string_view scope) { ingest_for(kind).close_scope(kind, scope); }

void RunIngest::on_finding(const records::FindingView& view) {
  store::Finding finding;
  finding.severity = view.severity;
  finding.rule = view.rule;
  finding.scope = view.scope;
  finding.origin = view.origin;
  finding.position = view.position;
  finding.column = view.column;
  finding.value = view.value.substr(0, 256);
  finding.message = view.message;
  context_.findings_.add(std::move(finding));
}

void RunIngest::on_checkpoint(std::string_view blob) {
  if (blob.size() > IZ_CHECKPOINT_MAX) throw records::RunError(IZ_ERR_PERMANENT, "the connector's checkpoint is too large");
  checkpoint_ = blob;
  checkpoint_changed_ = true;
}

void RunIngest::on_mark(std::string_view cursor) {
  if (cursor.size() > IZ_CURSOR_MAX) {
    throw records::RunError(IZ_ERR_PERMANENT, "the connector's cursor has " + std::to_string(cursor.size()) +
                                                  " bytes; the most is " + std::to_string(IZ_CURSOR_MAX));
  }
  records::fault_point("mark.before_prepare");
  for (auto& [family, ingest] : families_) ingest->prepare();
  auto& transaction = context_.write_ahead();
  records::fault_point("mark.before_write");
  for (auto& [family, ingest] : families_) ingest->write(transaction);
  records::fault_point("mark.after_write");
  auto& findings = context_.findings_;
  store::write_findings(transaction, findings.pending());
  if (also_) also_(transaction);

  const store::MarkCounters counters{static_cast<std::int64_t>(pending_records_), static_cast<std::int64_t>(pending_bytes_),
                                     static_cast<std::int64_t>(findings.pending().size()),
                                     static_cast<std::int64_t>(findings.rejected())};
  transaction.commit(cursor, counters, checkpoint_changed_ ? std::string_view(checkpoint_) : std::string_view(),
                     context_.beside_the_cursor());
  context_.transaction_.reset();
  for (auto& [family, ingest] : families_) ingest->committed();

  totals_.records += std::exchange(pending_records_, 0);
  totals_.bytes += std::exchange(pending_bytes_, 0);
  totals_.rejected += findings.rejected();
  totals_.findings += findings.pending().size();
  ++totals_.marks;
  findings.clear_pending();
  checkpoint_changed_ = false;
  also_ = nullptr;
  last_mark_ = std::chrono::steady_clock::now();
}

void RunIngest::finish(bool succeeded) {
  const bool whole = succeeded && pending_records_ == 0;
  if (!whole) families_.clear();
  context_.transaction_.reset();  // rolls back what had been written ahead
  finish_findings(succeeded);
  if (whole) {
    for (auto& [family, ingest] : families_) ingest->keep();
  }
  families_.clear();
}

void RunIngest::finish_findings(bool succeeded) {
  auto& findings = context_.findings_;
  if (findings.pending().empty() && !checkpoint_changed_ && !(succeeded && also_)) return;
  if (succeeded) {
    // Findings and a checkpoint after the last mark: a mark without records that leaves the cursor where it is.
    auto& transaction = context_.write_ahead();
    store::write_findings(transaction, findings.pending());
    if (also_) also_(transaction);
    transaction.commit({},
                       {0, 0, static_cast<std::int64_t>(findings.pending().size()),
                        static_cast<std::int64_t>(findings.rejected())},
                       checkpoint_changed_ ? std::string_view(checkpoint_) : std::string_view(), true);
    context_.transaction_.reset();
  } else {
    store::write_findings(context_.session_, context_.lease_, run_.run_id, findings.pending());
  }
  totals_.findings += findings.pending().size();
  totals_.rejected += findings.rejected();
  findings.clear_pending();
}

RunTotals RunIngest::totals() const {
  auto totals = totals_;
  totals.pending_records = pending_records_;
  return totals;
}

}  // namespace iz::ingest
