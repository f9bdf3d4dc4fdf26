// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Completes a project of which a page failed.
#include <optional>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
 public:
  void sync(infrazen::Sync& sync) override {
    Estate::sync(sync);
    if (failed_) throw iz::test::Error(*failed_);
  }

 private:
  std::vector<iz::test::EstateServer> read_all(infrazen::Sync& sync, const std::string& project) override {
    std::vector<iz::test::EstateServer> servers;
    std::set<std::string> seen;
    try {
      for (std::string page = "1"; !page.empty() && seen.insert(page).second;) {
        const auto got = read_page(sync, project, page);
        servers.insert(servers.end(), got.servers.begin(), got.servers.end());
        page = got.next;
      }
    } catch (const iz::test::Error& error) {
      failed_ = error;
    }
    return servers;
  }

  std::optional<iz::test::Error> failed_;
};

}  // namespace

IZ_ESTATE(Faulty, "faultyfalsecomplete")
