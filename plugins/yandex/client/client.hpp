// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "support/pages.hpp"
#include "support/session.hpp"
#include "support/url.hpp"
#include "yandex/settings.hpp"
#include <infrazen/host.hpp>

namespace iz::yandex {

// What every stream needs to talk to the provider: addresses, a token that is renewed, and answers as JSON. One per
// run, run thread. Nothing is sent before the first request.
class Client {
 public:
  explicit Client(infrazen::Host& host);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  [[nodiscard]] infrazen::Host& host() const { return host_; }
  [[nodiscard]] const Settings& settings() const { return settings_; }

  // The service's address and `path` ("/compute/v1/disks?folderId=…"); "" when the installation has no such service.
  [[nodiscard]] std::string url(std::string_view service, std::string_view path) const;
  // The same for the first page of a listing, with setting page_size.
  [[nodiscard]] std::string paged_url(std::string_view service, std::string_view path) const;
  // Renewed by age and by 401; for requests that are not made here (a bucket with "x-yacloud-subjecttoken").
  [[nodiscard]] support::Session& session() const;
  // A GET with the token, for a Fanout. Whoever sends it handles 401 with session().renew().
  [[nodiscard]] infrazen::Request request(std::string_view service, std::string_view path) const;

  // Sends it with the token; after a 401 once more with a new one. Throws infrazen::Error for what is no 2xx, its text
  // names the request and what to do.
  [[nodiscard]] infrazen::Response send(infrazen::Request request) const;
  // The same, read as JSON.
  [[nodiscard]] support::JsonDocument json(infrazen::Request request) const;
  [[nodiscard]] support::JsonDocument get(std::string_view service, std::string_view path) const {
    return json(request(service, path));
  }
  // Every element of a listing in pages: {"<key>":[…],"nextPageToken":"…"}. `visit` is called for each; its value lives
  // until it returns. Throws when a page is lost.
  template <class Visit>
  void each(std::string_view service, std::string_view path, std::string_view key, Visit&& visit) const {
    support::PagedListings listing(host_.http());
    listing.add(whole_listing(service, path, key));
    while (const auto page = listing.next()) {
      for (const support::JsonValue element : page->rows()) visit(element);
      if (page->error()) throw *page->error();
    }
  }

 private:
  struct Parts;
  [[nodiscard]] support::Listing whole_listing(std::string_view service, std::string_view path,
                                               std::string_view key) const;

  infrazen::Host& host_;
  const Settings settings_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace iz::yandex
