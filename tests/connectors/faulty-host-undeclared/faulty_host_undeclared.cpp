// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Asks a host that its manifest does not name.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    static_cast<void>(sync.http().try_send({.url = "https://elsewhere.example/ping"}));
    Estate::list(sync, project);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyhostundeclared")
