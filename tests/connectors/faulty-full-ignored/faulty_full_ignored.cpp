// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Believes its cursor when everything is asked for.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  std::vector<std::string> projects_of(const infrazen::Sync& sync) override {
    if (sync.cursor() == "all") return {};
    return Estate::projects_of(sync);
  }
  std::string last_cursor() override { return "all"; }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyfullignored")
