// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "journal/entry.hpp"

#include <date/date.h>
#include <fmt/format.h>

#include "journal/log.hpp"

namespace iz::journal {
namespace {

// Length of the well-formed UTF-8 sequence at the front, 0 = none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 && first <= 0xF4 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  if (first == 0xE0 && byte(1) < 0xA0) return 0;  // overlong
  if (first == 0xED && byte(1) > 0x9F) return 0;  // surrogates
  if (first == 0xF0 && byte(1) < 0x90) return 0;
  if (first == 0xF4 && byte(1) > 0x8F) return 0;
  return length;
}

std::string json_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string upper(std::string_view name) {
  std::string out;
  for (const char c : name) out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string timestamp(std::chrono::system_clock::time_point time) {
  return date::format("%FT%TZ", std::chrono::floor<std::chrono::milliseconds>(time));
}

constexpr std::string_view colour_of(Severity severity) {
  switch (severity) {
    case Severity::critical: return "\x1b[1;41m";
    case Severity::error: return "\x1b[1;31m";
    case Severity::warning: return "\x1b[1;33m";
    case Severity::notice: return "\x1b[1m";
    default: return "\x1b[2m";
  }
}

}  // namespace

std::string filled(std::string_view text, std::span<const Field> fields) {
  std::string out;
  while (!text.empty()) {
    const auto open = text.find('{');
    const auto close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    const std::string_view name = text.substr(open + 1, close - open - 1);
    out += text.substr(0, open);
    const Field* found = nullptr;
    for (const auto& field : fields) {
      if (field.name == name) found = &field;
    }
    out += found != nullptr ? std::string_view(found->value) : text.substr(open, close - open + 1);
    text.remove_prefix(close + 1);
  }
  return out.append(text);
}

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text.front());
    const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7F;
    // U+0080 to U+009F are control characters too: some terminals obey them.
    const bool c1 = length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
    if (length == 0 || control) {
      out += fmt::format("\\x{:02x}", byte);
      text.remove_prefix(1);
    } else if (c1) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[1]));
      text.remove_prefix(2);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

std::vector<std::string> journal_fields(const Entry& entry) {
  std::vector<std::string> out;
  out.push_back("MESSAGE=" + entry.text);
  out.push_back(fmt::format("PRIORITY={}", static_cast<int>(entry.severity)));
  out.push_back(fmt::format("SYSLOG_IDENTIFIER={}", entry.identifier));
  out.push_back(fmt::format("CODE_FILE={}", entry.where.file_name()));
  out.push_back(fmt::format("CODE_LINE={}", entry.where.line()));
  out.push_back(fmt::format("CODE_FUNC={}", entry.where.function_name()));
  if (!entry.message_id.empty()) {
    out.push_back(fmt::format("MESSAGE_ID={}", entry.message_id));
    out.push_back(fmt::format("INFRAZEN_MESSAGE={}", entry.message_name));
  }
  for (const auto& [name, value] : entry.fields) out.push_back("INFRAZEN_" + upper(name) + '=' + value);
  return out;
}

std::string text_line(const Entry& entry, bool colour) {
  const std::string_view begin = colour ? colour_of(entry.severity) : "";
  const std::string_view end = colour ? "\x1b[0m" : "";
  return fmt::format("{} {}{:<8}{} {}", timestamp(entry.time), begin, name_of(entry.severity), end, entry.text);
}

std::string json_line(const Entry& entry) {
  std::string out = fmt::format(R"({{"time":"{}","severity":"{}","text":{})", timestamp(entry.time),
                                name_of(entry.severity), json_quoted(entry.text));
  if (!entry.message_id.empty()) {
    out += fmt::format(R"(,"message":"{}","message_id":"{}")", entry.message_name, entry.message_id);
  }
  for (const auto& [name, value] : entry.fields) out += ',' + json_quoted(name) + ':' + json_quoted(value);
  return out + '}';
}

}  // namespace iz::journal
