// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <pqxx/pqxx>

#include "store/streams/streams.hpp"

// Instants and bytes between C++ and SQL text. Only for .cpp files inside store/.
namespace iz::store {

// SQL that gives a timestamptz as microseconds since 1970, exactly.
[[nodiscard]] inline std::string us(const std::string& column) {
  return "(extract(epoch FROM " + column + ") * 1000000)::bigint";
}
// SQL that makes a timestamptz of a parameter in microseconds.
[[nodiscard]] inline std::string instant_param(const std::string& parameter) {
  return "(timestamptz 'epoch' + " + parameter + "::bigint * interval '1 microsecond')";
}
[[nodiscard]] inline std::int64_t us_of(Instant instant) { return instant.time_since_epoch().count(); }

template <typename Field>
[[nodiscard]] std::optional<Instant> instant_of(const Field& field) {
  if (field.is_null()) return std::nullopt;
  return Instant(std::chrono::microseconds(field.template as<std::int64_t>()));
}

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] std::string from_hex(std::string_view hexadecimal);
[[nodiscard]] Uuid parse_uuid(std::string_view text);

}  // namespace iz::store
