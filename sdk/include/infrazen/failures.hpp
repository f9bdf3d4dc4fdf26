// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <infrazen/error.hpp>

namespace infrazen {

// A run over many parts (projects, folders, regions) goes on when one cannot be read; at its end it has to say so, or
// the operator sees a success:
//
//   Failures failures("projects");
//   … failures.add(project, *answer->error());
//   sync.mark(cursor);                  // what did come is durable
//   failures.raise(projects.size());    // and the run has failed: "2 of 7 projects failed, the first is p-3: …"
class Failures {
 public:
  // what: the word for the parts, plural.
  explicit Failures(std::string what) : what_(std::move(what)) {}

  // Throws a cancellation on: it is no failure of the part.
  void add(std::string_view part, const Error& error) {
    if (error.error_class() == ErrorClass::cancelled) throw error;
    ++count_;
    if (!first_) {
      first_ = error;
      part_ = part;
    }
    if (error.error_class() == ErrorClass::rate_limited) limited_ = true;
    if (error.error_class() == ErrorClass::transient) transient_ = true;
    wait_ = std::max(wait_, error.retry_after());
  }
  [[nodiscard]] std::size_t count() const { return count_; }

  // Throws unless nothing failed. When all `parts` did, the class is the first one's. When some did, the run is tried
  // again soon if that may help, else at the next interval: one project's missing permission (auth) does not keep the
  // others waiting for an operator. Either way a provider that said "later" to one of them is the reason to wait for as
  // long as it said: transient would be backed off from as a failure, time and again.
  void raise(std::size_t parts) const {
    if (!first_) return;
    ErrorClass error_class = first_->error_class();
    if (count_ < parts) error_class = transient_ || limited_ ? ErrorClass::transient : ErrorClass::permanent;
    if (error_class == ErrorClass::transient && limited_) error_class = ErrorClass::rate_limited;
    throw Error(error_class,
                std::to_string(count_) + " of " + std::to_string(parts) + " " + what_ +
                    (count_ > 1 ? " failed, the first is " : " failed: ") + part_ + ": " + first_->what(),
                wait_, first_->http_status());
  }

 private:
  std::string what_;
  std::size_t count_ = 0;
  std::optional<Error> first_;
  std::string part_;
  bool transient_ = false;
  bool limited_ = false;
  std::chrono::milliseconds wait_{0};
};

}  // namespace infrazen
