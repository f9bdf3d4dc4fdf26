// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/request/request.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "host/error.hpp"

namespace iz::host {
namespace {

constexpr std::int64_t kDefaultDeadlineMs = 60'000;
constexpr std::int64_t kLongestDeadlineMs = 24 * 3'600'000;
constexpr std::uint64_t kDefaultBodyMax = 64ULL << 20U;
constexpr std::uint32_t kMostHeaders = 200;
constexpr std::size_t kLongestUrl = 32 * 1024;

// The host frames messages and picks the server; Host would undo the allow-list on a shared front end.
constexpr std::array kOurs{"host", "content-length", "transfer-encoding", "connection", "expect", "upgrade"};

[[noreturn]] void faulty(const std::string& what) {
  throw HttpRefusal(IZ_ERR_INTERNAL, "the connector's HTTP request is faulty: " + what);
}

HttpFields copy_headers(const iz_http_request& raw) {
  HttpFields fields;
  if (raw.header_count == 0) return fields;
  if (raw.headers == nullptr || raw.header_stride < sizeof(iz_http_header)) faulty("its headers have no stride");
  if (raw.header_count > kMostHeaders) faulty("more than 200 headers");
  const auto* at = reinterpret_cast<const char*>(raw.headers);
  for (std::uint32_t i = 0; i < raw.header_count; ++i, at += raw.header_stride) {
    iz_http_header header;
    std::memcpy(&header, at, sizeof header);
    const std::string name = lower_case(view(header.name));
    if (!is_token(name)) faulty("a header's name is empty or no token");
    if (!is_field_value(view(header.value))) faulty("header " + name + " has a line break in its value");
    if (std::ranges::find(kOurs, name) != kOurs.end() || name.starts_with("proxy-"))
      faulty("header " + name + " is the host's to set");
    fields.emplace_back(name, view(header.value));
  }
  return fields;
}

}  // namespace

bool is_token(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && text.size() <= 256 && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || kMarks.find(c) != kMarks.npos;
  });
}

bool is_field_value(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

HttpRequest copy_request(const iz_http_request& given) {
  iz_http_request raw{};
  if (given.struct_size < offsetof(iz_http_request, keep_token)) faulty("struct_size is too small");
  std::memcpy(&raw, &given, std::min<std::size_t>(given.struct_size, sizeof raw));

  HttpRequest request;
  request.method = view(raw.method);
  if (!is_token(request.method)) faulty("its method is empty or no token");
  const std::string_view url = view(raw.url);
  if (url.size() > kLongestUrl) faulty("its URL is longer than 32 KiB");
  try {
    request.url = parse_url(url);
  } catch (const InvalidUrl& why) {
    throw HttpRefusal(IZ_ERR_PERMANENT, "the URL of a " + request.method + " request is refused: " + why.what());
  }
  request.headers = copy_headers(raw);
  request.body = view(raw.body);
  request.flags = raw.flags;
  request.auth = raw.auth;
  request.auth_ref = view(raw.auth_ref);
  request.auth_name = view(raw.auth_name);
  if (raw.deadline_ms < 0) faulty("its deadline is negative");
  request.deadline = std::chrono::milliseconds(
      std::min(raw.deadline_ms == 0 ? kDefaultDeadlineMs : raw.deadline_ms, kLongestDeadlineMs));
  request.body_max = raw.body_max == 0 ? kDefaultBodyMax : raw.body_max;
  request.user = raw.user;
  request.keep_token = view(raw.keep_token);
  request.keep_token_as = view(raw.keep_token_as);
  if (request.keep_token.empty() != request.keep_token_as.empty()) faulty("keep_token and keep_token_as go together");
  if (!request.keep_token.empty() && request.streamed()) faulty("a streamed answer cannot keep a token");
  if (!request.keep_token.empty() && request.keep_token.front() != '/' && !is_token(request.keep_token)) {
    faulty("keep_token is neither a JSON pointer nor the name of a header");
  }
  return request;
}

}  // namespace iz::host
