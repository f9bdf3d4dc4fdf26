// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "wire/messages.hpp"

#include <fmt/format.h>

#include "records/kinds.hpp"

namespace iz::wire {
namespace {

constexpr std::size_t kMaxSubjectBytes = 1024;
constexpr std::size_t kMaxRuleBytes = 64;
constexpr std::size_t kMaxColumnBytes = 256;

void check(bool holds, std::string_view what) {
  if (!holds) throw MalformedFrame(std::string(what));
}

// Number that is at most `most`.
std::uint32_t limited(ByteReader& reader, std::uint32_t most, std::string_view what) {
  const auto value = reader.number<std::uint32_t>();
  if (value > most) throw MalformedFrame(fmt::format("{} {} is unknown", what, value));
  return value;
}

std::uint32_t known_kind(ByteReader& reader) {
  const auto kind = reader.number<std::uint32_t>();
  if (kind != IZ_KIND_METRIC && records::find_kind(kind) == nullptr) {
    throw MalformedFrame(fmt::format("record kind {} is unknown", kind));
  }
  return kind;
}

bool flag(ByteReader& reader) {
  return limited(reader, 1, "flag") == 1;
}

}  // namespace

void encode(const ScopeEvent& message, Bytes& out) {
  ByteWriter writer(out);
  writer.number(message.kind);
  writer.text(message.scope);
}

ScopeEvent decode_scope_event(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  ScopeEvent message;
  message.kind = known_kind(reader);
  message.scope = reader.text(IZ_SCOPE_MAX);
  check(!message.scope.empty(), "scope without a name");
  reader.end();
  return message;
}

void encode(const Mark& message, Bytes& out) {
  ByteWriter writer(out);
  writer.number(message.sequence);
  writer.text(message.cursor.data() == nullptr ? std::string_view("", 0) : message.cursor);
}

Mark decode_mark(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  Mark message;
  message.sequence = reader.number<std::uint64_t>();
  message.cursor = reader.blob(IZ_CURSOR_MAX);
  reader.end();
  return message;
}

void encode_mark_done(std::uint64_t sequence, Bytes& out) {
  ByteWriter(out).number(sequence);
}

std::uint64_t decode_mark_done(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const auto sequence = reader.number<std::uint64_t>();
  reader.end();
  return sequence;
}

void encode(const Progress& message, Bytes& out) {
  ByteWriter writer(out);
  writer.number(message.done);
  writer.number(message.total);
  writer.text(message.what);
}

Progress decode_progress(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  Progress message;
  message.done = reader.number<std::uint64_t>();
  message.total = reader.number<std::uint64_t>();
  message.what = reader.text(kMaxSubjectBytes, true);
  reader.end();
  return message;
}

void encode(const LogLine& message, Bytes& out) {
  ByteWriter writer(out);
  writer.number(message.level);
  writer.text(message.message);
}

LogLine decode_log(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  LogLine message;
  message.level = limited(reader, 3, "log level");
  message.message = reader.text(kMaxLogBytes);
  reader.end();
  return message;
}

void encode(const CheckResult& message, Bytes& out) {
  ByteWriter writer(out);
  writer.number(message.verdict);
  writer.text(message.subject);
  writer.text(message.detail);
  writer.number(static_cast<std::uint32_t>(message.by));
  writer.number(message.took_us);
}

CheckResult decode_check_result(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  CheckResult message;
  message.verdict = limited(reader, 2, "verdict");
  message.subject = reader.text(kMaxSubjectBytes, true);
  message.detail = reader.text(kMaxLogBytes, true);
  message.by = static_cast<CheckedBy>(limited(reader, 1, "origin of a verdict"));
  message.took_us = reader.number<std::uint64_t>();
  reader.end();
  return message;
}

void encode(const Admission& message, Bytes& out) {
  ByteWriter writer(out);
  writer.number(message.index);
  writer.number(message.error_class);
  writer.text(message.event_id);
  writer.text(message.message);
}

Admission decode_admission(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  Admission message;
  message.index = reader.number<std::uint32_t>();
  message.error_class = limited(reader, IZ_ERR_INTERNAL, "error class");
  message.event_id = reader.text(IZ_WEBHOOK_EVENT_ID_SIZE - 1, true);
  message.message = reader.text(kMaxMessageBytes, true);
  reader.end();
  return message;
}

void encode(const Done& message, Bytes& out) {
  ByteWriter writer(out);
  writer.number(message.error_class);
  writer.number(message.http_status);
  writer.number(message.retry_after_ms);
  writer.number<std::uint32_t>(message.crashed ? 1 : 0);
  writer.text(message.message);
}

Done decode_done(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  Done message;
  message.error_class = limited(reader, IZ_ERR_INTERNAL, "error class");
  message.http_status = limited(reader, 999, "HTTP status");
  message.retry_after_ms = reader.number<std::int64_t>();
  check(message.retry_after_ms >= 0, "negative retry_after_ms");
  message.crashed = flag(reader);
  message.message = reader.text(kMaxMessageBytes, true);
  reader.end();
  return message;
}

void encode(const Pong& message, Bytes& out) {
  ByteWriter(out).number(message.activity);
}

Pong decode_pong(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const Pong message{reader.number<std::uint64_t>()};
  reader.end();
  return message;
}

void encode(const Observation& message, Bytes& out) {
  ByteWriter writer(out);
  writer.number(static_cast<std::uint32_t>(message.what));
  writer.text(message.detail);
}

Observation decode_observation(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  Observation message;
  message.what = static_cast<Seen>(limited(reader, kLastSeen, "observation"));
  message.detail = reader.text(kMaxLogBytes);
  reader.end();
  return message;
}

void encode(const records::FindingView& message, Bytes& out) {
  ByteWriter writer(out);
  writer.number(message.severity);
  writer.number(message.position);
  for (const auto text :
       {message.rule, message.scope, message.origin, message.column, message.value, message.message}) {
    writer.text(text);
  }
}

records::FindingView decode_finding(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  records::FindingView message;
  message.severity = limited(reader, IZ_SEVERITY_REJECTED, "severity");
  message.position = reader.number<std::uint64_t>();
  message.rule = reader.text(kMaxRuleBytes);
  message.scope = reader.text(IZ_SCOPE_MAX, true);
  message.origin = reader.text(kMaxOriginBytes, true);
  message.column = reader.text(kMaxColumnBytes, true);
  message.value = reader.text(kMaxFindingValue, true);
  message.message = reader.text(kMaxMessageBytes);
  reader.end();
  return message;
}

std::string_view decode_manifest(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const std::string_view json = reader.text(kMaxManifestBytes);
  reader.end();
  return json;
}

std::string_view decode_checkpoint(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  const std::string_view blob = reader.blob(IZ_CHECKPOINT_MAX);
  reader.end();
  return blob;
}

}  // namespace iz::wire
