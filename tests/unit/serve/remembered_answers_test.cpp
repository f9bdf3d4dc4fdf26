// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/http/remembered_answers.hpp"

#include <gtest/gtest.h>

namespace iz::serve {
namespace {

using namespace std::chrono_literals;
using Verdict = RememberedAnswers::Verdict;

class Remembered : public ::testing::Test {
 protected:
  Verdict begin(uid_t user, const std::string& key, const std::string& target = "t") {
    return answers_.begin(
        user, key, target, [this](const Response& response) { told_ = response.body; }, &answer_);
  }

  std::chrono::steady_clock::time_point now_;
  RememberedAnswers answers_{[this] { return now_; }};
  Response answer_;
  std::string told_;
};

TEST_F(Remembered, who_asks_while_it_is_being_done_gets_the_same_answer) {
  EXPECT_EQ(begin(1, "k"), Verdict::run);
  EXPECT_EQ(begin(1, "k"), Verdict::waiting);
  answers_.finish(1, "k", {.body = "done"});
  EXPECT_EQ(told_, "done");
  EXPECT_EQ(begin(1, "k"), Verdict::answered);
  EXPECT_EQ(answer_.body, "done");
}

TEST_F(Remembered, keys_belong_to_their_user) {
  EXPECT_EQ(begin(1, "k"), Verdict::run);
  EXPECT_EQ(begin(2, "k"), Verdict::run);
  EXPECT_EQ(begin(1, "k", "else"), Verdict::other_target);
}

TEST_F(Remembered, a_failure_of_the_daemon_may_be_retried) {
  EXPECT_EQ(begin(1, "k"), Verdict::run);
  answers_.finish(1, "k", {.status = 503});
  EXPECT_EQ(begin(1, "k"), Verdict::run);
}

TEST_F(Remembered, keys_are_forgotten_after_their_time) {
  EXPECT_EQ(begin(1, "k"), Verdict::run);
  answers_.finish(1, "k", {});
  now_ += RememberedAnswers::kLifetime;
  EXPECT_EQ(begin(1, "k"), Verdict::run);
}

TEST_F(Remembered, memory_is_bounded) {
  for (std::size_t i = 0; i <= RememberedAnswers::kMaxEntries; ++i) {
    EXPECT_EQ(begin(1, std::to_string(i)), Verdict::run);
    answers_.finish(1, std::to_string(i), {});
  }
  EXPECT_EQ(begin(1, "0"), Verdict::run) << "the oldest had to go";
  EXPECT_EQ(begin(1, std::to_string(RememberedAnswers::kMaxEntries)), Verdict::answered);
}

}  // namespace
}  // namespace iz::serve
