// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/output/language.hpp"

#include <cstdlib>

namespace iz::cli {

Language Language::of_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return Language(std::string_view(value).starts_with("ru"));
  }
  return Language(false);
}

std::string_view Language::operator()(std::string_view english) const {
  if (!russian_) return english;
  for (const auto& phrase : phrases()) {
    if (phrase.en == english) return phrase.ru;
  }
  return english;
}

}  // namespace iz::cli
