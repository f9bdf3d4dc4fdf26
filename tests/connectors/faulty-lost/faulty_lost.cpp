// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Pushes behind its last mark.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    Estate::sync(sync);
    sync.push(infrazen::Resource{.type = "server", .external_id = "99", .account_id = "p-9"});
    sync.flush();
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultylost")
