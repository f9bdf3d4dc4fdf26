// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Quotes the token in its errors.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    try {
      Estate::sync(sync);
    } catch (const iz::test::Error& error) {
      if (error.error_class() == iz::test::ErrorClass::cancelled) throw;
      throw iz::test::Error(error.error_class(),
                            error.what() + std::string(" with ") + std::string(sync.secrets().reveal("token")));
    }
  }
};

}  // namespace

IZ_ESTATE_REVEAL(Faulty, "faultysecretinerror")
