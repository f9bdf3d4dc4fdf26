// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/pages.hpp"
#include "unit/plugin_support/live_http.hpp"

// Listings of disks, and what came of them.
namespace iz::support::test {

inline constexpr std::string_view kUrl = "https://api.test/disks";

// What came of one listing.
struct Read {
  std::vector<std::string> ids;
  std::optional<infrazen::Error> error;
  bool whole = false;
  std::size_t ends = 0;
};

inline std::map<std::size_t, Read> read_all(PagedListings& listings) {
  std::map<std::size_t, Read> out;
  while (const auto page = listings.next()) {
    Read& read = out[page->tag()];
    EXPECT_EQ(read.ends, 0u) << "a page behind the end";
    for (const JsonValue row : page->rows()) read.ids.emplace_back(row["id"].text());
    if (page->last()) ++read.ends;
    read.error = page->error();
    read.whole = page->whole();
  }
  for (const auto& [tag, read] : out) EXPECT_EQ(read.ends, 1u) << tag;
  return out;
}

inline Read read_one(LiveHttp& provider, Listing listing) {
  PagedListings listings(provider.http());
  listings.add(std::move(listing));
  const auto all = read_all(listings);
  EXPECT_EQ(all.size(), 1u);
  return all.begin()->second;
}

inline Listing disks(Paging paging, std::string url = std::string(kUrl)) {
  return {
      .name = "disks of folder f1", .request = {.url = std::move(url)}, .rows = "disks", .paging = std::move(paging)};
}

inline std::string parameter(std::string_view url, std::string_view name) {
  const auto at = url.find(std::string(name) + "=");
  return at == std::string_view::npos
             ? std::string()
             : std::string(url.substr(at + name.size() + 1, url.find('&', at) - at - name.size() - 1));
}

inline std::string page_of(const std::vector<std::string>& ids, std::string_view rest = {}) {
  std::string body = R"({"disks":[)";
  for (const auto& id : ids) body += (body.back() == '[' ? R"({"id":")" : R"(,{"id":")") + id + "\"}";
  return body + "]" + std::string(rest) + "}";
}

}  // namespace iz::support::test
