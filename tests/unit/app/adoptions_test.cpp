// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/estate/adoptions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace iz::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AdoptionsWaitedFor : public testing::Test {
 protected:
  Adopted as(const std::string& name) {
    return [this, name](const Adoption& adoption) {
      told_.push_back(name +
                      (adoption.kind == Adoption::Kind::in_force ? " in force"
                       : adoption.kind == Adoption::Kind::waits  ? " waits"
                                                                 : " failed") +
                      (adoption.reason.empty() ? "" : ": " + adoption.reason));
    };
  }
  boost::asio::io_context io_;
  std::vector<std::string> told_;
};

TEST_F(AdoptionsWaitedFor, nobody_is_told_of_settings_that_were_read_before_his_own) {
  Adoptions adoptions(io_);
  adoptions.ask();
  const auto first = adoptions.asked();
  adoptions.wait(as("first"));
  adoptions.ask();
  adoptions.wait(as("second"));
  adoptions.in_force(first, {});
  EXPECT_THAT(told_, ElementsAre("first in force"));
  EXPECT_FALSE(adoptions.all_in_force());
  adoptions.in_force(adoptions.asked(), {});
  EXPECT_THAT(told_, ElementsAre("first in force", "second in force"));
  EXPECT_TRUE(adoptions.all_in_force());
}

TEST_F(AdoptionsWaitedFor, settings_that_were_overtaken_are_in_force_with_the_later_ones) {
  Adoptions adoptions(io_);
  adoptions.ask();
  adoptions.wait(as("first"));
  adoptions.ask();
  adoptions.wait(as("second"));
  adoptions.in_force(adoptions.asked(), {});
  EXPECT_THAT(told_, ElementsAre("first in force", "second in force"));
}

TEST_F(AdoptionsWaitedFor, each_is_told_once_and_a_later_registration_undoes_nothing) {
  Adoptions adoptions(io_, 1ms);
  EXPECT_FALSE(adoptions.all_in_force()) << "there are none yet";
  adoptions.ask();
  adoptions.wait(as("one"));
  adoptions.tell({Adoption::Kind::waits, "for the database", {}});
  EXPECT_FALSE(adoptions.all_in_force());
  const auto number = adoptions.asked();
  adoptions.in_force(number, {});
  adoptions.ask();
  adoptions.in_force(adoptions.asked(), {});
  adoptions.in_force(number, {});
  EXPECT_TRUE(adoptions.all_in_force());
  io_.run();
  EXPECT_THAT(told_, ElementsAre("one waits: for the database"));
}

TEST_F(AdoptionsWaitedFor, patience_ends_with_the_word_that_it_goes_on) {
  Adoptions adoptions(io_, 1ms);
  adoptions.ask();
  adoptions.wait(as("one"));
  EXPECT_THAT(told_, IsEmpty());
  io_.run();
  EXPECT_THAT(told_, ElementsAre(HasSubstr("one waits: connectors are still being asked")));
}

TEST_F(AdoptionsWaitedFor, who_is_told_may_wait_for_something_else_at_once) {
  Adoptions adoptions(io_);
  adoptions.ask();
  adoptions.wait([&](const Adoption&) {
    adoptions.ask();
    adoptions.wait(as("again"));
  });
  adoptions.in_force(adoptions.asked(), {});
  EXPECT_THAT(told_, IsEmpty());
  adoptions.in_force(adoptions.asked(), {});
  EXPECT_THAT(told_, ElementsAre("again in force"));
}

}  // namespace
}  // namespace iz::app
