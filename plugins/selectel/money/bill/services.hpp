// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string_view>

namespace iz::selectel {

// What a charge belongs to, in the words of FOCUS.
struct Service {
  std::string_view name;
  std::string_view category;
  std::string_view subcategory;
  bool known = true;  // false: nothing in the tables fits, and it is Other
};

// By the type of the object that was billed, else by the metric, else by the service ("vpc", "mks", …). The lists were
// seen in bills, the provider publishes none: what is in none of them is Other.
[[nodiscard]] Service service_of(std::string_view object_type, std::string_view metric, std::string_view provider_key);

// Units as FOCUS writes them: "GB*H" is "GB-Hours". A unit that is not known stays as it is.
[[nodiscard]] std::string_view unit_of(std::string_view unit);

}  // namespace iz::selectel
