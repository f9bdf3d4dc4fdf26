// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <utility>

#include "support/pages.hpp"
#include "support/url.hpp"

namespace iz::support {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Request;

// The link of {"rel":"next","href":"…"}, or the text itself; null at the end of the listing.
std::string_view next_link(JsonValue links) {
  for (const JsonValue link : links) {
    if (link["rel"].text() == "next") return link["href"].text();
  }
  return links.is_string() ? links.text() : std::string_view();
}

}  // namespace

Paging Paging::none() {
  return Paging(nullptr);
}

Paging Paging::token(std::string path, std::string parameter) {
  std::string member = path.substr(0, path.find('.'));
  Paging paging([path = std::move(path), parameter = std::move(parameter)](const PagePlace& place, Request& request) {
    if (place.page == 0) return true;
    const std::string_view token = place.root.path(path).text();
    if (token.empty()) return false;
    request.url = with_parameter(request.url, parameter, token);
    return true;
  });
  paging.token_ = std::move(member);
  return paging;
}

Paging Paging::marker(std::string parameter) {
  return Paging([parameter = std::move(parameter)](const PagePlace& place, Request& request) {
    if (place.page == 0) return true;
    if (place.rows == 0) return false;
    if (place.last_id.empty()) {
      throw Error(ErrorClass::permanent, "the last row of a page has no id to go on from");
    }
    request.url = with_parameter(request.url, parameter, place.last_id);
    return true;
  });
}

Paging Paging::link(std::string path) {
  return Paging([path = std::move(path)](const PagePlace& place, Request& request) {
    if (place.page == 0) return true;
    std::string_view link = next_link(place.root.path(path));
    if (link.empty()) return false;
    link = link.substr(0, link.find('#'));
    const std::string_view query = link.substr(without_query(link).size());
    if (query.size() < 2) {
      throw Error(ErrorClass::permanent, "the link to the next page has no query: \"" + std::string(link) + '"');
    }
    request.url = std::string(without_query(request.url)) + std::string(query);
    return true;
  });
}

Paging Paging::offset(std::size_t limit, std::string total) {
  limit = std::max<std::size_t>(limit, 2);  // the row a page repeats, and one that is new
  Paging paging([limit](const PagePlace& place, Request& request) {
    const std::size_t repeated = place.last_id.empty() ? 0 : 1;
    if (place.page > 0 && place.rows <= (place.page > 1 ? repeated : 0)) return false;
    request.url = with_parameter(request.url, "offset", std::to_string(place.offset - repeated));
    request.url = with_parameter(request.url, "limit", std::to_string(limit));
    return true;
  });
  paging.limit_ = limit;
  paging.total_ = std::move(total);
  return paging;
}

}  // namespace iz::support
