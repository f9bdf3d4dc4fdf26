// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/sink.hpp>

// What was found in one file, folded: a bill in which every row writes NULL for null gives one finding that counts
// rows.
namespace iz::support {

struct Issue {
  infrazen::Severity severity = infrazen::Severity::warning;
  std::string_view rule;    // lives for ever
  std::string_view column;  // lives as long as the file's header
  std::string_view
      form;  // issues of one rule and column that differ in it are not the same; lives for ever or as value
  std::uint64_t line = 0;  // 0: the file as a whole
  std::string_view value;
  std::string_view message;
};

class Issues {
 public:
  // Equal in rule, column and form: counted. Rejections are listed one by one, up to a limit, because each names lost
  // money. Returns a place for again().
  std::size_t add(const Issue& issue);
  // The same issue once more; for what can happen in every cell.
  void again(std::size_t place) { ++folded_[place].count; }
  [[nodiscard]] bool empty() const { return folded_.empty(); }
  [[nodiscard]] std::uint64_t rejected() const { return rejected_; }

  // In the order of their first lines.
  void report(const infrazen::Sink& sink, std::string_view scope, std::string_view origin) const;

 private:
  struct Folded {
    infrazen::Severity severity{};
    std::string rule, column, value, message;
    std::uint64_t line = 0;
    std::uint64_t count = 0;
  };
  static constexpr std::uint64_t kListed = 1000;

  std::map<std::string, std::size_t> places_;  // by rule, column, form and, where listed, line
  std::vector<Folded> folded_;
  std::uint64_t rejected_ = 0;
};

}  // namespace iz::support
