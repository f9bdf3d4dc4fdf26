// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include <infrazen/http.hpp>
#include <infrazen/services.hpp>
#include <infrazen/time.hpp>

namespace iz::support {

// A token that lives for a while: obtained when it is first needed, renewed before it ends and when the provider
// refuses it. The host keeps it (Request::keep_token); here is only when. One per run and token, run thread.
//
//   Session session(host.clock(), Auth::token("iam"), [&] {
//     const Response answer = http.send({… .keep_token = "/iamToken", .keep_token_as = "iam"});
//     return …;  // when the next is due
//   });
//   const Response page = session.send(http, {.url = url});
//
// For requests that are sent otherwise: request.auth = session.auth(), sent_with = session.number(), and after a 401
// session.renew(sent_with) and once more; PagedListings does that. Renewing happens once however many requests were
// refused: those that were sent with an older token find a newer one.
class Session {
 public:
  // Obtains a token and says from when on the next is due. Throws what keeps it from that; then it is not asked again
  // in this run, because a password that is tried for each of a thousand requests locks an account.
  using Issue = std::function<infrazen::Micros()>;

  Session(infrazen::Clock clock, infrazen::Auth auth, Issue issue)
      : clock_(clock), auth_(std::move(auth)), issue_(std::move(issue)) {}

  // For a request that is sent now.
  const infrazen::Auth& auth() {
    if (!due_ || clock_.now() >= *due_) issue();
    return auth_;
  }
  // Of the token that auth() gave last; 0 = none yet.
  [[nodiscard]] std::uint64_t number() const { return number_; }

  // A request that was sent with that token was refused as unauthenticated (401). Returns when there is another one to
  // try. False: the one that was refused had just replaced a refused one, so the token is not the reason.
  bool renew(std::uint64_t refused) {
    if (refused < number_) return true;
    const infrazen::Micros now = clock_.now();
    if (renewed_ && now < *renewed_ + kPatience) return false;
    renewed_ = now;
    issue();
    return true;
  }

  // One request, awaited, with the token; after a 401 once more with a new one. Throws its Error unless it ends in 2xx.
  infrazen::Response send(infrazen::Http& http, infrazen::Request request) {
    request.auth = auth();
    const std::uint64_t sent_with = number_;
    {
      infrazen::Response first = http.try_send(request);
      if (first.status() != 401 || !renew(sent_with)) {
        first.require();
        return first;
      }
    }
    request.auth = auth();
    return http.send(request);
  }

 private:
  static constexpr std::chrono::minutes kPatience{5};

  void issue() {
    if (failed_) throw infrazen::Error(*failed_);
    due_.reset();
    try {
      due_ = issue_();
    } catch (const infrazen::Error& error) {
      failed_ = error;
      throw;
    }
    ++number_;
  }

  infrazen::Clock clock_;
  infrazen::Auth auth_;
  Issue issue_;
  std::optional<infrazen::Micros> due_;
  std::optional<infrazen::Micros> renewed_;
  std::optional<infrazen::Error> failed_;
  std::uint64_t number_ = 0;
};

}  // namespace iz::support
