// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "records/batch.hpp"

namespace iz::records {

// A fault with the class that decides scheduling (IZ_ERR_*) and a sentence an operator can act on.
class RunError : public std::runtime_error {
 public:
  RunError(std::uint32_t error_class, const std::string& message, std::int64_t retry_after_ms = 0)
      : std::runtime_error(message), error_class_(error_class), retry_after_ms_(retry_after_ms) {}
  [[nodiscard]] std::uint32_t error_class() const noexcept { return error_class_; }
  [[nodiscard]] std::int64_t retry_after_ms() const noexcept { return retry_after_ms_; }

 private:
  std::uint32_t error_class_;
  std::int64_t retry_after_ms_;
};

// Where the records of one run go. supervise/ calls it with what arrives from connector-host; ingest/ implements it.
// All calls come from the run's one worker thread, in the order the connector made them. A RunError thrown from any of
// them ends the run (the child is told, then killed); nothing after the last successful on_mark is kept.
class RunSink {
 public:
  virtual ~RunSink() = default;
  virtual void on_batch(const BatchView& batch) = 0;
  virtual void on_segments(std::span<const SegmentView> segments) = 0;
  virtual void on_scope_open(std::uint32_t kind, std::string_view scope) = 0;
  virtual void on_scope_close(std::uint32_t kind, std::string_view scope) = 0;
  virtual void on_finding(const FindingView& finding) = 0;
  virtual void on_checkpoint(std::string_view blob) = 0;
  // Returns when everything so far is committed together with the cursor.
  virtual void on_mark(std::string_view cursor) = 0;
};

}  // namespace iz::records
