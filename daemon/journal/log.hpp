// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "journal/message.hpp"
#include "journal/messages.hpp"  // generated from daemon/journal/messages.yaml
#include "journal/source_place.hpp"

namespace iz::journal {

// A value of an event. In the journal it becomes INFRAZEN_<NAME>: connection, stream, run_id and error_class are the
// ones people filter by. In the text it replaces {name}.
struct Field {
  std::string_view name;  // lower case letters, digits and '_'
  std::string value;
};

enum class Format : std::uint8_t {
  automatic,  // journal when stderr is connected to it, else text
  journal,    // journald's native protocol, structured
  text,       // one line for people
  json        // one object a line
};

struct LogOptions {
  Severity level = Severity::info;  // lower ones are dropped
  std::string locale = "en";        // en or ru
  Format format = Format::automatic;
  std::string identifier = "infrazend";
  int fd = 2;  // where text and json go
};

// Where the daemon says what happens. Built once by app/ and handed on by reference; all calls are safe from any
// thread. Known secrets are replaced by *** in everything that leaves, control characters are escaped.
class Log {
 public:
  explicit Log(LogOptions options = {});
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  // Something the catalogue knows: log.event(messages::run_failed, {{"connection", id}, {"error_class", "auth"}, ...}).
  void event(const Message& message, std::initializer_list<Field> fields = {},
             SourcePlace where = SourcePlace::current());
  void event(const Message& message, std::span<const Field> fields,
             SourcePlace where = SourcePlace::current());

  // Free text, for debugging and for lines that come from a connector. No MESSAGE_ID.
  void line(Severity severity, std::string_view text, std::initializer_list<Field> fields = {},
            SourcePlace where = SourcePlace::current());

  [[nodiscard]] bool enabled(Severity severity) const noexcept;

  // Both take effect at once (reload).
  void set_level(Severity level) noexcept;
  void set_locale(std::string_view locale);

  // From now on this text, also base64 or percent encoded, appears nowhere. Shorter than 4 bytes: ignored.
  void add_secret(std::string_view secret);
  [[nodiscard]] std::string masked(std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace iz::journal
