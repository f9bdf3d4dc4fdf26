// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace iz::cli {

struct Phrase {
  std::string_view en;
  std::string_view ru;
};

// Everything the tool says in Russian; keys are the English texts in the code. Texts have {} placeholders of fmt.
[[nodiscard]] std::span<const Phrase> phrases();

// What the tool speaks. An English text without a translation stays English.
class Language {
 public:
  explicit Language(bool russian = false) : russian_(russian) {}
  // By LC_ALL, LC_MESSAGES and LANG, in this order: the first that is set decides.
  [[nodiscard]] static Language of_environment();

  [[nodiscard]] std::string_view operator()(std::string_view english) const;
  [[nodiscard]] std::string_view code() const { return russian_ ? "ru" : "en"; }

 private:
  bool russian_;
};

}  // namespace iz::cli
