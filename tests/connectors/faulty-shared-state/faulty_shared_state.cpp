// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Remembers in a static variable what belongs to the object.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    static std::set<std::string> known;
    if (known.insert(project).second) Estate::list(sync, project);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultysharedstate")
