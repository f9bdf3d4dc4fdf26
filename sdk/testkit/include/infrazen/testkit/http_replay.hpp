// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <infrazen/abi/http.h>
#include <infrazen/error.hpp>
#include <infrazen/text.hpp>

namespace infrazen::testkit {

struct SentRequest {
  std::string method, url, body;
  std::map<std::string, std::string, std::less<>> headers;
  std::uint32_t auth = IZ_AUTH_NONE;
  std::string auth_ref, auth_name;
};

// infrazen.http/1 that answers from memory. Several answers to one request are given in turn, the last one again and
// again. A request without an answer is an IZ_ERR_PERMANENT naming it. A streamed body comes in small pieces. Answers
// come back in the reverse order of starting, so that a connector that counts on their order fails in its test.
class HttpReplay {
 public:
  struct Answer {
    std::uint32_t status = 200;
    std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
    std::string body;
  };

  void answer(std::string_view method, std::string_view url, Answer answer) {
    answers_[std::string(method) + ' ' + std::string(url)].push_back(std::move(answer));
  }
  void get(std::string_view url, std::string_view body) { answer("GET", url, {200, {}, std::string(body)}); }

  // Every *.http below the folder, in the order of their names:
  //
  //   GET https://api.example.com/v1/servers?page=1
  //
  //   HTTP/1.1 200
  //   content-type: application/json
  //
  //   {"servers":[]}
  void load(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".http") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const auto& file : files) load_file(file);
  }

  [[nodiscard]] const std::vector<SentRequest>& sent() const { return sent_; }
  // Requests that were started and never released, for a test at the end.
  [[nodiscard]] std::size_t open() const { return under_way_.size(); }

  const iz_http_1* table() { return &table_; }

 private:
  struct UnderWay {
    Answer answer;
    bool known = true;
    std::string what;
    void* user = nullptr;
    std::vector<iz_http_header> headers;
    bool done = false;
    bool streamed = false;
    std::size_t arrived = 0;  // bytes of a streamed body …
    std::size_t given = 0;    // … and those of them that were read
  };
  static constexpr std::size_t kPiece = 61;  // of a streamed body: no unit of anything

  void load_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string request, line;
    const auto next = [&] {
      if (!std::getline(in, line)) return false;
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return true;
    };
    while (next() && !line.empty()) {
      if (request.empty()) request = line;
    }
    Answer answer;
    if (!next() || !line.starts_with("HTTP/"))
      throw std::runtime_error(path.string() + ": the answer begins with HTTP/1.1 <status>");
    answer.status = static_cast<std::uint32_t>(std::stoul(line.substr(line.find(' ') + 1)));
    while (next() && !line.empty()) {
      const auto colon = line.find(':');
      if (colon == std::string::npos) throw std::runtime_error(path.string() + ": not a header: " + line);
      answer.headers.emplace_back(line.substr(0, colon),
                                  line.substr(std::min(line.find_first_not_of(' ', colon + 1), line.size())));
    }
    std::ostringstream body;
    body << in.rdbuf();
    answer.body = body.str();
    answers_[request].push_back(std::move(answer));
  }

  static std::int32_t start(void* context, const iz_http_request* request, std::uint64_t* handle, iz_error* error) {
    return detail::guarded(error, [&] { *handle = static_cast<HttpReplay*>(context)->begin(*request); });
  }

  std::uint64_t begin(const iz_http_request& request) {
    SentRequest sent{std::string(from_abi(request.method)),
                     std::string(from_abi(request.url)),
                     std::string(from_abi(request.body)),
                     {},
                     request.auth,
                     std::string(from_abi(request.auth_ref)),
                     std::string(from_abi(request.auth_name))};
    const auto* at = reinterpret_cast<const char*>(request.headers);
    for (std::uint32_t i = 0; i < request.header_count; ++i, at += request.header_stride) {
      const auto& header = *reinterpret_cast<const iz_http_header*>(at);
      sent.headers.emplace(from_abi(header.name), from_abi(header.value));
    }
    UnderWay under_way;
    under_way.what = sent.method + ' ' + sent.url;
    under_way.user = request.user;
    under_way.streamed = (request.flags & IZ_HTTP_STREAM) != 0;
    if (auto found = answers_.find(under_way.what); found == answers_.end()) {
      under_way.known = false;
      under_way.answer.status = 404;
    } else {
      under_way.answer = found->second.front();
      if (found->second.size() > 1) found->second.pop_front();
    }
    sent_.push_back(std::move(sent));
    auto& slot = under_way_[++last_];
    slot = std::move(under_way);
    for (const auto& [name, value] : slot.answer.headers) slot.headers.push_back({to_abi(name), to_abi(value)});
    return last_;
  }

  static std::int32_t wait_any(void* context, std::uint64_t* handle, iz_error* error) {
    auto& self = *static_cast<HttpReplay*>(context);
    *handle = 0;
    for (auto at = self.under_way_.rbegin(); at != self.under_way_.rend(); ++at) {
      UnderWay& one = at->second;
      if (one.done) continue;
      *handle = at->first;
      one.arrived = std::min(one.arrived + kPiece, one.answer.body.size());
      one.done = !one.streamed || one.answer.status >= 400 || one.arrived == one.answer.body.size();
      return one.done ? outcome(one, error) : IZ_OK;
    }
    return detail::fill(error, ErrorClass::permanent, "no request is under way");
  }

  static std::int32_t outcome(const UnderWay& one, iz_error* error) {
    const std::uint32_t status = one.answer.status;
    if (!one.known)
      return detail::fill(error, ErrorClass::permanent, one.what + ": the test has no answer for it", 0, status);
    if (status < 400) return IZ_OK;
    const ErrorClass kind = status == 429                    ? ErrorClass::rate_limited
                            : status == 401 || status == 403 ? ErrorClass::auth
                            : status < 500                   ? ErrorClass::permanent
                                                             : ErrorClass::transient;
    std::int64_t retry_after_ms = 0;
    for (const auto& [name, value] : one.answer.headers) {
      if (name == "retry-after") retry_after_ms = std::stoll(value) * 1000;
    }
    return detail::fill(error, kind, one.what + ": HTTP " + std::to_string(status), retry_after_ms, status);
  }

  static std::int32_t read(void* context, std::uint64_t handle, iz_http_response* response, iz_error* error) {
    auto& self = *static_cast<HttpReplay*>(context);
    const auto found = self.under_way_.find(handle);
    if (found == self.under_way_.end()) return detail::fill(error, ErrorClass::internal, "there is no such request");
    UnderWay& one = found->second;
    std::string_view body = one.answer.body;
    if (one.streamed && one.answer.status < 400) {
      body = body.substr(one.given, one.arrived - one.given);
      one.given = one.arrived;
    }
    *response = {sizeof(iz_http_response),
                 one.answer.status,
                 1,
                 static_cast<std::uint32_t>(one.headers.size()),
                 one.headers.data(),
                 sizeof(iz_http_header),
                 one.done ? 1u : 0u,
                 to_abi_text(body),
                 one.user};
    return IZ_OK;
  }
  static void release(void* context, std::uint64_t handle) {
    static_cast<HttpReplay*>(context)->under_way_.erase(handle);
  }

  std::map<std::string, std::deque<Answer>, std::less<>> answers_;
  std::vector<SentRequest> sent_;
  std::map<std::uint64_t, UnderWay> under_way_;
  std::uint64_t last_ = 0;
  iz_http_1 table_{sizeof(iz_http_1), 16, this, start, wait_any, read, release};
};

}  // namespace infrazen::testkit
