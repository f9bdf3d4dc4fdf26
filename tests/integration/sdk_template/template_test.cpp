// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/conformance/kit.hpp"
#include "fakes/http/server.hpp"
#include "harness/infrazend.hpp"
#include "harness/paths.hpp"
#include "harness/pg_cluster.hpp"
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

// The same file as the operator's daemon runs it: sandboxed, over real HTTP, into a real database.
void sync_by_a_daemon(const fs::path& library) {
  iz::test::HttpServer provider;
  const auto servers = [](const std::string& project) { return "/v1/projects/" + project + "/servers.csv"; };
  const iz::test::Reply refused{.status = 403, .body = "no"};
  provider.on(servers("p-1"), {.body = "17;web-1;eu-1;RUNNING;12.50\n18;db-1;eu-1;STOPPED;48.00\n"});
  provider.in_turn(servers("p-2"), {refused, {.body = "21;ci-1;eu-2;RUNNING;7.90\n"}});

  iz::test::PgCluster cluster;
  iz::test::Infrazend daemon(cluster, {library.string()});
  daemon.secret("acme-token", "geheim");
  daemon.connection("acme-main", "connector: acme\nsettings: {base_url: \"" + provider.url("", "localhost") +
                                     "\", projects: [p-1, p-2]}\nsecrets: {token: acme-token}\n"
                                     "allow_plain_loopback: true\n");
  daemon.start();
  // One project of two: what came is in, and the run says what did not.
  ASSERT_TRUE(daemon.wait_outcome("acme-main", "inventory", "failed", 30s)) << daemon.log();
  EXPECT_EQ(daemon.scalar("SELECT string_agg(resource_id, ',' ORDER BY resource_id) FROM infrazen.resources"), "17,18");
  EXPECT_THAT(daemon.scalar("SELECT message FROM infrazen.runs"), testing::HasSubstr("1 of 2 projects failed: p-2: "));
  // Not "waits for the operator": the other projects are to be read on.
  const auto shown = [&] { return daemon.get("/v1/connections/acme-main").body; };
  EXPECT_THAT(shown(), testing::HasSubstr(R"("last_error_class":"permanent")"));

  daemon.sync("acme-main", "inventory");
  EXPECT_TRUE(daemon.wait_outcome("acme-main", "inventory", "succeeded", 30s)) << daemon.log();
  EXPECT_EQ(daemon.scalar("SELECT string_agg(resource_id, ',' ORDER BY resource_id) FROM infrazen.resources"),
            "17,18,21");
  EXPECT_EQ(daemon.scalar("SELECT trim_scale(list_price) || currency FROM infrazen.resources WHERE resource_id = '21'"),
            "7.9EUR");
  EXPECT_EQ(provider.requests().front().header("authorization"), "Bearer geheim");

  // Every project refuses the token: that is for the operator, and nothing that is known is given up.
  provider.on(servers("p-1"), refused);
  provider.on(servers("p-2"), refused);
  daemon.sync("acme-main", "inventory");
  EXPECT_TRUE(daemon.wait_outcome("acme-main", "inventory", "failed", 30s)) << daemon.log();
  EXPECT_THAT(shown(), testing::HasSubstr(R"("last_error_class":"auth")"));
  EXPECT_EQ(daemon.scalar("SELECT count(*) FROM infrazen.resources WHERE is_active"), "3");
  EXPECT_TRUE(daemon.stop().ok());
}

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

  iz::cli::conformance::KitOptions kit;
  kit.plugin = library;
  kit.host_program = iz::test::kConnectorHost;
  kit.sample = work_ / "sample.yaml";
  kit.testdata = work_ / "testdata";
  kit.settings["projects"] = "[p-1]";
  for (const auto& finding : iz::cli::conformance::check_connector(kit)) {
    EXPECT_EQ(finding.verdict, iz::cli::conformance::Verdict::passed) << finding.rule << ": " << finding.detail;
  }

  sync_by_a_daemon(library);
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
