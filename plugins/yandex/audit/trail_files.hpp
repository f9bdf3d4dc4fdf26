// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "support/byte_source.hpp"
#include "yandex/audit/event.hpp"

namespace iz::yandex {

inline constexpr std::uint64_t kMostTrailBytes = std::uint64_t{64} << 20;  // a file has some minutes of events

// Events of one file of a trail, in its order. Throws infrazen::Error.
void each_event_of(support::ByteSource& file, const std::string& name,
                   const std::function<void(const AuditEvent&)>& visit);

// A file of `bytes` as listed: its document, or why it is none, however often it is read. Throws infrazen::Error for
// what may pass: it did not come whole, or is not what was listed any more.
[[nodiscard]] std::variant<support::JsonDocument, std::string> read_trail_file(support::ByteSource& file,
                                                                               const std::string& name,
                                                                               std::uint64_t bytes);
void each_event_of(support::JsonValue root, const std::function<void(const AuditEvent&)>& visit);

}  // namespace iz::yandex
