// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/small_records/logs.hpp"

#include <chrono>
#include <memory>
#include <unordered_set>

#include "ingest/kind_ingest.hpp"
#include "ingest/rows/staged_records.hpp"
#include "store/encoding/hash128.hpp"
#include "store/resources/resource_resolver.hpp"

namespace iz::ingest {
namespace {

// A day is a partition: a connector with a broken clock must not make thousands of them.
constexpr std::size_t kDaysPerRun = 800;
constexpr std::chrono::hours kFuture{48};

class Logs : public KindIngest {
 public:
  explicit Logs(IngestContext& context)
      : context_(context),
        staged_(context, *records::find_kind(IZ_KIND_LOG)),
        resources_(context.tenant_id(), context.connection_id(), context.run().provider) {}

  void batch(const records::BatchView& batch) override {
    Cells cells(context_, staged_.kind(), batch);
    for (std::size_t row = 0; row < batch.rows; ++row) {
      if (!cells.row(row)) continue;
      check(cells);
      if (!cells.ok()) continue;
      StagedRecords::Head head;
      const records::Cell type = cells.text(IZ_LOG_RESOURCE_TYPE);
      const records::Cell id = cells.text(IZ_LOG_EXTERNAL_ID);
      if (!type.empty() && !id.empty()) head.reference = static_cast<std::int32_t>(resources_.reference(type, id));
      const records::Cell event = cells.text(IZ_LOG_EVENT_ID);
      if (!event.empty()) head.key_hash = store::hash128(event);
      staged_.add(cells, head);
    }
  }

  void write(store::MarkTransaction& tx) override {
    if (staged_.records() == 0) return;
    resources_.resolve(tx);
    staged_.copy(tx);
    store::insert_logs(tx, origin_of(context_), resources_);
  }

  void committed() override {
    staged_.clear();
    resources_.forget_ids();
  }
  [[nodiscard]] std::uint64_t pending_records() const override { return staged_.records(); }
  [[nodiscard]] std::uint64_t pending_bytes() const override { return staged_.bytes(); }

 private:
  void check(Cells& cells) {
    if (cells.text(IZ_LOG_RESOURCE_TYPE).empty() != cells.text(IZ_LOG_EXTERNAL_ID).empty()) {
      return cells.reject(IZ_LOG_EXTERNAL_ID, "half_a_key", "resource_type and external_id name a resource only together");
    }
    using namespace std::chrono;
    const sys_time<microseconds> instant{microseconds{*cells.instant(IZ_LOG_TIMESTAMP)}};
    if (instant > system_clock::now() + kFuture) {
      return cells.reject(IZ_LOG_TIMESTAMP, "in_the_future", "the event is more than two days ahead of this machine's clock");
    }
    const sys_days day = floor<days>(instant);
    if (days_.contains(day.time_since_epoch().count())) return;
    if (days_.size() >= kDaysPerRun) {
      return cells.reject(IZ_LOG_TIMESTAMP, "too_many_days", "one run may bring the logs of 800 days: ask for a shorter window");
    }
    store::ensure_log_day(reading_session(context_), day);
    days_.insert(day.time_since_epoch().count());
  }

  IngestContext& context_;
  StagedRecords staged_;
  store::ResourceResolver resources_;
  std::unordered_set<std::int64_t> days_;  // that have their partition
};

}  // namespace

std::unique_ptr<KindIngest> make_logs(IngestContext& context) { return std::make_unique<Logs>(context); }

}  // namespace iz::ingest
