// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Pushes a kind that its manifest does not announce.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    Estate::list(sync, project);
    if (!sync.targeted())
      sync.push(infrazen::Relation{
          .from_type = "server", .from_id = "17", .to_type = "disk", .to_id = "d-1", .relation = "uses"});
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultykindundeclared")
