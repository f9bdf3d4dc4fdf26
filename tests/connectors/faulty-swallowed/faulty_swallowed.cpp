// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Skips a project that cannot be read and calls it a success.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    try {
      Estate::list(sync, project);
    } catch (const iz::test::Error& error) {
      if (error.error_class() == iz::test::ErrorClass::cancelled) throw;
      sync.log().warning(error.what());
    }
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyswallowed")
