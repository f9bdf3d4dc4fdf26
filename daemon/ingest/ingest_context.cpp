// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/ingest_context.hpp"

#include <algorithm>

#include "records/kinds.hpp"
#include "records/utf8.hpp"
#include <infrazen/abi/module.h>

namespace iz::ingest {

namespace {

// So many findings with the same rule, column and origin are kept one by one; the next ones are counted in the last of them.
constexpr std::uint64_t kSingle = 20;
// Most kept between two marks whatever they are: a broken file must not fill memory.
constexpr std::size_t kMost = 10'000;
constexpr std::size_t kValueBytes = 256;

// Findings quote what could not be taken, which may not even be UTF-8.
std::string quotable(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, most));
  if (out.size() < text.size()) {
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80) out.pop_back();  // not through a character
    if (!out.empty() && static_cast<unsigned char>(out.back()) >= 0xC0) out.pop_back();
  }
  const bool utf8 = records::is_utf8(out);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || (!utf8 && byte >= 0x80)) c = '?';
  }
  return out;
}

}  // namespace

void FindingLog::add(store::Finding finding) {
  for (auto* text : {&finding.rule, &finding.scope, &finding.origin, &finding.column, &finding.message}) {
    *text = quotable(*text, 1024);
  }
  finding.value = quotable(finding.value, kValueBytes);
  total_ += finding.count;
  if (finding.severity == IZ_SEVERITY_REJECTED) rejected_ += finding.count;
  auto& series = series_[finding.rule + '\x1f' + finding.column + '\x1f' + finding.origin + '\x1f' + finding.scope];
  if (series.count >= kSingle || pending_.size() >= kMost) {
    if (series.last < pending_.size()) {
      pending_[series.last].count += finding.count;
      return;
    }
    if (pending_.size() >= kMost) {
      pending_.back().count += finding.count;
      return;
    }
  }
  ++series.count;
  series.last = pending_.size();
  pending_.push_back(std::move(finding));
}

void FindingLog::clear_pending() {
  pending_.clear();
  series_.clear();
  rejected_ = 0;
}

bool IngestContext::beside_the_cursor() const noexcept {
  return run_.mode == IZ_SYNC_TARGETED || run_.window.has_value();
}

IngestContext::IngestContext(const RunContext& run, store::MarkSession& session, store::StreamLease& lease)
    : run_(run), session_(session), lease_(lease) {}

namespace {

store::Finding finding_of(const records::BatchView& batch, std::size_t row, std::string_view column, records::Cell value,
                          std::string_view rule, std::string_view message) {
  const auto* kind = records::find_kind(batch.kind);
  store::Finding finding;
  finding.kind = kind != nullptr ? kind->name : "";
  finding.rule = rule;
  finding.scope = batch.scope;
  finding.origin = batch.origin;
  finding.position = batch.position(row);
  finding.column = column;
  finding.value = value.substr(0, kValueBytes);
  finding.message = message;
  return finding;
}

}  // namespace

void IngestContext::reject(const records::BatchView& batch, std::size_t row, std::string_view column, records::Cell value,
                           std::string_view rule, std::string_view message) {
  auto finding = finding_of(batch, row, column, value, rule, message);
  finding.severity = IZ_SEVERITY_REJECTED;
  findings_.add(std::move(finding));
}

void IngestContext::warn(const records::BatchView& batch, std::size_t row, std::string_view column, records::Cell value,
                         std::string_view rule, std::string_view message) {
  auto finding = finding_of(batch, row, column, value, rule, message);
  finding.severity = IZ_SEVERITY_WARNING;
  findings_.add(std::move(finding));
}

store::MarkSession& IngestContext::session() { return transaction_ ? side_session() : session_; }

store::MarkSession& IngestContext::side_session() {
  if (!side_) side_ = std::make_unique<store::MarkSession>(session_.conninfo());
  return *side_;
}

store::MarkTransaction& IngestContext::write_ahead() {
  if (!transaction_) transaction_ = std::make_unique<store::MarkTransaction>(session_, lease_, run_.run_id);
  return *transaction_;
}

}  // namespace iz::ingest
