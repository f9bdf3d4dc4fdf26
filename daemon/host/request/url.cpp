// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/request/url.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>
#include <vector>

#include <boost/url.hpp>

namespace iz::host {
namespace {

namespace urls = boost::urls;

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

Url from(const urls::url_view_base& parsed) {
  Url url;
  url.scheme = lower(std::string_view(parsed.scheme()));
  if (url.scheme != "https" && url.scheme != "http") throw InvalidUrl("only https is spoken, not " + url.scheme);
  if (!parsed.has_authority()) throw InvalidUrl("it names no host");
  if (parsed.has_userinfo()) throw InvalidUrl("credentials do not belong in it: name a secret as auth_ref");
  const std::string_view host = parsed.encoded_host();
  if (host.empty()) throw InvalidUrl("it names no host");
  if (host.find('%') != std::string_view::npos) throw InvalidUrl("its host is percent-encoded");
  url.host = lower(host);
  if (url.host.front() == '[') url.host = url.host.substr(1, url.host.size() - 2);
  if (url.host.ends_with('.')) url.host.pop_back();
  if (url.host.empty()) throw InvalidUrl("it names no host");
  url.ip_literal = parsed.host_type() != urls::host_type::name;
  // An address may be written as one number or with leading zeros, and libcurl would go there.
  if (!url.ip_literal && url.host.find_first_not_of("0123456789.xabcdef") == std::string::npos &&
      url.host.back() >= '0' && url.host.back() <= '9') {
    throw InvalidUrl("its host looks like an address and is none");
  }
  url.port = url.secure() ? 443 : 80;
  const std::string_view port = parsed.has_port() ? std::string_view(parsed.port()) : std::string_view();
  if (!port.empty()) {
    const auto [end, fault] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (fault != std::errc() || end != port.data() + port.size() || url.port == 0)
      throw InvalidUrl("its port is not 1 to 65535");
  }
  url.text = url.scheme + "://" + (url.host.find(':') == std::string::npos ? url.host : '[' + url.host + ']');
  if (!port.empty()) url.text += ':' + std::to_string(url.port);
  const std::string_view path = parsed.encoded_path();
  if (!path.empty() && path.front() != '/') throw InvalidUrl("its host is followed by neither port nor path");
  url.text += path.empty() ? "/" : path;
  if (parsed.has_query()) (url.text += '?') += std::string_view(parsed.encoded_query());
  return url;
}

// RFC 3986 unreserved, the rest in upper-case hex.
std::string encode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      result += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      result += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  return result;
}

// RFC 3986 §5.2.4 for an absolute path; Boost.URL 1.81 leaves excess ".." standing.
std::string remove_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool folder = true;  // it ends with '/'
  for (std::size_t at = 1; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    folder = segment == "." || segment == ".." || (segment.empty() && end == path.size());
    if (segment == ".." && !kept.empty()) kept.pop_back();
    if (!folder) kept.push_back(segment);
    at = end + 1;
  }
  std::string result;
  for (const auto segment : kept) (result += '/') += segment;
  if (folder) result += '/';
  return result;
}

}  // namespace

std::string Url::without_query() const {
  return text.substr(0, text.find('?'));
}

Url parse_url(std::string_view text) {
  const auto parsed = urls::parse_uri(text);
  if (!parsed) throw InvalidUrl("it is not an absolute URL (RFC 3986); is something in it not percent-encoded?");
  return from(*parsed);
}

Url resolve_url(const Url& base, std::string_view location) {
  const auto reference = urls::parse_uri_reference(location);
  if (!reference) throw InvalidUrl("it is not a URL (RFC 3986)");
  const auto parsed_base = urls::parse_uri(base.text);
  urls::url whole(*parsed_base);
  if (!whole.resolve(*reference)) throw InvalidUrl("it cannot be resolved");
  Url url = from(whole);
  const auto begin = url.text.find('/', url.text.find("//") + 2);
  const auto end = std::min(url.text.find('?'), url.text.size());
  url.text.replace(begin, end - begin, remove_dot_segments(std::string_view(url.text).substr(begin, end - begin)));
  return url;
}

Url with_canonical_query(const Url& url) {
  const auto at = url.text.find('?');
  if (at == std::string::npos) return url;
  const auto parsed = urls::parse_uri(url.text);
  std::vector<std::pair<std::string, std::string>> parameters;
  for (const auto& parameter : parsed->encoded_params()) {
    if (parameter.key.empty() && !parameter.has_value) continue;
    parameters.emplace_back(encode(std::string(parameter.key.decode())), encode(std::string(parameter.value.decode())));
  }
  std::ranges::sort(parameters);
  Url result = url;
  result.text.resize(at);
  char separator = '?';
  for (const auto& [key, value] : parameters) {
    result.text += separator;
    result.text += key;
    result.text += '=';
    result.text += value;
    separator = '&';
  }
  return result;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") return true;
  const auto address = urls::parse_ipv4_address(host);
  return address && address->to_bytes()[0] == 127;
}

bool host_matches(std::string_view pattern, std::string_view host) {
  std::string wanted = lower(pattern);
  if (wanted == "*") return true;
  if (wanted.starts_with("*.")) {
    const std::string_view suffix = std::string_view(wanted).substr(1);
    return host.size() > suffix.size() && host.ends_with(suffix);
  }
  if (wanted.starts_with('[') && wanted.ends_with(']')) wanted = wanted.substr(1, wanted.size() - 2);
  return wanted == host;
}

bool host_allowed(std::span<const std::string> patterns, std::string_view host) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) { return host_matches(pattern, host); });
}

}  // namespace iz::host
