// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Fails without a sentence.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    try {
      Estate::sync(sync);
    } catch (const iz::test::Error& error) {
      throw iz::test::Error(error.error_class(), "");
    }
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultywordless")
