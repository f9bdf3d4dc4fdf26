// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What is installed beside the programs: unit, samples, manual pages, completion.
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.hpp"
#include "harness/paths.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"

namespace iz {
namespace {

using ::testing::HasSubstr;

std::string content(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool has_program(const std::string& name) {
  for (const char* folder : {"/usr/bin/", "/bin/", "/usr/sbin/"}) {
    if (std::filesystem::exists(folder + name)) return true;
  }
  return false;
}

TEST(Unit, is_locked_down_to_1_2_or_better) {
  if (!has_program("systemd-analyze")) GTEST_SKIP() << "no systemd-analyze";
  const auto unit = (test::kSourceDir / "systemd/infrazend.service").string();
  const auto result = test::run({"systemd-analyze", "security", "--offline=yes", "--threshold=12", "--no-pager", unit});
  EXPECT_TRUE(result.status.ok()) << result.out << result.err;
  std::smatch exposure;
  ASSERT_TRUE(std::regex_search(result.out, exposure, std::regex("Overall exposure level[^:]*: ([0-9.]+)")))
      << result.out;
  EXPECT_LE(std::stod(exposure[1]), 1.2);
}

TEST(Unit, raises_no_warning) {
  if (!has_program("systemd-analyze")) GTEST_SKIP() << "no systemd-analyze";
  const test::TempDir dir;
  std::string unit = content(test::kSourceDir / "systemd/infrazend.service");
  // The programs are not installed where tests run; /bin/true stands for them.
  for (const std::string program : {"/usr/sbin/infrazend", "/usr/bin/infrazen"}) {
    const auto at = unit.find('=' + program + ' ');
    ASSERT_NE(at, std::string::npos) << program;
    unit.replace(at + 1, program.size(), "/bin/true");
  }
  const auto file = dir.write("infrazend.service", unit);
  const auto result = test::run({"systemd-analyze", "verify", "--man=no", file.string()});
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.out + result.err, "");
}

TEST(Samples, the_installed_configuration_is_valid) {
  const auto settings = config::load(test::kSourceDir / "etc/infrazen/infrazen.yaml");
  EXPECT_TRUE(settings.connections.empty()) << "a fresh installation runs nothing";
}

TEST(Samples, what_the_sample_shows_commented_out_are_the_defaults) {
  std::istringstream in(content(test::kSourceDir / "etc/infrazen/infrazen.yaml"));
  std::string text;
  bool body = false;
  for (std::string line; std::getline(in, line);) {
    body = body || line.starts_with("version:");
    const bool prose = line.starts_with("#   # ");
    if (body && !prose) text += (line.starts_with("# ") ? line.substr(2) : line) + '\n';
  }
  const test::TempDir dir;
  const auto shown = config::load(dir.write("infrazen.yaml", text));
  const auto defaults = config::defaults();
  EXPECT_EQ(shown.limits, defaults.limits);
  EXPECT_EQ(shown.retention, defaults.retention);
  EXPECT_EQ(shown.listen, defaults.listen);
  EXPECT_EQ(shown.log, defaults.log);
  EXPECT_EQ(shown.paths, defaults.paths);
  EXPECT_EQ(shown.database.host, defaults.database.host);
  EXPECT_EQ(shown.database.connect_timeout, defaults.database.connect_timeout);
}

TEST(Samples, example_connections_are_valid) {
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(test::kSourceDir / "etc/infrazen/connections.d")) {
    EXPECT_NO_THROW(static_cast<void>(config::load_connection(entry.path()))) << entry.path();
    ++found;
  }
  EXPECT_GE(found, 2);
}

TEST(Samples, every_connectors_sample_is_valid) {
  for (const auto& entry : std::filesystem::directory_iterator(test::kSourceDir / "plugins")) {
    const auto sample = entry.path() / "sample.yaml";
    if (!std::filesystem::exists(sample)) continue;
    EXPECT_NO_THROW(static_cast<void>(config::load_connection(sample))) << sample;
  }
}

TEST(Manual, pages_render_without_a_warning) {
  if (!has_program("man")) GTEST_SKIP() << "no man";
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(test::kSourceDir / "docs/man")) {
    if (!entry.is_regular_file()) continue;
    test::ProcessOptions options;
    options.env = {{"LC_ALL", "C.UTF-8"}, {"MANWIDTH", "100"}};
    const auto result =
        test::run({"man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", entry.path().string()}, options);
    EXPECT_TRUE(result.status.ok()) << entry.path();
    EXPECT_EQ(result.err, "") << entry.path();
    ++found;
  }
  EXPECT_GE(found, 4);
}

// Each "add_subcommand" and each option of the tool, by its sources.
TEST(Manual, every_option_of_the_tool_is_in_its_page_and_in_the_completion) {
  const std::string page = content(test::kSourceDir / "docs/man/infrazen.1");
  const std::string bash = content(test::kSourceDir / "scripts/completion/infrazen");
  const std::string zsh = content(test::kSourceDir / "scripts/completion/_infrazen");
  const std::regex option(R"re("(?:-[a-zA-Z],)?--([a-z-]+)")re");
  int found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test::kSourceDir / "daemon/cli")) {
    if (entry.path().parent_path().filename() != "commands" && entry.path().filename() != "main.cpp") continue;
    const std::string source = content(entry.path());
    for (std::sregex_iterator it(source.begin(), source.end(), option), end; it != end; ++it) {
      const std::string name = (*it)[1];
      EXPECT_THAT(page, HasSubstr("Fl -" + name)) << entry.path().filename();
      EXPECT_THAT(bash, HasSubstr("--" + name));
      EXPECT_THAT(zsh, HasSubstr("--" + name));
      ++found;
    }
  }
  EXPECT_GT(found, 20);
}

TEST(Completion, bash_reads_it) {
  const auto result = test::run({"bash", "-n", (test::kSourceDir / "scripts/completion/infrazen").string()});
  EXPECT_TRUE(result.status.ok()) << result.err;
}

}  // namespace
}  // namespace iz
