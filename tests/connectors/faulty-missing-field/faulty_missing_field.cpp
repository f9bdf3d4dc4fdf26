// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Leaves out what a resource needs.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  infrazen::Resource resource_of(infrazen::Sync& sync, const iz::test::EstateServer& server,
                                 const std::string& project) override {
    auto resource = Estate::resource_of(sync, server, project);
    resource.account_id = std::nullopt;
    return resource;
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultymissingfield")
