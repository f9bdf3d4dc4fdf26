// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/http/attempt.hpp"

#include <algorithm>
#include <charconv>
#include <netinet/in.h>
#include <sys/socket.h>
#include <utility>

#include "infrazen_version.hpp"

namespace iz::host {
namespace {

constexpr std::size_t kMostHeadBytes = 256 * 1024;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// libcurl takes "name:" for a header to leave out, and "name;" for an empty one.
std::string header_line_of(const std::string& name, const std::string& value) {
  return value.empty() ? name + ';' : name + ": " + value;
}

bool has(const HttpFields& fields, std::string_view name) {
  return std::ranges::any_of(fields, [&](const auto& field) { return field.first == name; });
}

}  // namespace

template <class Value>
void HttpAttempt::set(CURLoption option, Value value) {
  const CURLcode code = curl_.easy_setopt(easy_, option, value);
  if (code != CURLE_OK) {
    throw HttpRefusal(IZ_ERR_INTERNAL, "libcurl refuses option " + std::to_string(static_cast<int>(option)) + ": " +
                                           curl_.easy_strerror(code));
  }
}

HttpAttempt::HttpAttempt(const Curl& curl, Setup setup)
    : curl_(curl),
      easy_(curl.easy_init()),
      body_(setup.request.body),
      streamed_(setup.asked.streamed()),
      needs_http2_(setup.asked.needs_http2()),
      body_max_(setup.asked.body_max),
      head_(setup.head),
      bytes_(setup.bytes) {
  if (easy_ == nullptr) throw HttpRefusal(IZ_ERR_INTERNAL, "libcurl has no memory for another request");
  try {
    set_transport(setup);
    set_request(setup);
  } catch (...) {
    curl_.slist_free_all(header_list_);
    curl_.easy_cleanup(easy_);
    throw;
  }
}

HttpAttempt::~HttpAttempt() {
  curl_.easy_cleanup(easy_);
  curl_.slist_free_all(header_list_);
}

void HttpAttempt::set_transport(const Setup& setup) {
  const Url& url = setup.request.url;
  set(CURLOPT_ERRORBUFFER, &problem_[0]);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PROTOCOLS_STR, url.secure() ? "https" : "http");
  set(CURLOPT_FOLLOWLOCATION, 0L);  // each hop is checked against the allow-list by the engine
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!setup.ca_file.empty()) {
    set(CURLOPT_CAINFO, setup.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  // "" and not NULL: with NULL libcurl would look into the environment.
  set(CURLOPT_PROXY, url.secure() ? setup.proxy.c_str() : "");
  set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(setup.connect_timeout, setup.time_left).count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(setup.time_left.count()));
  if (!url.secure()) {
    set(CURLOPT_OPENSOCKETFUNCTION,
        url.host == kMetadataAddress ? &HttpAttempt::open_metadata_only : &HttpAttempt::open_loopback_only);
    set(CURLOPT_OPENSOCKETDATA, this);
  }
  if (setup.asked.needs_http2()) {
    // With a Content-Length libcurl 7.88 stops reading before the trailers. HTTP/2 says by itself where a body ends.
    set(CURLOPT_IGNORE_CONTENT_LENGTH, 1L);
    set(CURLOPT_HTTP_VERSION,
        static_cast<long>(url.secure() ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE));
  } else {
    // A paused stream would hold up the others on its connection, so a streamed answer has one of its own.
    set(CURLOPT_HTTP_VERSION,
        static_cast<long>(streamed_ || !url.secure() ? CURL_HTTP_VERSION_1_1 : CURL_HTTP_VERSION_2TLS));
  }
  set(CURLOPT_PIPEWAIT, streamed_ ? 0L : 1L);
  // libcurl sends again by itself when a kept connection turns out to be dead; a request that may go once gets a new
  // one.
  if (setup.asked.once() || (streamed_ && setup.asked.needs_http2())) set(CURLOPT_FRESH_CONNECT, 1L);
  if (streamed_ && setup.asked.needs_http2()) set(CURLOPT_FORBID_REUSE, 1L);
}

void HttpAttempt::add_header_line(const std::string& line) {
  curl_slist* const longer = curl_.slist_append(header_list_, line.c_str());
  if (longer == nullptr) throw HttpRefusal(IZ_ERR_INTERNAL, "libcurl has no memory for a header");
  header_list_ = longer;
}

