// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Throws something of its own when the provider refuses.
#include <stdexcept>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  iz::test::EstatePage read_page(infrazen::Sync& sync, const std::string& project, const std::string& page) override {
    const auto answer = sync.http().try_send(request_of(project, page));
    if (answer.status() == 401) throw std::runtime_error("login failed");
    return parse(answer.require().body());
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyinternal")
