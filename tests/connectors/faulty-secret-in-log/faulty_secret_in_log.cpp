// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Logs the token.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    sync.log().info("using " + std::string(sync.secrets().reveal("token")));
    Estate::sync(sync);
  }
};

}  // namespace

IZ_ESTATE_REVEAL(Faulty, "faultysecretinlog")
