// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Pushes one server twice, and the second time otherwise.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    if (sync.targeted()) return Estate::list(sync, project);
    auto scope = sync.scope(infrazen::Kind::resource, project);
    for (const auto& server : read_all(sync, project)) {
      auto resource = resource_of(sync, server, project);
      scope.push(resource);
      resource.status = "RUNNING";
      scope.push(resource);
    }
    scope.complete();
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyduplicate")
