// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/http/verdict.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "wire/text.hpp"

namespace iz::host {
namespace {

std::string_view field(const HttpFields& fields, std::string_view name) {
  const auto found = std::ranges::find_if(fields, [&](const auto& one) { return one.first == name; });
  return found == fields.end() ? std::string_view{} : std::string_view(found->second);
}

bool is_redirect(std::uint32_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// The provider's own words, on one line.
std::string excerpt(const HttpReply& reply) {
  constexpr std::size_t kLongest = 240;
  const std::string_view type = field(reply.headers, "content-type");
  if (reply.body.empty() || type.find("html") != std::string_view::npos) return {};
  std::string text;
  for (const char c : wire::to_text(std::string_view(reply.body).substr(0, 4 * kLongest), 4 * kLongest)) {
    const bool blank = static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
    if (!blank) text += c;
    if (blank && !text.empty() && text.back() != ' ') text += ' ';
  }
  return ": " + std::string(wire::cut_text(text, kLongest));
}

std::string advice(const HttpRequest& request, std::uint32_t status) {
  if (status == 401 && !request.auth_ref.empty())
    return fmt::format(" (is secret \"{}\" still valid?)", request.auth_ref);
  if (status == 403 && !request.auth_ref.empty())
    return fmt::format(" (does secret \"{}\" have the permission?)", request.auth_ref);
  return {};
}

HttpVerdict judge_status(const HttpRequest& request, const AttemptResult& result,
                         std::chrono::system_clock::time_point now) {
  const HttpReply& reply = result.reply;
  HttpVerdict verdict;
  const std::string_view location = field(reply.headers, "location");
  if (is_redirect(reply.status) && !location.empty()) {
    verdict.next = HttpVerdict::Next::redirect;
    verdict.location = location;
    return verdict;
  }
  verdict.outcome.error_class = error_class_of(reply.status);
  if (verdict.outcome.error_class == IZ_OK) return verdict;
  verdict.outcome.message =
      fmt::format("{}: HTTP {}{}{}", request.name(), reply.status, advice(request, reply.status), excerpt(reply));
  if (!is_transient(reply.status)) return verdict;
  verdict.next = HttpVerdict::Next::retry;
  verdict.retry_after = parse_retry_after(field(reply.headers, "retry-after"), now);
  verdict.throttled = reply.status == 429 || (reply.status == 503 && verdict.retry_after.has_value());
  return verdict;
}

}  // namespace

HttpVerdict judge(const HttpRequest& request, const AttemptResult& result, std::chrono::system_clock::time_point now) {
  const auto end = [&](std::uint32_t error_class, std::string_view why,
                       HttpVerdict::Next next = HttpVerdict::Next::finish) {
    HttpVerdict verdict;
    verdict.next = next;
    verdict.outcome = {error_class, fmt::format("{}: {}", request.name(), why), 0};
    return verdict;
  };
  if (result.not_http2) return end(IZ_ERR_PERMANENT, "the server does not speak HTTP/2, which the request needs");
  if (result.over_cap)
    return end(IZ_ERR_PERMANENT, fmt::format("the answer is longer than the {} bytes it may have", request.body_max));
  if (result.over_heads) return end(IZ_ERR_PERMANENT, "the answer's headers are longer than 256 KiB");
  switch (result.code) {
    case CURLE_OK: return judge_status(request, result, now);
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9, which is to say garbage
    case CURLE_PROXY:
    case CURLE_BAD_CONTENT_ENCODING: {
      const auto next = result.delivered ? HttpVerdict::Next::finish : HttpVerdict::Next::retry;
      return end(IZ_ERR_TRANSIENT, result.problem, next);
    }
    // Trying again at once would find the same certificate.
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return end(IZ_ERR_TRANSIENT, "the server's certificate is not trusted: " + result.problem);
    case CURLE_SSL_CACERT_BADFILE:
      return end(IZ_ERR_CONFIG, "the file of trusted certificates cannot be used: " + result.problem);
    default: return end(IZ_ERR_INTERNAL, result.problem);
  }
}

std::string redirected_method(std::uint32_t status, const std::string& method) {
  if (status == 303 && method != "HEAD") return "GET";
  if ((status == 301 || status == 302) && method == "POST") return "GET";
  return method;
}

}  // namespace iz::host
