// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/secrets.hpp"

#include <gtest/gtest.h>

namespace iz::host {
namespace {

TEST(Secrets, are_found_by_name_only) {
  const Secrets secrets({{"token", "s3cret-token", false}});
  ASSERT_NE(secrets.find("token"), nullptr);
  EXPECT_EQ(secrets.find("tok"), nullptr);
}

TEST(Secrets, are_masked_wherever_they_stand) {
  const Secrets secrets({{"token", "s3cret-token", false}});
  EXPECT_EQ(secrets.mask("Bearer s3cret-token; again s3cret-token."), "Bearer ***; again ***.");
  EXPECT_EQ(secrets.mask("nothing here"), "nothing here");
}

TEST(Secrets, the_password_of_a_pair_is_masked_and_its_user_is_not) {
  const Secrets secrets({{"login", "alice:correct-horse", false}});
  EXPECT_EQ(secrets.mask("alice sent correct-horse"), "alice sent ***");
}

TEST(Secrets, the_lines_of_a_key_are_masked) {
  const Secrets secrets(
      {{"key", "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END PRIVATE KEY-----\n", false}});
  EXPECT_EQ(secrets.mask("line kqhkiG9w0BAQEF of -----BEGIN PRIVATE KEY-----"),
            "line *** of -----BEGIN PRIVATE KEY-----");
}

TEST(Secrets, very_short_ones_do_not_blank_out_everything) {
  const Secrets secrets({{"pin", "a", false}, {"empty", "", false}});
  EXPECT_EQ(secrets.mask("a banana"), "a banana");
}

TEST(Secrets, tokens_are_masked_after_they_were_replaced) {
  Secrets secrets({});
  secrets.keep_token("iam", "first-token");
  secrets.keep_token("iam", "second-token");
  EXPECT_EQ(secrets.token("iam"), "second-token");
  EXPECT_EQ(secrets.token("other"), std::nullopt);
  EXPECT_EQ(secrets.mask("first-token second-token"), "*** ***");
}

}  // namespace
}  // namespace iz::host
