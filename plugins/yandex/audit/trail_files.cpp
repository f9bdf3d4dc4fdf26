// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/audit/trail_files.hpp"

#include <infrazen/error.hpp>

namespace iz::yandex {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using support::JsonDocument;
using support::JsonValue;

std::string read_all(support::ByteSource& file, const std::string& name) {
  std::string text;
  std::string piece(64 * 1024, '\0');
  while (const std::size_t count = file.read(piece)) {
    text.append(piece, 0, count);
    if (text.size() > kMostTrailBytes) {
      throw Error(ErrorClass::permanent, name +
                                             " has more than 64 MiB and is no file of a trail; is setting "
                                             "'audit_prefix' the trail's?");
    }
  }
  return text;
}

}  // namespace

void each_event_of(JsonValue root, const std::function<void(const AuditEvent&)>& visit) {
  const auto take = [&](JsonValue value) {
    if (const auto event = read_event(value)) visit(*event);
  };
  for (const JsonValue value : root) take(value);
  if (root.is_object()) take(root);
}

void each_event_of(support::ByteSource& file, const std::string& name,
                   const std::function<void(const AuditEvent&)>& visit) {
  const JsonDocument document(read_all(file, name), name);
  each_event_of(document.root(), visit);
}

std::variant<JsonDocument, std::string> read_trail_file(support::ByteSource& file, const std::string& name,
                                                        std::uint64_t bytes) {
  const std::string text = read_all(file, name);
  // A page of a proxy, or a body that broke off, says nothing about the file.
  if (text.size() != bytes) {
    throw Error(ErrorClass::transient, name + ": " + std::to_string(text.size()) + " bytes came of the " +
                                           std::to_string(bytes) +
                                           " that the listing says: the download breaks off, is the page of something "
                                           "in between, or the file was replaced");
  }
  try {
    JsonDocument document(text, name);
    if (!document.root().is_array() && !document.root().is_object()) return name + ": neither a list nor an event";
    return document;
  } catch (const Error& error) {
    return std::string(error.what());
  }
}

}  // namespace iz::yandex
