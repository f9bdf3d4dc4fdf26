// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Pushes without end and never marks.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    const std::string filler(900, 'x');
    for (std::size_t i = 0;; ++i)
      sync.push(
          infrazen::Resource{.type = "server", .external_id = std::to_string(i), .name = filler, .account_id = "p-1"});
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyflood")
