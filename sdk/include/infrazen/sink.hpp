// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <infrazen/abi/sink.h>
#include <infrazen/error.hpp>
#include <infrazen/records.hpp>
#include <infrazen/text.hpp>

namespace infrazen {

enum class Severity : std::uint32_t {
  notice = IZ_SEVERITY_NOTICE,      // worth knowing
  warning = IZ_SEVERITY_WARNING,    // the data is odd; nothing was lost
  rejected = IZ_SEVERITY_REJECTED,  // a row or file could not be taken
};

// Something in the provider's data is not as it should be. Views are read during report() only.
struct Finding {
  Severity severity = Severity::warning;
  std::string_view rule{};  // short and stable: "decimal_format"
  std::string_view message{};
  std::string_view scope{};
  std::string_view origin{};
  std::uint64_t position = 0;
  std::string_view column{};
  std::string_view value{};
};

// infrazen.sink/1 as it is, with exceptions. push() and push_metrics() may be called from several threads, one at a
// time per kind; the rest from the run thread only.
class Sink {
 public:
  explicit Sink(const iz_sink_1& table) : table_(&table) {}

  void push(const iz_batch& batch) const {
    detail::checked([&](iz_error* error) { return table_->push(table_->context, &batch, error); });
  }
  void push_metrics(std::span<const iz_metric_segment> segments) const {
    detail::checked([&](iz_error* error) {
      return table_->push_metrics(table_->context, segments.data(), static_cast<std::uint32_t>(segments.size()),
                                  sizeof(iz_metric_segment), error);
    });
  }
  void open_scope(Kind kind, std::string_view scope) const {
    detail::checked([&](iz_error* error) {
      return table_->open_scope(table_->context, static_cast<std::uint32_t>(kind), to_abi_text(scope), error);
    });
  }
  void close_scope(Kind kind, std::string_view scope) const {
    detail::checked([&](iz_error* error) {
      return table_->close_scope(table_->context, static_cast<std::uint32_t>(kind), to_abi_text(scope), error);
    });
  }
  void mark(std::string_view cursor) const {
    detail::checked([&](iz_error* error) { return table_->mark(table_->context, to_abi_text(cursor), error); });
  }
  void report(const Finding& finding) const {
    const iz_finding raw{sizeof(iz_finding),     static_cast<std::uint32_t>(finding.severity),
                         to_abi(finding.rule),   to_abi(finding.scope),
                         to_abi(finding.origin), finding.position,
                         to_abi(finding.column), to_abi(finding.value),
                         to_abi(finding.message)};
    detail::checked([&](iz_error* error) { return table_->report(table_->context, &raw, error); });
  }

 private:
  const iz_sink_1* table_;
};

}  // namespace infrazen
