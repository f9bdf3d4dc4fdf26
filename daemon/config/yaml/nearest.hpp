// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace iz::config {

// The candidate that was most likely meant (edit distance with transpositions, at most a third of the word); "" = none
// is near.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);

// " (did you mean 'x'?)", or " (known: a, b, c)" when none is near.
[[nodiscard]] std::string hint(std::string_view word, std::span<const std::string> candidates);

}  // namespace iz::config
