// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>

#include "host/run_context.hpp"
#include <infrazen/abi/services.h>

namespace iz::host {

// infrazen.secrets/1: signatures by reference; the value itself only by manifest and operator.
class SecretsService {
 public:
  explicit SecretsService(RunContext& run);
  [[nodiscard]] const iz_secrets_1* table() const { return &table_; }

 private:
  std::int32_t sign(std::string_view name, std::uint32_t algorithm, iz_str data, std::uint8_t* out,
                    std::uint64_t capacity, std::uint64_t* length, iz_error* error);
  std::int32_t reveal(std::string_view name, iz_str* value, iz_error* error);

  RunContext& run_;
  iz_secrets_1 table_{};
};

}  // namespace iz::host
