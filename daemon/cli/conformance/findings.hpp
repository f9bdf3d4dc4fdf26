// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace iz::cli::conformance {

enum class Verdict : std::uint8_t { passed, warning, failed, skipped };

struct Finding {
  Verdict verdict = Verdict::passed;
  std::string rule;     // of rules.hpp; empty for what passed or was skipped
  std::string subject;  // "run of inventory", "file"
  std::string detail;   // what was seen
  std::string advice;   // what to do
};

// Gathers what the parts of the kit find. Any thread.
class Findings {
 public:
  // A rule of rules.hpp was broken. The same breach of one rule and subject is kept once, and of one rule at most
  // kMostOfARule.
  void broken(std::string_view rule, std::string_view subject, std::string detail);
  void passed(std::string_view subject, std::string detail);
  void skipped(std::string_view subject, std::string detail);

  // Failures first, then warnings, what was skipped, what passed; each in the order found.
  [[nodiscard]] std::vector<Finding> take();
  [[nodiscard]] bool has(std::string_view rule) const;

 private:
  static constexpr std::size_t kMostOfARule = 3;
  mutable std::mutex mutex_;
  std::vector<Finding> found_;
};

}  // namespace iz::cli::conformance
