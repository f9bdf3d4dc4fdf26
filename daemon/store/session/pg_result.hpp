// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct pg_result;

namespace iz::store {

// 16 bytes as PostgreSQL's uuid: row hashes, fingerprints, lease owners.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  bool operator==(const Uuid&) const = default;
  auto operator<=>(const Uuid&) const = default;
};
[[nodiscard]] std::string to_string(const Uuid& uuid);
[[nodiscard]] Uuid random_uuid();

// A parameter of MarkSession::exec, sent as text. A view is not copied: it must outlive the call.
class Param {
 public:
  Param(std::nullptr_t) : null_(true) {}                                      // NOLINT(google-explicit-constructor)
  Param(std::string_view text) : text_(text), null_(text.data() == nullptr) {}  // NOLINT: a null view is NULL
  Param(const char* text) : text_(text) {}                                    // NOLINT
  Param(const std::string& text) : text_(text) {}                             // NOLINT
  Param(std::int64_t value) : owned_(std::to_string(value)), text_(owned_) {}  // NOLINT
  Param(std::int32_t value) : Param(static_cast<std::int64_t>(value)) {}      // NOLINT
  Param(std::uint64_t value) : owned_(std::to_string(value)), text_(owned_) {}  // NOLINT
  Param(bool value) : text_(value ? "t" : "f") {}                             // NOLINT
  Param(const Uuid& uuid) : owned_(to_string(uuid)), text_(owned_) {}         // NOLINT
  template <typename T>
  Param(const std::optional<T>& value) : Param(value ? Param(*value) : Param(nullptr)) {}  // NOLINT
  // PostgreSQL's binary form of the type named in the SQL ("$1::bytea"), and arrays built by BinaryArray.
  [[nodiscard]] static Param binary(std::string_view bytes) {
    Param param(bytes);
    param.binary_ = true;
    return param;
  }
  Param(const Param& other) { *this = other; }
  Param& operator=(const Param& other) {
    owned_ = other.owned_;
    text_ = other.owned_.empty() ? other.text_ : std::string_view(owned_);
    null_ = other.null_;
    binary_ = other.binary_;
    return *this;
  }

  // Zero-terminated for text parameters.
  [[nodiscard]] bool null() const noexcept { return null_; }
  [[nodiscard]] bool is_binary() const noexcept { return binary_; }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  std::string owned_;
  std::string_view text_;
  bool null_ = false;
  bool binary_ = false;
};

// Rows of one statement. Views live as long as the result.
class PgResult {
 public:
  PgResult() = default;
  explicit PgResult(pg_result* result);

  [[nodiscard]] int rows() const;
  [[nodiscard]] int columns() const;
  [[nodiscard]] bool null(int row, int column) const;
  [[nodiscard]] std::string_view text(int row, int column) const;  // text or raw binary, as the statement was asked
  [[nodiscard]] std::int64_t i64(int row, int column) const;       // of a text result
  [[nodiscard]] bool boolean(int row, int column) const;
  [[nodiscard]] std::int64_t affected() const;                     // rows of INSERT, UPDATE, DELETE, COPY
  // Of a binary result.
  [[nodiscard]] std::int16_t binary_i16(int row, int column) const;
  [[nodiscard]] std::int32_t binary_i32(int row, int column) const;
  [[nodiscard]] std::int64_t binary_i64(int row, int column) const;
  [[nodiscard]] Uuid binary_uuid(int row, int column) const;

 private:
  struct Clear {
    void operator()(pg_result* result) const noexcept;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

}  // namespace iz::store
