// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Hands on the provider's local time.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  infrazen::Resource resource_of(infrazen::Sync& sync, const iz::test::EstateServer& server,
                                 const std::string& project) override {
    auto resource = Estate::resource_of(sync, server, project);
    resource.created_at = "2026-09-01T03:00:00+03:00";
    return resource;
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultylocaltime")
