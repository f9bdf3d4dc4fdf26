// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <csignal>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "harness/listening_socket.hpp"
#include "harness/pg_cluster.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"
#include "harness/wait_until.hpp"

namespace iz::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(TempDirTest, goes_away_with_its_content) {
  std::filesystem::path path;
  {
    const TempDir dir;
    path = dir.path();
    EXPECT_EQ("hello", (std::stringstream() << std::ifstream(dir.write("a/b.txt", "hello")).rdbuf()).str());
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ProcessTest, captures_output_and_exit_code) {
  const auto result = run({"sh", "-c", "cat; echo $WHO >&2; exit 3"}, {.env = {{"WHO", "me"}}, .input = "in"});
  EXPECT_EQ(result.status.code, 3);
  EXPECT_EQ(result.out, "in");
  EXPECT_EQ(result.err, "me\n");
}

TEST(ProcessTest, output_beyond_the_cap_is_dropped_and_does_not_block) {
  const auto result = run({"sh", "-c", "head -c 3000000 /dev/zero"}, {.capture = 1000});
  EXPECT_TRUE(result.status.ok());
  EXPECT_EQ(result.out.size(), 1000U);
}

TEST(ProcessTest, a_program_that_does_not_exist_is_an_error_at_start) {
  EXPECT_THROW(Process({"/nonexistent/program"}), std::system_error);
}

TEST(ProcessTest, sockets_are_passed_as_systemd_passes_them) {
  const ListeningSocket one;
  const ListeningSocket other;
  const auto told = run({"sh", "-c", "echo $LISTEN_FDS; test $LISTEN_PID = $$ && readlink /proc/$$/fd/3 /proc/$$/fd/4"},
                        {.sockets = {one.fd(), other.fd()}});
  const auto name = [](int fd) {
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(fd)).string();
  };
  EXPECT_EQ(told.out, "2\n" + name(one.fd()) + "\n" + name(other.fd()) + "\n") << told.err;
}

TEST(ProcessTest, a_timeout_kills_and_says_what_was_printed) {
  Process process({"sh", "-c", "echo before; sleep 100"});
  try {
    process.wait(milliseconds(300));
    FAIL() << "should have timed out";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("before"), std::string::npos);
  }
  EXPECT_FALSE(process.running());
}

TEST(ProcessTest, reports_the_signal) {
  Process process({"sleep", "100"});
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait().signal, SIGTERM);
}

TEST(ProcessTest, a_grandchild_that_keeps_the_pipe_does_not_block_wait) {
  Process process({"sh", "-c", "sleep 100 & echo done"});
  EXPECT_TRUE(process.wait(seconds(10)).ok());
  EXPECT_EQ(process.out(), "done\n");
}

TEST(PgClusterTest, answers_and_creates_databases) {
  PgCluster cluster;
  const auto database = cluster.create_database("odd \"name'");
  EXPECT_EQ(pg_scalar(database, "SELECT current_database()"), "odd \"name'");
  const auto rows = pg_query(database, "SELECT 1, NULL UNION ALL SELECT 2, 'x' ORDER BY 1");
  EXPECT_EQ(rows, (PgRows{{"1", std::nullopt}, {"2", "x"}}));
  EXPECT_THROW(pg_query(database, "SELECT nonsense"), std::runtime_error);
}

TEST(PgClusterTest, committed_rows_survive_kill9_and_stops) {
  PgCluster cluster({.fsync = true});
  pg_query(cluster.conninfo(), "CREATE TABLE t (i int); INSERT INTO t VALUES (1)");
  cluster.kill9();
  EXPECT_FALSE(cluster.running());
  EXPECT_THROW(pg_query(cluster.conninfo(), "SELECT 1"), std::runtime_error);
  cluster.start();
  EXPECT_EQ(pg_scalar(cluster.conninfo(), "SELECT count(*) FROM t"), "1");
  cluster.restart(PgStop::immediate);
  cluster.restart(PgStop::fast);
  EXPECT_EQ(pg_scalar(cluster.conninfo(), "SELECT count(*) FROM t"), "1");
}

TEST(PgClusterTest, tcp_wants_a_password) {
  PgCluster cluster({.tcp = true});
  pg_query(cluster.conninfo(), "CREATE ROLE reader LOGIN PASSWORD 'secret'");
  EXPECT_EQ(pg_scalar(cluster.tcp_conninfo("postgres", "reader", "secret"), "SELECT current_user"), "reader");
  EXPECT_THROW(pg_query(cluster.tcp_conninfo("postgres", "reader", "wrong"), "SELECT 1"), std::runtime_error);
  const int port = cluster.port();
  cluster.restart();
  EXPECT_EQ(cluster.port(), port);
}

TEST(PgClusterTest, fresh_databases_are_apart) {
  const auto one = fresh_database();
  const auto two = fresh_database();
  pg_query(one, "CREATE TABLE only_in_one ()");
  EXPECT_THROW(pg_query(two, "SELECT * FROM only_in_one"), std::runtime_error);
}

// The test program dies without running a destructor; server and folder must still go.
TEST(PgClusterTest, nothing_is_left_when_the_test_is_killed) {
  int pipe_fds[2];
  ASSERT_EQ(::pipe(pipe_fds), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    PgCluster cluster;
    const std::string line = std::to_string(cluster.pid()) + " " + cluster.data_dir().parent_path().string();
    if (::write(pipe_fds[1], line.data(), line.size()) < 0) ::_exit(1);
    ::pause();
  }
  ::close(pipe_fds[1]);
  std::string line(4096, '\0');
  const auto got = ::read(pipe_fds[0], line.data(), line.size());
  ::close(pipe_fds[0]);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_GT(got, 0);
  line.resize(static_cast<std::size_t>(got));
  const auto space = line.find(' ');
  const auto server = "/proc/" + line.substr(0, space);
  const std::filesystem::path root = line.substr(space + 1);
  const auto server_gone = [&] {
    std::string state;
    std::ifstream stat(server + "/stat");
    stat >> state >> state >> state;
    return state.empty() || state == "Z";
  };
  EXPECT_TRUE(wait_until(server_gone, seconds(20))) << server;
  EXPECT_TRUE(wait_until([&] { return !std::filesystem::exists(root); }, seconds(20))) << root;
}

}  // namespace
}  // namespace iz::test
