// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "cbr/quote.hpp"

namespace iz::cbr {

// Days, both ends included.
struct Span {
  Day from;
  Day through;
};

// The cursor: per currency the days whose lists are all stored. They are never read again, because the bank does not
// restate a list.
class Ledger {
 public:
  // An empty cursor is an empty ledger. Throws infrazen::Error (internal) for what is no cursor of this connector.
  explicit Ledger(std::string_view cursor);
  [[nodiscard]] std::string cursor() const;

  [[nodiscard]] const Span* find(const std::string& currency) const;
  void set(const std::string& currency, const Span& span) { spans_[currency] = span; }

 private:
  std::map<std::string, Span> spans_;
};

}  // namespace iz::cbr
