// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <sstream>

#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"
#include "records/elf_note.hpp"
#include "records/manifest.hpp"
#include <infrazen/testkit/host.hpp>
#include <infrazen/testkit/library.hpp>

// What a stranger does: installs the SDK, copies the template out of it, builds it with a compiler of theirs, runs it.
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using infrazen::Kind;
using iz::test::TempDir;

void must_run(std::vector<std::string> argv, const fs::path& cwd) {
  iz::test::ProcessOptions options;
  options.cwd = cwd;
  const auto result = iz::test::run(argv, options, 120s);
  ASSERT_TRUE(result.status.ok()) << argv[0] << ' ' << argv[1] << ": " << result.status.describe() << '\n'
                                  << result.out << result.err;
}

class sdk_template : public testing::TestWithParam<const char*> {
 protected:
  static void SetUpTestSuite() {
    prefix_ = std::make_unique<TempDir>();
    must_run({"cmake", "--install", iz::test::kBinaryDir, "--component", "sdk", "--prefix", prefix_->path()}, "/");
  }
  static void TearDownTestSuite() { prefix_.reset(); }

  static inline std::unique_ptr<TempDir> prefix_;
  TempDir work_;
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST_P(sdk_template, a_copy_builds_out_of_tree_is_installed_where_the_daemon_looks_and_syncs) {
  fs::copy(prefix_->path() / "share/infrazen/sdk/template", work_.path(), fs::copy_options::recursive);
  for (const std::vector<std::string>& step : std::vector<std::vector<std::string>>{
           {"cmake", "-B", "build", std::string("-DCMAKE_CXX_COMPILER=") + GetParam(),
            "-DCMAKE_PREFIX_PATH=" + prefix_->path().string(), "-DCMAKE_INSTALL_PREFIX=" + prefix_->path().string(),
            "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Werror"},
           {"cmake", "--build", "build", "-j2"},
           {"ctest", "--test-dir", "build", "--output-on-failure"},
           {"cmake", "--install", "build"}}) {
    must_run(step, work_.path());
    if (HasFatalFailure()) return;
  }
  const fs::path library = prefix_->path() / "lib/infrazen/plugins/acme.so";

  // Who it is, without loading it.
  const std::string bytes = read(library);
  const auto note = iz::records::read_note(std::as_bytes(std::span(bytes)));
  EXPECT_EQ(note.id, "acme");
  EXPECT_EQ(note.abi_major, IZ_ABI_MAJOR);

  const iz_module& module = infrazen::testkit::load(library);
  const auto manifest = iz::records::parse_manifest(infrazen::from_abi(module.manifest));
  EXPECT_EQ(manifest.id, note.id);
  EXPECT_EQ(manifest.version, note.version);
  EXPECT_TRUE(manifest.unknown_keys.empty());

  infrazen::testkit::Host host;
  host.setting("base_url", "https://api.acme.example").json_setting("projects", R"(["p-1"])").secret("token", "t");
  host.http().load(work_ / "testdata");
  const auto run = host.sync(module, {.stream = "inventory"});
  EXPECT_EQ(run.message, "");
  EXPECT_EQ(run.problems, std::vector<std::string>());
  EXPECT_EQ(run.of(Kind::resource).size(), 2u);
  EXPECT_TRUE(run.completed(Kind::resource, "p-1"));
}

INSTANTIATE_TEST_SUITE_P(compilers, sdk_template, testing::Values("g++", "clang++"), [](const auto& compiler) {
  return std::string(compiler.param).substr(0, 1) == "g" ? "gcc" : "clang";
});

TEST(sdk_package, pkg_config_gives_flags_that_compile_a_connector) {
  const TempDir prefix, work;
  must_run({"cmake", "--install", iz::test::kBinaryDir, "--component", "sdk", "--prefix", prefix.path()}, "/");
  if (testing::Test::HasFatalFailure()) return;
  must_run({"sh", "-c",
            "c++ -std=c++20 $(PKG_CONFIG_PATH=" + (prefix / "lib/pkgconfig").string() +
                " pkg-config --cflags infrazen-sdk) -fPIC -shared " +
                (prefix / "share/infrazen/sdk/template/acme.cpp").string() + " -o acme.so"},
           work.path());
  EXPECT_TRUE(fs::exists(work / "acme.so"));
}

}  // namespace
