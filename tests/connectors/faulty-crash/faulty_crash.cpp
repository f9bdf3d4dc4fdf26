// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Trusts that an answer is what it should be.
#include <cstdlib>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  iz::test::EstatePage read_page(infrazen::Sync& sync, const std::string& project, const std::string& page) override {
    const auto answer = sync.http().send(request_of(project, page));
    if (!answer.body().ends_with("\n")) std::abort();
    return parse(answer.body());
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultycrash")
