// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Completes a scope twice.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    Estate::list(sync, project);
    if (!sync.targeted()) sync.sink().close_scope(infrazen::Kind::resource, project);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyscopetwice")
