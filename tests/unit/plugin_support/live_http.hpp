// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <infrazen/abi/http.h>
#include <infrazen/error.hpp>
#include <infrazen/http.hpp>

namespace iz::support::test {

struct Asked {
  std::string method, url, body, auth_ref;
};
struct Answered {
  std::uint32_t status = 200;
  std::string body;
};

// infrazen.http/1 whose answers are made when a request is sent, so that a provider may change between two pages.
// They come back in an order drawn by seed.
class LiveHttp {
 public:
  explicit LiveHttp(std::function<Answered(const Asked&)> handler, std::uint64_t seed = 1)
      : handler_(std::move(handler)), random_(seed) {}

  infrazen::Http& http() { return http_; }
  const std::vector<Asked>& asked() const { return asked_; }
  std::size_t most_under_way() const { return most_; }
  std::size_t open() const { return open_.size(); }

 private:
  struct Open {
    Answered answer;
    bool done = false;
  };
  static LiveHttp& of(void* context) { return *static_cast<LiveHttp*>(context); }

  static std::int32_t start(void* context, const iz_http_request* request, std::uint64_t* handle, iz_error*) {
    LiveHttp& self = of(context);
    self.asked_.push_back(
        {std::string(infrazen::from_abi(request->method)), std::string(infrazen::from_abi(request->url)),
         std::string(infrazen::from_abi(request->body)), std::string(infrazen::from_abi(request->auth_ref))});
    *handle = ++self.last_;
    self.open_[*handle] = {self.handler_(self.asked_.back())};
    self.waiting_.push_back(*handle);
    self.most_ = std::max(self.most_, self.waiting_.size());
    return IZ_OK;
  }
  static std::int32_t wait_any(void* context, std::uint64_t* handle, iz_error* error) {
    LiveHttp& self = of(context);
    if (self.waiting_.empty()) {
      *handle = 0;
      return infrazen::detail::fill(error, infrazen::ErrorClass::permanent, "no request is under way");
    }
    const auto at = self.waiting_.begin() + static_cast<std::ptrdiff_t>(self.random_() % self.waiting_.size());
    *handle = *at;
    self.waiting_.erase(at);
    const std::uint32_t status = self.open_[*handle].answer.status;
    if (status < 400) return IZ_OK;
    const auto error_class = status == 401 || status == 403 ? infrazen::ErrorClass::auth
                             : status < 500                 ? infrazen::ErrorClass::permanent
                                                            : infrazen::ErrorClass::transient;
    return infrazen::detail::fill(error, error_class, "HTTP " + std::to_string(status), 0, status);
  }
  static std::int32_t read(void* context, std::uint64_t handle, iz_http_response* response, iz_error*) {
    const Answered& answer = of(context).open_.at(handle).answer;
    *response = {sizeof *response, answer.status,          1, 0,
                 nullptr,          sizeof(iz_http_header), 1, infrazen::to_abi_text(answer.body),
                 nullptr};
    return IZ_OK;
  }
  static void release(void* context, std::uint64_t handle) {
    std::erase(of(context).waiting_, handle);
    of(context).open_.erase(handle);
  }

  std::function<Answered(const Asked&)> handler_;
  std::mt19937_64 random_;
  std::vector<Asked> asked_;
  std::map<std::uint64_t, Open> open_;
  std::vector<std::uint64_t> waiting_;
  std::uint64_t last_ = 0;
  std::size_t most_ = 0;
  iz_http_1 table_{sizeof(iz_http_1), 4, this, start, wait_any, read, release};
  infrazen::Http http_{table_};
};

}  // namespace iz::support::test
