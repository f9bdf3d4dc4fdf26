// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "ingest/ingest_context.hpp"
#include "ingest/kind_ingest.hpp"
#include "ingest/metrics/metrics_late.hpp"
#include "ingest/metrics/metrics_pending.hpp"
#include "ingest/metrics/metrics_series_table.hpp"
#include "ingest/metrics/metrics_validate.hpp"
#include "records/fault_point.hpp"
#include "store/metrics/metrics_directory.hpp"
#include "store/metrics/metrics_late.hpp"
#include "store/resources/resource_resolver.hpp"

namespace iz::ingest {

namespace {

// Metric segments. A point newer than everything its series has is hot; one at or before that horizon is late and goes
// where reads count it once (migration 0004 says how), unless it is there already with the same value.
class MetricsIngest final : public KindIngest {
 public:
  explicit MetricsIngest(IngestContext& context)
      : context_(context),
        pending_(context.make_spool(), context.run().spool.memory),
        resources_(context.tenant_id(), context.connection_id(), context.run().provider) {}

  void segments(std::span<const records::SegmentView> segments) override {
    if (!series_) load();
    for (const records::SegmentView& segment : segments) take(segment);
  }

  void prepare() override {
    const auto today =
        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()).time_since_epoch().count();
    for (const std::int32_t day : pending_.days()) {
      // The leaf of a day that is over may be emptied and dropped by sealing while this run goes on.
      if (day >= today && leaves_.contains(day)) continue;
      // The session of the run is free until the mark's transaction begins; a second connection costs more than the
      // leaf.
      store::MarkSession& session = context_.transaction_open() ? context_.side_session() : context_.session();
      session.exec("SELECT infrazen.ensure_day_partition('infrazen.metric_segments', DATE '1970-01-01' + $1::integer)",
                   {day});
      leaves_.insert(day);
    }
  }

  void write(store::MarkTransaction& tx) override {
    if (!series_) return;
    if (!looked_for_successors_) renew_outlived(tx);
    if (!series_->uncreated().empty()) create(tx);
    if (const auto chunks = series_->touched_chunks(); !chunks.empty()) {
      store::save_directory(tx, series_->series(), chunks, series_->first_new());
    }
    if (pending_.empty()) return;
    if (pending_.has_late()) store::lock_as_readers_do(tx);
    RowNumbering numbering{.tenant_id = context_.tenant_id(),
                           .next_seq = store::next_arrival(tx),
                           .series_id = [this](std::uint32_t slot) { return stored_.series_id(*series_, slot); }};
    records::fault_point("metrics.before_copy");
    for (const std::int32_t day : pending_.days()) {
      store::CopyWriter copy = tx.copy("infrazen.metric_segments_" + leaf_suffix(day) + columns());
      pending_.rows_of_day(day, numbering,
                           [&](std::string_view rows, std::int64_t count) { copy.encoded(rows, count); });
      copy.finish();
    }
    if (pending_.has_late()) write_late(tx, numbering);
    records::fault_point("metrics.after_copy");
  }

  void committed() override {
    pending_.clear();
    if (series_) series_->committed();
  }

  [[nodiscard]] std::uint64_t pending_records() const override { return pending_.points(); }
  [[nodiscard]] std::uint64_t pending_bytes() const override { return pending_.bytes(); }

 private:
  static std::string columns() { return " (" + std::string(kPointColumns) + ")"; }

  void load() {
    store::MarkSession& session = context_.transaction_open() ? context_.side_session() : context_.session();
    series_.emplace(store::load_directory(session, context_.tenant_id(), context_.stream_id()));
  }

  void take(const records::SegmentView& segment) {
    if (const std::optional<SegmentFault> fault = shape_fault(segment)) return reject(segment, *fault);
    if (const std::size_t bad = first_not_finite(segment.values); bad < segment.values.size()) {
      return take_finite(segment, bad);
    }
    const store::SeriesName name = name_of(segment);
    const store::SeriesIdentity identity = store::identity_of(name);
    SeriesTable::Slot slot = series_->find(identity);
    if (slot == SeriesTable::kNone) {
      if (const std::optional<SegmentFault> fault = name_fault(segment)) return reject(segment, *fault);
      slot = series_->add(identity, name);
    }
    split(slot, segment);
  }

  // Into pieces of one UTC day that are wholly after the horizon or wholly not.
  void split(SeriesTable::Slot slot, const records::SegmentView& segment) {
    const std::int64_t horizon = series_->horizon(slot);
    const std::size_t n = segment.values.size();
    std::int64_t at = segment.t0_us;
    for (std::size_t begin = 0; begin < n;) {
      const std::int64_t t0 = at;
      const std::int64_t day_end = (t0 / kUsPerDay + 1) * kUsPerDay;
      const bool late = t0 <= horizon;
      const std::int64_t end_us = late ? std::min(day_end, horizon + 1) : day_end;
      std::int64_t last = at;
      std::size_t end = begin;
      while (at < end_us) {
        last = at;
        if (++end == n) break;
        at += std::int64_t{segment.delta_ms[end - 1]} * 1000;
      }
      pending_.add({.slot = slot,
                    .t0_us = t0,
                    .delta_ms = segment.delta_ms.subspan(begin, end - begin - 1),
                    .values = segment.values.subspan(begin, end - begin),
                    .late = late});
      if (!late) series_->raise_horizon(slot, last);
      begin = end;
    }
  }

