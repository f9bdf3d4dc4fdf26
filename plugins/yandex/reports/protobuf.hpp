// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// As much of protobuf's wire format (protobuf.dev/programming-guides/encoding) and of gRPC's framing as one unary call
// needs.
namespace iz::yandex {

class MessageWriter {
 public:
  void number(std::uint32_t field, std::uint64_t value);
  void bytes(std::uint32_t field, std::string_view value);  // a text or a message
  [[nodiscard]] const std::string& str() const { return out_; }

 private:
  std::string out_;
};

struct Field {
  std::uint32_t number = 0;
  std::uint64_t value = 0;   // of a number
  std::string_view bytes{};  // of a text or a message
};

// One field after the other. Throws infrazen::Error (transient) for bytes that are no message: a cut answer.
class MessageReader {
 public:
  explicit MessageReader(std::string_view message) : rest_(message) {}
  std::optional<Field> next();

 private:
  std::uint64_t varint();
  std::string_view take(std::uint64_t size);
  std::string_view rest_;
};

// The five bytes in front of a message: not compressed, length in big endian.
[[nodiscard]] std::string framed(std::string_view message);
// The message of a body that holds one. Throws infrazen::Error (transient).
[[nodiscard]] std::string_view unframed(std::string_view body);

}  // namespace iz::yandex
