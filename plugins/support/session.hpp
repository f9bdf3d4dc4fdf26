// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include <infrazen/http.hpp>
#include <infrazen/services.hpp>
#include <infrazen/time.hpp>

namespace iz::support {

// A token that lives for a while: obtained when it is first needed, renewed before it ends and when the provider
// refuses it. The host keeps it (Request::keep_token); here is only when. Run thread.
//
//   Session session(host.clock(), Auth::token("iam"), [&] { … post(credentials, .keep_token_as = "iam") …; return due;
//   }); request.auth = session.auth();  const auto sent_with = session.number(); … the answer is 401:
//   session.renew(sent_with), and once more …
//
// Renewing happens once however many requests were refused: those that were sent with an older token find a newer one.
class Session {
 public:
  // Obtains a token and says from when on the next is due. Throws what keeps it from that.
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
  // A request that was sent with that token was refused as unauthenticated. Returns when there is another one.
  void renew(std::uint64_t refused) {
    if (refused >= number_) issue();
  }

 private:
  void issue() {
    due_.reset();
    due_ = issue_();
    ++number_;
  }

  infrazen::Clock clock_;
  infrazen::Auth auth_;
  Issue issue_;
  std::optional<infrazen::Micros> due_;
  std::uint64_t number_ = 0;
};

}  // namespace iz::support
