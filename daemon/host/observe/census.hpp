// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <string>

#include "wire/descriptor.hpp"

// What this process has open and running, for the difference that a connector makes.
namespace iz::host {

class Census {
 public:
  // Before the sandbox, which closes /proc. Not wanted: opens nothing.
  explicit Census(bool wanted);

  struct Count {
    std::size_t descriptors = 0;
    std::size_t threads = 0;
  };
  [[nodiscard]] Count take() const;
  // Waits up to 200 ms for threads that are about to end.
  [[nodiscard]] Count take_settled(std::size_t threads_expected) const;

 private:
  [[nodiscard]] std::size_t threads() const;
  wire::Descriptor tasks_;
};

// "2 descriptors and 1 thread more"; "" if nothing is more.
[[nodiscard]] std::string more_than(const Census::Count& before, const Census::Count& after);

}  // namespace iz::host