void HttpAttempt::set_request(const Setup& setup) {
  const SignedRequest& request = setup.request;
  set(CURLOPT_URL, request.url.text.c_str());
  set(CURLOPT_PATH_AS_IS, 1L);
  const bool has_body =
      !body_.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (has_body) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body_.size()));
    set(CURLOPT_POSTFIELDS, body_.data());
  }
  if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
  if (request.method != "HEAD" || has_body) set(CURLOPT_CUSTOMREQUEST, request.method.c_str());

  for (const auto& [name, value] : request.headers) add_header_line(header_line_of(name, value));
  for (const auto& [name, value] : request.credentials) add_header_line(header_line_of(name, value));
  // No header: a large body goes without asking. libcurl would sign it as one that is sent.
  if (request.sigv4.empty()) add_header_line("Expect:");
  // Else libcurl would call any body a form.
  if (has_body && !has(request.headers, "content-type")) add_header_line("Content-Type:");
  set(CURLOPT_HTTPHEADER, header_list_);
  if (!has(request.headers, "user-agent")) set(CURLOPT_USERAGENT, ("infrazen/" + std::string(kVersion)).c_str());
  if (!has(request.headers, "accept-encoding")) set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  if (!request.sigv4.empty()) {
    set(CURLOPT_AWS_SIGV4, request.sigv4.c_str());
    set(CURLOPT_USERPWD, request.sigv4_keys.c_str());
  }
  set(CURLOPT_HEADERFUNCTION, &HttpAttempt::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &HttpAttempt::on_body);
  set(CURLOPT_WRITEDATA, this);
}

curl_socket_t HttpAttempt::open_loopback_only(void*, curlsocktype, curl_sockaddr* address) {
  bool loopback = false;
  if (address->family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address->addr);
    loopback = (ntohl(v4->sin_addr.s_addr) >> 24U) == 127;
  } else if (address->family == AF_INET6) {
    loopback = IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(&address->addr)->sin6_addr) != 0;
  }
  if (!loopback) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

curl_socket_t HttpAttempt::open_metadata_only(void*, curlsocktype, curl_sockaddr* address) {
  constexpr std::uint32_t kMetadata = 169U << 24U | 254U << 16U | 169U << 8U | 254U;
  if (address->family != AF_INET) return CURL_SOCKET_BAD;
  const auto* v4 = reinterpret_cast<const sockaddr_in*>(&address->addr);
  if (ntohl(v4->sin_addr.s_addr) != kMetadata) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::size_t HttpAttempt::on_header(char* data, std::size_t size, std::size_t count, void* self) {
  auto& attempt = *static_cast<HttpAttempt*>(self);
  try {
    attempt.head_size_ += size * count;
    if (attempt.head_size_ > kMostHeadBytes) {
      attempt.result_.over_heads = true;
      return 0;
    }
    attempt.header_line({data, size * count});
    return attempt.result_.not_http2 ? 0 : size * count;
  } catch (const std::exception&) {
    return 0;  // no memory: libcurl ends the transfer
  }
}

void HttpAttempt::header_line(std::string_view line) {
  HttpReply& reply = result_.reply;
  if (line.starts_with("HTTP/") && !head_complete_) {  // 1xx answers come before the real one
    reply.headers.clear();
    if (needs_http2_ && !line.starts_with("HTTP/2")) result_.not_http2 = true;
    const auto space = line.find(' ');
    if (space != std::string_view::npos) {
      const std::string_view rest = line.substr(space + 1);
      (void)std::from_chars(rest.data(), rest.data() + rest.size(), reply.status);
    }
    return;
  }
  if (trimmed(line).empty()) {
    if (!head_complete_ && reply.status >= 200) {
      head_complete_ = true;
      if (streamed_ && reply.status < 300) head_(reply);
    }
    return;
  }
  HttpFields& fields = head_complete_ ? reply.trailers : reply.headers;
  if ((line.front() == ' ' || line.front() == '\t') && !fields.empty()) {
    fields.back().second += ' ';
    fields.back().second += trimmed(line);
    return;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return;
  fields.emplace_back(lower_case(trimmed(line.substr(0, colon))), trimmed(line.substr(colon + 1)));
}

std::size_t HttpAttempt::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  try {
    return static_cast<HttpAttempt*>(self)->body_bytes({data, size * count});
  } catch (const std::exception&) {
    return 0;
  }
}

std::size_t HttpAttempt::body_bytes(std::string_view bytes) {
  if (streamed_ && result_.reply.status >= 200 && result_.reply.status < 300) {
    if (!bytes_(bytes)) return CURL_WRITEFUNC_PAUSE;
    result_.delivered = true;
    return bytes.size();
  }
  constexpr std::uint64_t kMostOfAnErrorsBody = 1U << 20U;  // of a request whose body_max is ignored
  const std::uint64_t most = streamed_ ? kMostOfAnErrorsBody : body_max_;
  if (bytes.size() > most - std::min<std::uint64_t>(most, result_.reply.body.size())) {
    result_.over_cap = true;
    return 0;
  }
  result_.reply.body += bytes;
  return bytes.size();
}

AttemptResult HttpAttempt::result(CURLcode code) {
  result_.code = code;
  result_.reply.complete = code == CURLE_OK;
  result_.problem = problem_[0] != '\0' ? &problem_[0] : code == CURLE_OK ? "" : curl_.easy_strerror(code);
  return std::move(result_);
}

}  // namespace iz::host