  // Leaves out what is not a number, which a provider may send for "no measurement", and keeps the rest.
  void take_finite(const records::SegmentView& segment, std::size_t bad) {
    reject(segment, {"not_a_number", "a metric's value is not a finite number: the point is left out",
                     std::to_string(segment.values[bad])});
    for (const FinitePoints& piece : finite_points(segment)) {
      records::SegmentView kept = segment;
      kept.t0_us = piece.t0_us;
      kept.delta_ms = piece.delta_ms;
      kept.values = piece.values;
      take(kept);
    }
  }

  void create(store::MarkTransaction& tx) {
    std::vector<store::ResourceResolver::Reference> references;
    for (const SeriesTable::Uncreated& one : series_->uncreated()) {
      references.push_back(resources_.reference(one.resource_type, one.external_id));
    }
    resources_.resolve(tx);
    std::vector<store::NewSeries> created;
    for (std::size_t i = 0; i < references.size(); ++i) {
      const SeriesTable::Uncreated& one = series_->uncreated()[i];
      created.push_back({.identity = series_->series()[one.slot].identity,
                         .resource_id = resources_.id(references[i]),
                         .name = one.name()});
    }
    const std::vector<std::int64_t> ids = store::create_series(tx, created);
    for (std::size_t i = 0; i < ids.size(); ++i) series_->set_id(series_->uncreated()[i].slot, ids[i]);
    for (const store::UnitConflict& conflict : store::find_unit_conflicts(tx, created)) {
      const store::SeriesName& name = created[conflict.index].name;
      store::Finding finding = finding_of(name, "unit_changed");
      finding.severity = IZ_SEVERITY_WARNING;
      finding.value = std::string(name.metric_unit);
      finding.message = "the metric came in \"" + conflict.other_unit +
                        "\" before: it is kept as a series of its own, so that nothing of two units is added up";
      context_.findings().add(std::move(finding));
    }
  }

  void renew_outlived(store::MarkTransaction& tx) {
    looked_for_successors_ = true;
    for (const store::EndedSeries& ended : store::end_outlived_series(tx)) {
      const SeriesTable::Slot slot = series_->find(ended.identity);
      if (slot == SeriesTable::kNone) continue;
      series_->renew(slot,
                     {.resource_type = ended.resource_type,
                      .external_id = ended.external_id,
                      .metric_name = ended.metric_name,
                      .metric_unit = ended.metric_unit ? std::string_view(*ended.metric_unit) : std::string_view(),
                      .provider_metric_id =
                          ended.provider_metric_id ? std::string_view(*ended.provider_metric_id) : std::string_view()});
    }
  }

  // What came again and is as it was is not written again.
  void write_late(store::MarkTransaction& tx, RowNumbering& numbering) {
    PendingPoints news(context_.make_spool(), context_.run().spool.memory);
    LateNews late([&](std::span<LateNews::At> points) { return stored_.values(tx, *series_, points); },
                  [&](const PendingPoints::Piece& piece) { news.add(piece); },
                  [&] {
                    copy_late(tx, news, numbering);
                    news.clear();
                  });
    pending_.each_late([&](const PendingPoints::Piece& piece) { late.add(piece); });
    late.finish();
  }

  static void copy_late(store::MarkTransaction& tx, const PendingPoints& news, RowNumbering& numbering) {
    store::CopyWriter copy = tx.copy_staged("metric_late", "infrazen.metric_late", std::string(kPointColumns));
    news.late_rows(numbering, [&](std::string_view rows, std::int64_t count) { copy.encoded(rows, count); });
    copy.finish();
    tx.exec("INSERT INTO infrazen.metric_late" + columns() + " SELECT " + std::string(kPointColumns) +
            " FROM iz_stage_metric_late");
  }

  void reject(const records::SegmentView& segment, const SegmentFault& fault) {
    store::Finding finding = finding_of(name_of(segment), fault.rule);
    finding.severity = IZ_SEVERITY_REJECTED;
    finding.value = fault.value;
    finding.message = fault.message;
    context_.findings().add(std::move(finding));
  }

  static store::Finding finding_of(const store::SeriesName& name, std::string_view rule) {
    store::Finding finding;
    finding.kind = "metric";
    finding.rule = std::string(rule);
    finding.origin = printable(name.resource_type) + "/" + printable(name.external_id);
    finding.column = printable(name.metric_name);
    return finding;
  }

  IngestContext& context_;
  PendingPoints pending_;
  store::ResourceResolver resources_;
  std::optional<SeriesTable> series_;
  std::unordered_set<std::int32_t> leaves_;  // days whose leaf was made or found
  StoredPoints stored_;
  bool looked_for_successors_ = false;
};

}  // namespace

std::unique_ptr<KindIngest> make_metrics(IngestContext& context) {
  return std::make_unique<MetricsIngest>(context);
}

}  // namespace iz::ingest
