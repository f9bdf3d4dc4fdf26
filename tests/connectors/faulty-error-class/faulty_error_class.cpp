// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Calls every failure permanent.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    try {
      Estate::sync(sync);
    } catch (const iz::test::Error& error) {
      if (error.error_class() == iz::test::ErrorClass::cancelled) throw;
      throw iz::test::Error(iz::test::ErrorClass::permanent, error.what());
    }
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyerrorclass")
