// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Puts the token where everybody can read it.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  infrazen::Resource resource_of(infrazen::Sync& sync, const iz::test::EstateServer& server,
                                 const std::string& project) override {
    auto resource = Estate::resource_of(sync, server, project);
    resource.attributes = std::string(R"({"seen_with":")") + std::string(sync.secrets().reveal("token")) + "\"}";
    return resource;
  }
};

}  // namespace

IZ_ESTATE_REVEAL(Faulty, "faultysecretinrecord")
