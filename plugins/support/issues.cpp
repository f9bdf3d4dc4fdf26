// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/issues.hpp"

#include <algorithm>
#include <utility>

#include "support/encoding.hpp"

namespace iz::support {
namespace {

constexpr std::size_t kValueBytes = 256;

}  // namespace

std::size_t Issues::add(const Issue& issue) {
  const bool rejected = issue.severity == infrazen::Severity::rejected;
  if (rejected) ++rejected_;
  const std::uint64_t own_line = rejected && rejected_ <= kListed ? issue.line : 0;
  std::string key;
  for (const std::string_view part : {issue.rule, issue.column, issue.form}) key.append(part).push_back('\0');
  key += std::to_string(own_line);
  const auto found = places_.find(key);
  if (found != places_.end()) {
    ++folded_[found->second].count;
    return found->second;
  }
  places_.emplace(std::move(key), folded_.size());
  folded_.push_back({issue.severity, std::string(issue.rule), std::string(issue.column),
                     std::string(cut_text(issue.value, kValueBytes)), std::string(issue.message), issue.line, 1});
  return folded_.size() - 1;
}

void Issues::report(const infrazen::Sink& sink, std::string_view scope, std::string_view origin) const {
  std::vector<const Folded*> order;
  for (const Folded& folded : folded_) order.push_back(&folded);
  std::ranges::stable_sort(order, {}, &Folded::line);
  for (const Folded* folded : order) {
    std::string message = folded->message;
    if (folded->count > 1) message += " (" + std::to_string(folded->count) + " rows; the first is shown)";
    const auto or_null = [](const std::string& text) {
      return text.empty() ? std::string_view() : std::string_view(text);
    };
    sink.report({.severity = folded->severity,
                 .rule = folded->rule,
                 .message = message,
                 .scope = scope,
                 .origin = origin,
                 .position = folded->line,
                 .column = or_null(folded->column),
                 .value = or_null(folded->value)});
  }
}

}  // namespace iz::support
