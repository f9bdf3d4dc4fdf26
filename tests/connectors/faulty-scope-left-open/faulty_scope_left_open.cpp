// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Opens a scope and forgets to complete it.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void list(infrazen::Sync& sync, const std::string& project) override {
    Estate::list(sync, project);
    if (!sync.targeted()) static_cast<void>(sync.scope(infrazen::Kind::resource, project + "/disks"));
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyscopeleftopen")
