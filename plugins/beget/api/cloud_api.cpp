// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/api/cloud_api.hpp"

#include <utility>

#include "beget/api/faults.hpp"
#include "beget/api/secrets.hpp"
#include <infrazen/json.hpp>

namespace iz::beget {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;

constexpr const char* kToken = "cloud";
constexpr unsigned kMostSignIns = 2;

std::string what_of(const std::string& path) {
  return "Beget cloud " + path.substr(0, path.find('?'));
}

// Throws why the sign-in's answer is no token, unless it has one. The answer itself is quoted nowhere: it may hold a
// token in another place.
void require_token(std::string_view body, const std::string& what) {
  std::optional<support::JsonDocument> document;
  try {
    document.emplace(body, what);
  } catch (const Error&) {
    throw Error(ErrorClass::transient, what + ": the answer is not JSON, so it is not one of this API");
  }
  if (!document->root()["token"].text().empty()) return;
  const support::JsonValue error = document->root()["error"];
  throw sign_in_fault(error.is_object() ? error["code"].text() : error.text(), what);
}

}  // namespace

CloudApi::CloudApi(infrazen::Host& host, const Settings& settings)
    : host_(host),
      settings_(settings),
      session_(host.clock(), infrazen::Auth::token(kToken), [this] { return issue_token(); }) {}

// A wrong password is tried once a run, not once a request: the account would be locked.
infrazen::Micros CloudApi::issue_token() {
  if (refused_) throw *refused_;
  const std::string what = what_of("/v1/auth");
  try {
    if (sign_ins_ == kMostSignIns) {
      throw Error(ErrorClass::auth, what +
                                        ": the token was refused (HTTP 401) although it was new. Tokens are said to be "
                                        "tied to the address they were made for: does this machine's change?");
    }
    ++sign_ins_;
    const std::string body = infrazen::JsonObject()
                                 .text("login", settings_.cloud_login)
                                 .raw("password", "\"${secret:" + std::string(kCloudSecret) + "}\"")
                                 .str();
    const infrazen::Response answer = host_.http().try_send({.url = settings_.base_url + "/v1/auth",
                                                             .method = "POST",
                                                             .headers = {{"Accept", "application/json"}},
                                                             .body = body,
                                                             .auth = infrazen::Auth::json(),
                                                             .keep_token = "/token",
                                                             .keep_token_as = kToken});
    // That there was no token to keep, the host says by an error, too; the answer says why.
    const bool answered = answer.status() / 100 == 2;
    if (!answer.ok() && !(answered && answer.error()->error_class() == ErrorClass::permanent)) throw *answer.error();
    require_token(answer.body(), what);
    answer.require();
  } catch (const Error& error) {
    if (error.error_class() != ErrorClass::cancelled) refused_ = error;
    throw;
  }
  return infrazen::Micros::max();  // how long a token lives is not said: it is renewed when it is refused
}

support::Listing CloudApi::listing(const std::string& path, std::string rows, support::Paging paging) {
  support::Listing listing;
  listing.name = what_of(path);
  listing.request = {.url = settings_.base_url + path, .headers = {{"Accept", "application/json"}}};
  listing.id = rows.empty() ? "" : "id";
  listing.rows = std::move(rows);
  listing.paging = std::move(paging);
  listing.session = &session_;
  listing.check = [](support::JsonValue root) {
    if (auto fault = cloud_fault(root, "the answer is an error")) throw *fault;
  };
  listing.empty_without_rows = true;  // the API leaves out what is empty
  return listing;
}

std::vector<CloudListing> CloudApi::read(std::vector<support::Listing> listings) {
  std::vector<CloudListing> results(listings.size());
  support::PagedListings pages(host_.http());
  for (std::size_t i = 0; i < listings.size(); ++i) {
    listings[i].tag = i;
    pages.add(std::move(listings[i]));
  }
  while (auto page = pages.next()) {
    CloudListing& result = results[page->tag()];
    if (page->error()) result.error = *page->error();
    result.pages.push_back(std::move(*page));
    const auto& rows = result.pages.back().rows();
    result.rows.insert(result.rows.end(), rows.begin(), rows.end());
  }
  return results;
}

}  // namespace iz::beget
