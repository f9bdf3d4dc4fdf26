// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <infrazen/abi/base.h>
#include <infrazen/abi/records.h>

#include "finops/billing_days.hpp"
#include "ingest/charges/charge_difference.hpp"
#include "ingest/charges/charge_findings.hpp"
#include "ingest/charges/charge_loader.hpp"
#include "ingest/charges/charge_part.hpp"
#include "ingest/charges/charge_rows.hpp"
#include "ingest/kind_ingest.hpp"
#include "records/fault_point.hpp"
#include "records/run_sink.hpp"

namespace iz::ingest {

namespace {

// The billing days that a window of days of UTC touches.
std::optional<ChargeDifference::Days> days_of(const std::optional<store::DayWindow>& window,
                                              const finops::BillingDays& days) {
  if (!window) return std::nullopt;
  return ChargeDifference::Days{days.charge_day(window->since_us()), days.charge_day(window->until_us() - 1)};
}

std::string quoted(std::string_view scope) { return "\"" + std::string(scope) + "\""; }

// The charges of a run. A part of a bill that was never delivered can only be inserted: its charges are written ahead into the
// mark's transaction while the connector still sends. One that was is spooled and compared at the mark.
class Charges : public KindIngest {
 public:
  explicit Charges(IngestContext& context)
      : context_(context),
        days_(context.run().billing_time_zone),
        spool_(context.make_spool()),
        dimensions_(context.make_spool()),
        bills_(context, days_),
        rows_(context, dimensions_, bills_, days_),
        loader_(context, bills_),
        difference_(dimensions_, loader_, spool_, days_of(context.run().window, days_)),
        findings_(context, dimensions_) {}

  void open_scope(std::uint32_t, std::string_view scope) override {
    if (const auto known = parts_.find(scope); known != parts_.end()) {
      if (known->second->abandoned) refuse_abandoned(scope);
      throw records::RunError(IZ_ERR_PERMANENT, "scope " + quoted(scope) + " was opened twice without a mark in between");
    }
    auto part = std::make_unique<ChargePart>(std::string(scope), store::open_cost_part(context_.session(), context_.lease(), scope));
    parts_.emplace(scope, std::move(part));
  }

  void close_scope(std::uint32_t, std::string_view scope) override {
    auto& part = open_part(scope);
    part.closed = true;
    findings_.flush(scope);
    if (&part == ahead_) {
      loader_.finish();
      context_.write_ahead().exec("RELEASE SAVEPOINT charges");
      ahead_ = nullptr;
    } else {
      part.spool_all(spool_);
    }
  }

  void batch(const records::BatchView& batch) override {
    if (records::is_null(batch.scope)) {
      throw records::RunError(IZ_ERR_PERMANENT, "charges came outside of any scope: which part of a bill they replace is not said");
    }
    auto& part = open_part(batch.scope);
    if (!plan_ || !plan_->serves(batch.columns)) {
      plan_.emplace(batch.columns);
      rows_.forget_texts();
    }
    findings_.columns(batch, *plan_);
    take(part, batch);
    pending_records_ += batch.rows;
    if (part.delivered_before() && !part.expects() && part.kept_bytes() >= kSettleBytes) {
      part.expect(store::load_buckets(context_.session(), part.part_id()));
    }
    if (ahead_ == nullptr && !part.delivered_before() && part.kept_bytes() >= context_.run().write_ahead_bytes) start_ahead(part);
    if (&part != ahead_) return;
    if (loader_.pending() >= kWriteBytes) loader_.write();
    dimensions_.write_ahead(context_.session().conninfo(), context_.tenant_id());
  }

  void write(store::MarkTransaction& tx) override {
    for (auto& [scope, part] : parts_) {
      if (!part->closed) drop(*part);
    }
    for (auto& [scope, part] : parts_) {
      if (part->abandoned || !part->closed) continue;
      if (part->written_ahead) {
        const auto buckets = part->buckets();
        store::write_buckets(tx, part->part_id(), buckets);
        store::part_delivered(tx, part->part_id());
        store::roll_up_days(tx, part->part_id(), buckets);
      } else {
        difference_.write(tx, *part);
      }
    }
    records::fault_point("dimensions.before_write");
    dimensions_.write(tx);
    records::fault_point("dimensions.after_write");
    bills_.write(tx);
  }

