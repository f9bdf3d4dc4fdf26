// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/charges/charge_loader.hpp"

#include "store/costs/cost_tables.hpp"

namespace iz::ingest {

std::string& ChargeLoader::buffer(std::chrono::sys_days month) {
  if (current_ == nullptr || month != current_month_) {
    current_ = &months_[month];
    current_month_ = month;
  }
  return current_->rows;
}

void ChargeLoader::added(std::size_t bytes) {
  ++current_->count;
  pending_ += bytes;
}

void ChargeLoader::copy_month(std::chrono::sys_days month, Month& buffered) {
  if (buffered.count == 0) return;
  if (!copy_ || copy_month_ != month) {
    end_copy();
    const auto leaf = bills_.leaf(month);  // known already; else made by another session
    copy_.emplace(context_.write_ahead().copy(leaf + " " + std::string(store::cost_fact_columns())));
    copy_month_ = month;
  }
  copy_->encoded(buffered.rows, buffered.count);
  buffered.rows.clear();
  buffered.count = 0;
}

void ChargeLoader::write() {
  // The month whose COPY is open first: a bill of several months does not switch more than it has to.
  if (copy_) copy_month(copy_month_, months_[copy_month_]);
  for (auto& [month, buffered] : months_) copy_month(month, buffered);
  pending_ = 0;
}

void ChargeLoader::end_copy() {
  if (!copy_) return;
  copy_->finish();
  copy_.reset();
}

void ChargeLoader::finish() {
  write();
  end_copy();
  months_.clear();
  current_ = nullptr;
}

void ChargeLoader::abandon() {
  months_.clear();
  current_ = nullptr;
  pending_ = 0;
  end_copy();
}

}  // namespace iz::ingest
