// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "supervise/run.hpp"
#include "wire/bytes.hpp"

namespace iz::supervise {

// Bytes that hold secrets and are wiped at the end.
struct SecretBytes {
  SecretBytes() = default;
  SecretBytes(SecretBytes&&) = default;
  SecretBytes& operator=(SecretBytes&&) = delete;
  ~SecretBytes();
  wire::Bytes bytes;
};

// The payload of the start frame.
[[nodiscard]] SecretBytes start_frame(const RunSpec& spec);

// IZ_LOG_* of a level's name; info for an unknown one.
[[nodiscard]] std::uint32_t log_level_number(std::string_view name);

}  // namespace iz::supervise
