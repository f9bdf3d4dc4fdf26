// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "journal/log.hpp"

#include <atomic>
#include <utility>

#include <spdlog/sinks/sink.h>

#include "journal/secret_mask.hpp"
#include "journal/sinks.hpp"

namespace iz::journal {
namespace {

spdlog::sink_ptr make_sink(const LogOptions& options) {
  const bool to_journal =
      options.format == Format::journal || (options.format == Format::automatic && is_journal_stream(options.fd));
  if (to_journal) return make_journal_sink();
  return make_stream_sink(options.fd, options.format == Format::json ? Format::json : Format::text);
}

}  // namespace

struct Log::State {
  explicit State(const LogOptions& options)
      : level(options.level),
        russian(options.locale == "ru"),
        identifier(options.identifier),
        sink(make_sink(options)) {}

  std::atomic<Severity> level;
  std::atomic<bool> russian;
  const std::string identifier;
  SecretMask mask;
  spdlog::sink_ptr sink;

  // Masked before it is escaped: a secret with a control character in it is found as it is.
  std::string clean(std::string_view text) const { return escaped(mask.apply(text)); }

  void write(Severity severity, std::string_view text, const Message* message, std::span<const Field> fields,
             SourcePlace where) {
    Entry entry;
    entry.severity = severity;
    entry.time = std::chrono::system_clock::now();
    entry.text = clean(text);
    entry.where = where;
    entry.identifier = identifier;
    if (message != nullptr) {
      entry.message_name = message->name;
      entry.message_id = message->id;
    }
    for (const auto& field : fields) {
      if (!field.value.empty()) entry.fields.emplace_back(std::string(field.name), clean(field.value));
    }
    sink->log(EntryMessage(entry));
  }
};

Log::Log(LogOptions options) : state_(std::make_unique<State>(options)) {}
Log::~Log() = default;

bool Log::enabled(Severity severity) const noexcept {
  return severity <= state_->level.load(std::memory_order_relaxed);
}

void Log::event(const Message& message, std::initializer_list<Field> fields, SourcePlace where) {
  event(message, std::span<const Field>(fields.begin(), fields.size()), where);
}

void Log::event(const Message& message, std::span<const Field> fields, SourcePlace where) {
  if (!enabled(message.severity)) return;
  const std::string_view text = state_->russian.load(std::memory_order_relaxed) ? message.ru : message.en;
  state_->write(message.severity, filled(text, fields), &message, fields, where);
}

void Log::line(Severity severity, std::string_view text, std::initializer_list<Field> fields,
               SourcePlace where) {
  if (!enabled(severity)) return;
  state_->write(severity, text, nullptr, std::span<const Field>(fields.begin(), fields.size()), where);
}

void Log::set_level(Severity level) noexcept {
  state_->level.store(level, std::memory_order_relaxed);
}

void Log::set_locale(std::string_view locale) {
  state_->russian.store(locale == "ru", std::memory_order_relaxed);
}

void Log::add_secret(std::string_view secret) {
  state_->mask.add(secret);
}

std::string Log::masked(std::string_view text) const {
  return state_->mask.apply(text);
}

}  // namespace iz::journal
