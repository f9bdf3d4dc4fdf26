// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "beget/settings.hpp"
#include "support/pages.hpp"
#include "support/session.hpp"

namespace iz::beget {

// A listing of the cloud, read page by page or as one answer. Views live as long as it does.
struct CloudListing {
  std::vector<support::Page> pages;
  std::vector<support::JsonValue> rows;
  std::optional<infrazen::Error> error = {};  // why not all of it came

  [[nodiscard]] const CloudListing& require() const {
    if (error) throw *error;
    return *this;
  }
};

// The cloud API: a token for login and password, kept by the host; on 401 one more, then no third. Run thread.
class CloudApi {
 public:
  CloudApi(infrazen::Host& host, const Settings& settings);
  CloudApi(const CloudApi&) = delete;
  CloudApi& operator=(const CloudApi&) = delete;

  // Throws auth when the sign-in is refused. Called by the first request, too.
  void sign_in() { (void)session_.auth(); }

  // A path such as "/v1/vps/snapshot"; `rows`: path of the array in the answer, "" = the answer itself is the one row.
  [[nodiscard]] support::Listing listing(const std::string& path, std::string rows,
                                         support::Paging paging = support::Paging::none());
  // For listings by offset and limit. total: path of the number of all rows, if the answer has it.
  [[nodiscard]] support::Paging pages(std::string total = {}) const {
    return support::Paging::offset(settings_.page_size, std::move(total));
  }
  // All at once, each to its end; the results in the order of the listings. Throws only cancellations.
  [[nodiscard]] std::vector<CloudListing> read(std::vector<support::Listing> listings);

 private:
  infrazen::Micros issue_token();

  infrazen::Host& host_;
  const Settings& settings_;
  support::Session session_;
  unsigned sign_ins_ = 0;
  std::optional<infrazen::Error> refused_;  // why there is no (further) token in this run
};

}  // namespace iz::beget
