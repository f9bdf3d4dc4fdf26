// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Takes a negative number of servers per page, and goes on as if nothing were.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    static_cast<void>(sync.config().integer("page_size"));
    Estate::sync(sync);
  }
};

}  // namespace

INFRAZEN_MODULE(Faulty, "faultyjunkconfig", "1.0.0",
                IZ_ESTATE_MANIFEST_WITH(
                    "faultyjunkconfig", "",
                    R"("settings":{"page_size":{"type":"integer","default":100,"description":"Servers per page"}},)"))
