// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/audit/trail_files.hpp"

#include <infrazen/error.hpp>

namespace iz::yandex {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;  // a file has some minutes of events

std::string read_all(support::ByteSource& file, const std::string& name) {
  std::string text;
  std::string piece(64 * 1024, '\0');
  while (const std::size_t count = file.read(piece)) {
    text.append(piece, 0, count);
    if (text.size() > kMostBytes) {
      throw infrazen::Error(infrazen::ErrorClass::permanent, name +
                                                                 " has more than 64 MiB and is no file of a trail; is "
                                                                 "setting 'audit_prefix' the trail's?");
    }
  }
  return text;
}

}  // namespace

void each_event_of(support::ByteSource& file, const std::string& name,
                   const std::function<void(const AuditEvent&)>& visit) {
  const std::string text = read_all(file, name);
  const support::JsonDocument document(text, name);
  const auto take = [&](support::JsonValue value) {
    if (const auto event = read_event(value)) visit(*event);
  };
  for (const support::JsonValue value : document.root()) take(value);
  if (document.root().is_object()) take(document.root());
}

}  // namespace iz::yandex
