// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Makes up an id for what the provider names.
#include <random>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  infrazen::Resource resource_of(infrazen::Sync& sync, const iz::test::EstateServer& server,
                                 const std::string& project) override {
    auto resource = Estate::resource_of(sync, server, project);
    resource.external_id = server.id + "-" + std::to_string(std::random_device{}());
    return resource;
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyrandomkeys")
