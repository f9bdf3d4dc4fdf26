// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/clouds/frame/expectations.hpp"

#include <infrazen/abi/base.h>

namespace iz::test {

const std::vector<Expectation>& expectations() {
  using enum FaultKind;
  constexpr int kTransient = IZ_ERR_TRANSIENT;
  constexpr int kLimited = IZ_ERR_RATE_LIMITED;
  constexpr int kAuth = IZ_ERR_AUTH;
  constexpr int kPermanent = IZ_ERR_PERMANENT;
  // A run that lacks one part of many for a reason that does not pass by itself is permanent: tried at its interval.
  static const std::vector<Expectation> kAll{
      {.fault = {.name = "token_revoked", .kind = token_revoked}, .must_succeed = true},
      {.fault = {.name = "token_expired", .kind = token_expired}, .must_succeed = true},
      {.fault = {.name = "key_revoked", .kind = key_revoked}, .classes = {kAuth}, .words = "401"},
      {.fault = {.name = "part_forbidden", .kind = part_forbidden}, .classes = {kAuth, kPermanent}, .words = "403"},
      {.fault = {.name = "service_missing", .kind = service_missing},
       .classes = {kPermanent},
       .words = "404",
       .may_lack_a_part = true},
      {.fault = {.name = "limited_once", .kind = limited_until, .times = 1, .retry_after = "1"}, .must_succeed = true},
      {.fault = {.name = "limited_for_an_hour", .kind = limited_until, .retry_after = "3600"},
       .classes = {kLimited},
       .words = "429|rate|limit"},
      {.fault = {.name = "limited", .kind = limited}, .classes = {kLimited}, .words = "429"},
      {.fault = {.name = "broken_once", .kind = broken, .times = 1}, .must_succeed = true},
      {.fault = {.name = "broken", .kind = broken}, .classes = {kTransient}, .words = "500"},
      {.fault = {.name = "cut_once", .kind = cut_body, .times = 1}, .must_succeed = true},
      {.fault = {.name = "cut", .kind = cut_body}, .classes = {kTransient}, .words = "transfer closed|partial|bytes"},
      {.fault = {.name = "cut_unnoticed", .kind = cut_unnoticed, .times = 1},
       .classes = {kTransient},
       .words = "breaks off|damaged|empty|end"},
      {.fault = {.name = "garbage", .kind = garbage}, .classes = {kTransient}, .words = "not JSON|page|XML|html"},
      {.fault = {.name = "slow", .kind = slow}, .must_succeed = true},
      {.fault = {.name = "reset_once", .kind = reset, .times = 1}, .must_succeed = true},
      {.fault = {.name = "reset", .kind = reset}, .classes = {kTransient}, .words = "reset|closed|Recv|Send"},
      {.fault = {.name = "place_lost_once", .kind = place_lost, .times = 1}, .must_succeed = true},
      {.fault = {.name = "place_lost", .kind = place_lost}, .classes = {kPermanent, kTransient}, .words = "400"},
      {.fault = {.name = "page_again", .kind = page_again, .times = 1},
       .classes = {kTransient},
       .words = "page|changed|same|listing"},
      {.fault = {.name = "rows_change", .kind = rows_change}, .classes = {kTransient}, .words = "changed"},
  };
  return kAll;
}

}  // namespace iz::test
