// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/secrets.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"

namespace iz::config {
namespace {

using ::testing::HasSubstr;

class Secrets : public ::testing::Test {
 protected:
  Secrets() { std::filesystem::create_directory(secrets()); }
  std::filesystem::path secrets() const { return dir_ / "secrets"; }
  void put(const std::string& name, std::string_view text, mode_t mode) {
    const auto file = dir_.write("secrets/" + name, text);
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
  }
  std::string problem(const SecretStore& store, std::string_view name) {
    try {
      static_cast<void>(store.read(name, secrets()));
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "no problem";
  }

  test::TempDir dir_;
};

TEST_F(Secrets, a_private_file_is_read_without_its_line_end) {
  put("token", "s3cret\r\n", 0600);
  EXPECT_EQ(SecretStore({}, ::geteuid()).read("token", secrets()).view(), "s3cret");
}

TEST_F(Secrets, a_file_that_others_can_reach_is_refused) {
  const SecretStore store({}, ::geteuid());
  for (const mode_t mode : {0640, 0604, 0620, 0602, 0610}) {
    put("token", "s3cret", mode);
    EXPECT_THAT(problem(store, "token"), HasSubstr("chmod 600"));
  }
}

TEST_F(Secrets, a_file_of_somebody_else_is_refused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  put("token", "s3cret", 0600);
  ASSERT_EQ(::chown((secrets() / "token").c_str(), 65534, 65534), 0);
  EXPECT_THAT(problem(SecretStore({}, 1), "token"), HasSubstr("belongs to uid 65534"));
  EXPECT_EQ(problem(SecretStore({}, 65534), "token"), "no problem") << "the daemon's own user may own it";
}

TEST_F(Secrets, links_folders_and_empty_files_are_refused) {
  const SecretStore store({}, ::geteuid());
  put("real", "x", 0600);
  std::filesystem::create_symlink(secrets() / "real", secrets() / "link");
  std::filesystem::create_directory(secrets() / "folder");
  put("empty", "\n", 0600);
  EXPECT_THAT(problem(store, "link"), HasSubstr("cannot be opened"));
  EXPECT_THAT(problem(store, "folder"), HasSubstr("not a regular file"));
  EXPECT_THAT(problem(store, "empty"), HasSubstr("is empty"));
}

TEST_F(Secrets, credentials_are_read_once_and_go_first) {
  put("token", "from-file", 0600);
  const auto credential = dir_.write("credentials/token", "from-systemd");
  const SecretStore store(dir_ / "credentials", ::geteuid());
  dir_.write("credentials/token", "changed");
  dir_.write("credentials/later", "new");
  EXPECT_EQ(store.read("token", secrets()).view(), "from-systemd");
  EXPECT_THAT(problem(store, "later"), HasSubstr("neither among systemd's credentials"));
}

TEST_F(Secrets, a_reload_that_needs_a_new_credential_says_that_it_needs_a_restart) {
  Settings settings;
  settings.paths.secrets_dir = secrets();
  Connection connection;
  connection.id = "a";
  connection.secrets["token"] = {"missing-token", false, {"a.yaml", 4, 10}};
  settings.connections.push_back(connection);
  const SecretStore store({}, ::geteuid());
  const auto at_start = store.check(settings, false);
  const auto at_reload = store.check(settings, true);
  ASSERT_EQ(at_start.size(), 1U);
  EXPECT_THAT(to_string(at_start[0]), HasSubstr("a.yaml:4:10: secret 'missing-token' is neither among"));
  EXPECT_THAT(at_start[0].message, HasSubstr("add LoadCredential=missing-token"));
  ASSERT_EQ(at_reload.size(), 1U);
  EXPECT_THAT(at_reload[0].message, HasSubstr("systemd passes credentials only at start"));
}

TEST_F(Secrets, a_disabled_connection_needs_none) {
  Settings settings;
  Connection connection;
  connection.enabled = false;
  connection.secrets["token"] = {"missing-token", false, {}};
  settings.connections.push_back(connection);
  EXPECT_TRUE(SecretStore({}, ::geteuid()).check(settings, false).empty());
}

TEST(SecretName, tokens_are_not_names) {
  EXPECT_TRUE(is_secret_name("beget-token"));
  EXPECT_TRUE(is_secret_name("s3.key_1"));
  for (const char* bad : {"", "../x", "Upper", "AKIA123", "a/b", "9a", "a1b2c3d4e5f6a7b8c9d0e1f2"}) {
    EXPECT_FALSE(is_secret_name(bad)) << bad;
  }
}

}  // namespace
}  // namespace iz::config
