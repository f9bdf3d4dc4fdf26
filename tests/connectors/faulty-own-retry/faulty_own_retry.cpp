// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Asks again and again what the host gave up.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  iz::test::EstatePage read_page(infrazen::Sync& sync, const std::string& project, const std::string& page) override {
    for (int attempt = 1;; ++attempt) {
      const auto answer = sync.http().try_send(request_of(project, page));
      if (answer.ok() || attempt == 5) return parse(answer.require().body());
    }
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyownretry")
