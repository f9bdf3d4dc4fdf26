// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>

#include "beget/settings.hpp"
#include "support/json.hpp"

namespace iz::beget {

// An answer of the classic API without a fault in it, or the Error that it is.
class Outcome {
 public:
  explicit Outcome(support::JsonDocument document) : document_(std::move(document)) {}
  explicit Outcome(infrazen::Error error) : error_(std::move(error)) {}

  [[nodiscard]] bool ok() const { return document_.has_value(); }
  [[nodiscard]] const infrazen::Error& error() const { return *error_; }
  // Throws the error, if it is one. Views live as long as the outcome.
  [[nodiscard]] support::JsonValue require() const {
    if (error_) throw *error_;
    return document_->root();
  }

 private:
  std::optional<support::JsonDocument> document_;
  std::optional<infrazen::Error> error_;
};

// The classic API of the hosting: one call after the other, as POST, so that the password is in no URL, with a pause
// between them, because its limit is not documented. Run thread.
class HostingApi {
 public:
  HostingApi(infrazen::Host& host, const Settings& settings) : host_(host), settings_(settings) {}

  // The answer, for rows() and object(). input: the method's parameters as a JSON object, or "".
  // Throws only cancellations.
  [[nodiscard]] Outcome call(const std::string& section, const std::string& method, const std::string& input = {});
  // What the method gave: a list, or one object. Throws the answer's error, or that it is something else: nobody may
  // take that for a list without rows.
  [[nodiscard]] static support::JsonValue rows(const Outcome& answer);
  [[nodiscard]] static support::JsonValue object(const Outcome& answer);

 private:
  infrazen::Host& host_;
  const Settings& settings_;
  std::optional<infrazen::Micros> last_;
};

// Numbers come as numbers or as text, 2147483647 means unlimited: then there is none.
[[nodiscard]] std::optional<std::int64_t> limit_of(support::JsonValue value);
// true, 1, "1" and "true".
[[nodiscard]] bool flag_of(support::JsonValue value);

}  // namespace iz::beget
