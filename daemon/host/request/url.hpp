// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

// Where a request may go. Parsed once, strictly (RFC 3986), and rebuilt for libcurl, so that both read the same host.
namespace iz::host {

struct Url {
  std::string text;    // without fragment
  std::string scheme;  // "https" or "http"
  std::string host;    // lower case, IPv6 without brackets, no final dot
  std::uint16_t port = 0;
  bool ip_literal = false;

  [[nodiscard]] bool secure() const { return scheme == "https"; }
  [[nodiscard]] bool same_origin(const Url& other) const {
    return scheme == other.scheme && host == other.host && port == other.port;
  }
  // For messages: a query may hold what is nobody's business.
  [[nodiscard]] std::string without_query() const;
};

struct InvalidUrl : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws InvalidUrl saying what is wrong: not absolute, another scheme, user:password@, a character that wants
// encoding.
[[nodiscard]] Url parse_url(std::string_view text);
// A redirect's Location, relative to where it came from.
[[nodiscard]] Url resolve_url(const Url& base, std::string_view location);
// Parameters decoded, encoded the one way AWS signs them, and sorted.
[[nodiscard]] Url with_canonical_query(const Url& url);

// 169.254.169.254, where clouds give a machine the token of its service account. It has no TLS.
inline constexpr std::string_view kMetadataAddress = "169.254.169.254";
// 127.0.0.0/8, ::1 or localhost.
[[nodiscard]] bool is_loopback(std::string_view host);
// "api.example.com" is itself only, "*.example.com" any host below it, "*" any. A host written as an address matches
// exactly. Case does not count.
[[nodiscard]] bool host_matches(std::string_view pattern, std::string_view host);
[[nodiscard]] bool host_allowed(std::span<const std::string> patterns, std::string_view host);

}  // namespace iz::host
