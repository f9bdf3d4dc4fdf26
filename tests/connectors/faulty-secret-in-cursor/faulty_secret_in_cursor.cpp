// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Keeps the token in the checkpoint.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    Estate::sync(sync);
    sync.checkpoint().save(sync.secrets().reveal("token"));
  }
};

}  // namespace

IZ_ESTATE_REVEAL(Faulty, "faultysecretincursor")
