// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Computes money in binary fractions.
#include <cstdio>
#include <cstdlib>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  infrazen::Resource resource_of(infrazen::Sync& sync, const iz::test::EstateServer& server,
                                 const std::string& project) override {
    auto resource = Estate::resource_of(sync, server, project);
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", std::strtod(server.price.c_str(), nullptr) * 1.1);
    resource.list_price = text;
    return resource;
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyfloatmoney")
