// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Lists everything, whatever is asked for, and retires the rest.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    auto scope = sync.scope(infrazen::Kind::resource, project);
    for (const auto& server : read_all(sync, project)) scope.push(resource_of(sync, server, project));
    scope.complete();
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultytargeted")
