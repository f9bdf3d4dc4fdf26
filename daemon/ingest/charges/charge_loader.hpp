// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/charges/charge_bills.hpp"
#include "ingest/ingest_context.hpp"
#include "store/encoding/copy_binary.hpp"

namespace iz::ingest {

// Puts encoded charges into their months' partitions by COPY, one COPY at a time, each as long as it can be.
class ChargeLoader {
 public:
  ChargeLoader(IngestContext& context, ChargeBills& bills) : context_(context), bills_(bills) {}

  // The buffer to append encoded rows of a month to; call added() after each.
  [[nodiscard]] std::string& buffer(std::chrono::sys_days month);
  // Counts the row of `bytes` that was appended to the buffer asked for last.
  void added(std::size_t bytes);
  // Writes what is buffered; the COPY stays open. The mark's transaction is opened if it is not.
  void write();
  // Writes the rest and ends the COPY: other statements may follow.
  void finish();
  // Drops what is buffered and ends the COPY.
  void abandon();
  [[nodiscard]] std::size_t pending() const noexcept { return pending_; }

 private:
  struct Month {
    std::string rows;
    std::int64_t count = 0;
  };
  void copy_month(std::chrono::sys_days month, Month& buffered);
  void end_copy();

  IngestContext& context_;
  ChargeBills& bills_;
  std::map<std::chrono::sys_days, Month> months_;
  Month* current_ = nullptr;
  std::chrono::sys_days current_month_{};
  std::size_t pending_ = 0;
  std::optional<store::CopyWriter> copy_;
  std::chrono::sys_days copy_month_{};
};

}  // namespace iz::ingest
