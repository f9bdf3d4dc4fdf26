// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "support/json.hpp"
#include "yandex/settings.hpp"

namespace iz::yandex {

// Where a service answers, by the id that the registry of endpoints gives it ("compute", "managed-kubernetes",
// "storage" for S3). What the settings name comes first, then what the registry said, then the built-in table.
class Endpoints {
 public:
  explicit Endpoints(const Settings& settings);

  // "https://compute.api.cloud.yandex.net", without a slash at the end; "" when this installation has no such service
  // (only once the registry was read).
  [[nodiscard]] std::string base(std::string_view service) const;
  // The registry's own address.
  [[nodiscard]] std::string registry() const;
  // Whether the registry's answer could change anything.
  [[nodiscard]] bool worth_discovering() const { return discover_; }
  // Takes over the registry's answer: {"endpoints":[{"id":…,"address":"host:443"}]}.
  void learn(support::JsonValue answer);

 private:
  std::string domain_;
  std::map<std::string, std::string, std::less<>> configured_;
  std::map<std::string, std::string, std::less<>> learnt_;
  bool discover_;
};

}  // namespace iz::yandex