  void committed() override {
    dimensions_.committed();
    bills_.committed();
    std::erase_if(parts_, [](const auto& entry) { return entry.second->closed; });
    spool_.clear();
    pending_records_ = 0;
  }

  [[nodiscard]] std::uint64_t pending_records() const override { return pending_records_; }
  [[nodiscard]] std::uint64_t pending_bytes() const override { return spool_.size() + loader_.pending(); }

 private:
  [[noreturn]] static void refuse_abandoned(std::string_view scope) {
    throw records::RunError(IZ_ERR_PERMANENT, "scope " + quoted(scope) +
                                                  " was open across a mark: what it had sent was dropped, so it cannot go on; close "
                                                  "a scope of charges before the mark");
  }

  ChargePart& open_part(std::string_view scope) {
    const auto found = parts_.find(scope);
    if (found == parts_.end() || found->second->closed) {
      throw records::RunError(IZ_ERR_PERMANENT, "charges of scope " + quoted(scope) + " came, but that scope is not open");
    }
    if (found->second->abandoned) refuse_abandoned(scope);
    return *found->second;
  }

  void take(ChargePart& part, const records::BatchView& batch) {
    const bool ahead = &part == ahead_;
    bool settled = false;
    for (std::size_t row = 0; row < batch.rows; ++row) {
      if (row % ChargeRows::kAhead == 0) {
        rows_.look_ahead(*plan_, batch, row, std::min<std::size_t>(ChargeRows::kAhead, batch.rows - row));
      }
      row_.clear();
      const auto charge = rows_.encode(*plan_, batch, row, part.part_id(), ahead, row_);
      if (!charge) continue;
      auto& day = part.count(*charge);
      if (ahead) {
        loader_.buffer(charge->bill->billing_month).append(row_);
        loader_.added(row_.size());
      } else {
        part.keep(day, row_, spool_);
        settled = part.settle(day) || settled;
      }
      findings_.look_at(batch, row, *charge);
    }
    // Of a bill that comes day by day nothing is left in the spool when a day was as it had been.
    if (settled && std::ranges::all_of(parts_, [](const auto& known) { return known.second->spooled_bytes() == 0; })) {
      spool_.rewind();
    }
  }

  // Behind a savepoint, so that a scope that fails takes only its own charges with it.
  void start_ahead(ChargePart& part) {
    context_.write_ahead().exec("SAVEPOINT charges");
    ahead_ = &part;
    part.written_ahead = true;
    difference_.insert_all(part);
    part.drop_kept();
  }

  // A scope that was not closed failed: nothing of it is written, and what it replaced stays.
  void drop(ChargePart& part) {
    if (part.abandoned) return;
    if (&part == ahead_) {
      loader_.abandon();
      context_.write_ahead().exec("ROLLBACK TO SAVEPOINT charges");
      context_.write_ahead().exec("RELEASE SAVEPOINT charges");
      ahead_ = nullptr;
    }
    findings_.flush(part.scope());
    part.forget_charges();
    part.abandoned = true;
  }

  static constexpr std::size_t kWriteBytes = 512U << 10;
  static constexpr std::size_t kSettleBytes = 1U << 20;  // charges of a small part are not worth a question

  IngestContext& context_;
  finops::BillingDays days_;
  Spool spool_;
  ChargeDimensions dimensions_;
  ChargeBills bills_;
  ChargeRows rows_;
  ChargeLoader loader_;
  ChargeDifference difference_;
  ChargeFindings findings_;
  std::optional<ChargePlan> plan_;
  std::map<std::string, std::unique_ptr<ChargePart>, std::less<>> parts_;
  ChargePart* ahead_ = nullptr;  // the open part whose charges go straight into the mark's transaction
  std::string row_;
  std::uint64_t pending_records_ = 0;
};

}  // namespace

std::unique_ptr<KindIngest> make_charges(IngestContext& context) { return std::make_unique<Charges>(context); }

}  // namespace iz::ingest
