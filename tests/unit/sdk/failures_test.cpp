// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include <infrazen/failures.hpp>

namespace infrazen {
namespace {

using namespace std::chrono_literals;

Error raised(const Failures& failures, std::size_t parts) {
  try {
    failures.raise(parts);
  } catch (const Error& error) {
    return error;
  }
  return {ErrorClass{}, "nothing was thrown"};
}

TEST(failures, none_is_a_success) {
  EXPECT_NO_THROW(Failures("projects").raise(3));
  EXPECT_NO_THROW(Failures("projects").raise(0));
}

TEST(failures, of_every_part_have_the_class_of_the_first) {
  Failures failures("projects");
  failures.add("p-1", Error(ErrorClass::auth, "GET /servers answered 403", 0ms, 403));
  failures.add("p-2", Error(ErrorClass::transient, "GET /servers answered 502"));
  const Error error = raised(failures, 2);
  EXPECT_EQ(error.error_class(), ErrorClass::auth);
  EXPECT_EQ(error.http_status(), 403U);
  EXPECT_STREQ(error.what(), "2 of 2 projects failed, the first is p-1: GET /servers answered 403");
}

TEST(failures, of_some_parts_do_not_keep_the_others_waiting_for_an_operator) {
  Failures failures("folders");
  failures.add("f", Error(ErrorClass::auth, "403"));
  EXPECT_EQ(raised(failures, 2).error_class(), ErrorClass::permanent);
  EXPECT_STREQ(raised(failures, 2).what(), "1 of 2 folders failed: f: 403");
}

TEST(failures, that_may_pass_are_tried_again_soon_and_not_before_the_provider_said) {
  Failures failures("folders");
  failures.add("f", Error(ErrorClass::config, "404"));
  failures.add("g", Error(ErrorClass::rate_limited, "429", 90s));
  failures.add("h", Error(ErrorClass::rate_limited, "429", 30s));
  EXPECT_EQ(raised(failures, 9).error_class(), ErrorClass::rate_limited);
  EXPECT_EQ(raised(failures, 9).retry_after(), 90s);
  // The provider said when; a back-off of failures on top of it would only add to the wait.
  failures.add("i", Error(ErrorClass::transient, "502"));
  EXPECT_EQ(raised(failures, 9).error_class(), ErrorClass::rate_limited);
  EXPECT_EQ(raised(failures, 9).retry_after(), 90s);
}

TEST(failures, of_every_part_that_may_pass_are_tried_again_when_the_provider_said) {
  Failures failures("folders");
  failures.add("f", Error(ErrorClass::transient, "502", 5s));
  EXPECT_EQ(raised(failures, 1).error_class(), ErrorClass::transient);
  failures.add("g", Error(ErrorClass::rate_limited, "429", 90s));
  EXPECT_EQ(raised(failures, 2).error_class(), ErrorClass::rate_limited);
  EXPECT_EQ(raised(failures, 2).retry_after(), 90s);
  EXPECT_STREQ(raised(failures, 2).what(), "2 of 2 folders failed, the first is f: 502");
}

TEST(failures, do_not_swallow_a_cancellation) {
  Failures failures("folders");
  EXPECT_THROW(failures.add("f", Error(ErrorClass::cancelled, "stop")), Error);
  EXPECT_EQ(failures.count(), 0U);
}

}  // namespace
}  // namespace infrazen
