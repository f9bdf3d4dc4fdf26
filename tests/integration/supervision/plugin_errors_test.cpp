// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// A file that is not a connector we may load: refused before any of its code runs, with what, where and what to do.
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"
#include "integration/supervision/supervised_run.hpp"

namespace iz::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class PluginErrors : public testing::Test {
 protected:
  // A copy of a test connector, to be spoilt.
  fs::path copy_of(const char* connector) {
    const fs::path copy = dir_ / "connector.so";
    fs::copy_file(kTestPluginDir / (std::string(connector) + ".so"), copy, fs::copy_options::overwrite_existing);
    fs::permissions(copy, fs::perms(0644));
    return copy;
  }
  std::string refusal(const fs::path& plugin) {
    auto spec = spec_of("fine");
    spec.plugin = plugin;
    const SupervisedRun run(spec);
    EXPECT_EQ(run.outcome.error_class, IZ_ERR_CONFIG);
    EXPECT_FALSE(run.outcome.crashed);
    EXPECT_THAT(run.outcome.message, HasSubstr(plugin.native()));
    return run.outcome.message;
  }
  std::string cut_to(std::uintmax_t size) {
    const auto plugin = copy_of("fine");
    fs::resize_file(plugin, size);
    return refusal(plugin);
  }
  TempDir dir_;
};

TEST_F(PluginErrors, a_good_copy_loads) {
  auto spec = spec_of("fine");
  spec.plugin = copy_of("fine");
  EXPECT_EQ(SupervisedRun(spec).outcome.error_class, IZ_OK);
}

TEST_F(PluginErrors, a_file_that_is_not_there) {
  EXPECT_THAT(refusal(dir_ / "none.so"), AllOf(HasSubstr("No such file"), HasSubstr("install it")));
}

TEST_F(PluginErrors, a_folder_instead_of_a_file) {
  EXPECT_THAT(refusal(dir_.path()), HasSubstr("not a regular file"));
}

TEST_F(PluginErrors, a_file_that_others_may_write) {
  const auto plugin = copy_of("fine");
  for (const int mode : {0664, 0646}) {
    fs::permissions(plugin, fs::perms(mode));
    EXPECT_THAT(refusal(plugin), AllOf(HasSubstr("can be written by"), HasSubstr("chmod go-w")));
  }
}

TEST_F(PluginErrors, a_folder_that_others_may_write) {
  const auto plugin = copy_of("fine");
  fs::permissions(dir_.path(), fs::perms(0770));
  EXPECT_THAT(refusal(plugin), AllOf(HasSubstr(dir_.path().native() + " can be written by"), HasSubstr("chmod go-w")));
}

TEST_F(PluginErrors, a_link_into_a_folder_that_others_may_write) {
  const auto plugin = copy_of("fine");
  const TempDir other;
  fs::create_symlink(plugin, other / "link.so");
  fs::permissions(dir_.path(), fs::perms(0777));
  EXPECT_THAT(refusal(other / "link.so"), HasSubstr("can be written by"));
}

TEST_F(PluginErrors, a_file_of_another_user) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const auto plugin = copy_of("fine");
  ASSERT_EQ(::chown(plugin.c_str(), 65534, 65534), 0);
  EXPECT_THAT(refusal(plugin), AllOf(HasSubstr("belongs to user 65534"), HasSubstr("chown root")));
}

TEST_F(PluginErrors, another_abi_major_names_both) {
  // Its constructor aborts: it was not loaded.
  EXPECT_THAT(refusal(kTestPluginDir / "wrong-abi.so"), AllOf(HasSubstr("ABI 2.0"), HasSubstr("ABI 1.0")));
}

TEST_F(PluginErrors, two_notes) {
  EXPECT_THAT(refusal(kTestPluginDir / "duplicate-note.so"), HasSubstr("more than one"));
}

TEST_F(PluginErrors, a_library_without_a_note) {
  const fs::path library = dir_ / "libz.so";
  fs::copy_file(fs::canonical("/lib/x86_64-linux-gnu/libz.so.1"), library);
  EXPECT_THAT(refusal(library), HasSubstr("no InfraZen note"));
}

TEST_F(PluginErrors, a_text_file) {
  EXPECT_THAT(refusal(dir_.write("x.so", "#!/bin/sh\n")), HasSubstr("not an ELF"));
}

TEST_F(PluginErrors, a_file_that_is_cut_off) {
  EXPECT_THAT(cut_to(30), HasSubstr("not an ELF"));
  for (const std::uintmax_t size : {100U, 1000U, 4096U, 8192U}) EXPECT_THAT(cut_to(size), HasSubstr("cut off")) << size;
}

TEST_F(PluginErrors, a_module_without_a_manifest) {
  EXPECT_THAT(refusal(kTestPluginDir / "no-manifest.so"), HasSubstr("no manifest"));
}

TEST_F(PluginErrors, a_note_of_another_connector) {
  EXPECT_THAT(refusal(kTestPluginDir / "wrong-id.so"), AllOf(HasSubstr("wrongid"), HasSubstr("somebodyelse")));
}

TEST_F(PluginErrors, describe_refuses_in_the_same_words) {
  try {
    (void)supervisor().describe(kConnectorHost, kTestPluginDir / "no-manifest.so");
    FAIL();
  } catch (const records::RunError& fault) {
    EXPECT_EQ(fault.error_class(), static_cast<std::uint32_t>(IZ_ERR_CONFIG));
    EXPECT_THAT(fault.what(), HasSubstr("no manifest"));
  }
}

}  // namespace
}  // namespace iz::test
