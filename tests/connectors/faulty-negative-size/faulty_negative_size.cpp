// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Knows disks of less than nothing.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  infrazen::Resource resource_of(infrazen::Sync& sync, const iz::test::EstateServer& server,
                                 const std::string& project) override {
    auto resource = Estate::resource_of(sync, server, project);
    resource.storage_bytes = -1;
    return resource;
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultynegativesize")
