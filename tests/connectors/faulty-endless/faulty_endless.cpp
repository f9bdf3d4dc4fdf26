// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Follows pages for ever.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  std::vector<iz::test::EstateServer> read_all(infrazen::Sync& sync, const std::string& project) override {
    std::vector<iz::test::EstateServer> servers;
    for (std::string page = "1"; !page.empty();) {
      const auto got = read_page(sync, project, page);
      servers.insert(servers.end(), got.servers.begin(), got.servers.end());
      page = got.next;
    }
    return servers;
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyendless")
