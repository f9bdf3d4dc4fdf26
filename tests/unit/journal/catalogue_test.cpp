// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"
#include "journal/messages.hpp"

namespace iz::journal {
namespace {

using ::testing::HasSubstr;

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

const std::filesystem::path kGenerated = test::kBinaryDir / "generated/journal";

TEST(Catalogue, every_message_is_explained_in_both_languages) {
  const std::string english = content(kGenerated / "infrazen.catalog");
  const std::string russian = content(kGenerated / "infrazen.ru.catalog");
  for (const Message* message : messages::all) {
    EXPECT_THAT(english, HasSubstr("-- " + std::string(message->id)));
    EXPECT_THAT(russian, HasSubstr("-- " + std::string(message->id)));
  }
  EXPECT_THAT(english, HasSubstr("Subject: connection @INFRAZEN_CONNECTION@ paused by @INFRAZEN_ACTOR@"));
}

TEST(Catalogue, systemd_compiles_it) {
  if (!std::filesystem::exists("/usr/bin/journalctl")) GTEST_SKIP() << "no journalctl";
  const test::TempDir root;
  root.write("usr/lib/systemd/catalog/infrazen.catalog", content(kGenerated / "infrazen.catalog"));
  root.write("usr/lib/systemd/catalog/infrazen.ru.catalog", content(kGenerated / "infrazen.ru.catalog"));
  std::filesystem::create_directories(root / "var/lib/systemd/catalog");
  const auto update = test::run({"journalctl", "--root=" + root.path().string(), "--update-catalog"});
  ASSERT_TRUE(update.status.ok()) << update.err;
  const auto list = test::run({"journalctl", "--root=" + root.path().string(), "--list-catalog"});
  EXPECT_THAT(list.out, HasSubstr("InfraZen: "));
  EXPECT_THAT(list.out, HasSubstr(std::string(messages::run_failed.id)));
}

TEST(Catalogue, the_runbook_in_the_repository_is_the_catalogues) {
  EXPECT_EQ(content(test::kSourceDir / "docs/messages.md"), content(kGenerated / "messages.md"))
      << "run `ninja docs_messages` and commit docs/messages.md";
}

class Generator : public ::testing::Test {
 protected:
  test::ProcessResult generate(std::string_view yaml) {
    const auto file = dir_.write("messages.yaml", yaml);
    return test::run({(test::kBinaryDir / "bin/infrazen-messages").string(), file.string(), (dir_ / "out").string()});
  }
  test::TempDir dir_;
};

TEST_F(Generator, refuses_texts_with_different_placeholders) {
  const auto result = generate(
      "- {name: a, id: 0123456789abcdef0123456789abcdef, severity: info, en: '{x}', ru: '{y}',\n"
      "   explanation: {en: e, ru: e}, action: {en: a, ru: a}}\n");
  EXPECT_EQ(result.status.code, 65);
  EXPECT_THAT(result.err, HasSubstr("messages.yaml:1: en and ru have different placeholders"));
}

TEST_F(Generator, refuses_an_id_used_twice) {
  const std::string entry =
      "id: 0123456789abcdef0123456789abcdef, severity: info, en: x, ru: y, explanation: {en: e, ru: e}, action: {en: "
      "a, ru: a}}\n";
  const auto result = generate("- {name: a, " + entry + "- {name: b, " + entry);
  EXPECT_EQ(result.status.code, 65);
  EXPECT_THAT(result.err, HasSubstr("messages.yaml:2: the id is used twice"));
}

}  // namespace
}  // namespace iz::journal
