// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/http/http_server.hpp"

#include <grp.h>
#include <mutex>
#include <optional>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"
#include "harness/wait_until.hpp"
#include "socket_client.hpp"

namespace iz::serve {
namespace {

using namespace std::chrono_literals;
using test::SocketClient;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Http : public ::testing::Test {
 protected:
  Http() {
    options_.socket = dir_ / "s";
    options_.idle_timeout = 1min;
    options_.request_timeout = 1min;
    options_.answer_timeout = 1min;
  }
  ~Http() override {
    if (!server_) return;
    boost::asio::post(context_, [this] { server_->stop(); });
    work_.reset();
    thread_.join();
    late_.clear();
  }

  void start() {
    server_.emplace(
        context_, options_, [this](Request request, const Respond& respond) { dispatch(std::move(request), respond); },
        [this](const Request&, const Response& response) {
          const std::lock_guard lock(mutex_);
          answered_.push_back(response.status);
        });
    server_->start();
    thread_ = std::thread([this] { context_.run(); });
  }

  void dispatch(Request request, const Respond& respond) {
    const std::lock_guard lock(mutex_);
    if (request.path == "/later") {
      late_.push_back(respond);
    } else if (request.path == "/thread") {
      std::thread([respond] { respond({.body = "from a thread"}); }).detach();
    } else if (request.path != "/never") {
      std::string body = request.path + (request.caller.may_write ? " rw " : " ro ") + request.caller.user;
      for (const auto& [name, value] : request.query) body += ' ' + name + '=' + value;
      respond({.body = body + ' ' + request.body + ' ' + request.idempotency_key});
    }
  }

  std::vector<unsigned> answered() {
    const std::lock_guard lock(mutex_);
    return answered_;
  }

  std::string once(std::string_view request) {
    SocketClient client(options_.socket);
    client.send(request);
    return client.receive();
  }

  test::TempDir dir_;
  HttpOptions options_;
  boost::asio::io_context context_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{
      context_.get_executor()};
  std::optional<HttpServer> server_;
  std::thread thread_;
  std::mutex mutex_;
  std::vector<Respond> late_;
  std::vector<unsigned> answered_;
};

TEST_F(Http, a_request_is_taken_apart_and_answered) {
  start();
  const auto answer =
      once("POST /a%20b?x=1%262&y=a+b HTTP/1.1\r\nHost: x\r\nIdempotency-Key: k1\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(answer, HasSubstr("/a b rw "));
  EXPECT_THAT(answer, HasSubstr(" x=1&2 y=a b body k1"));
}

TEST_F(Http, one_connection_carries_many_requests_also_sent_ahead) {
  start();
  SocketClient client(options_.socket);
  client.send("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive(), HasSubstr("/1 "));
  EXPECT_THAT(client.receive(), HasSubstr("/2 "));
  client.send("GET /3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.receive(), HasSubstr("/3 "));
  EXPECT_TRUE(client.closed());
}

TEST_F(Http, an_answer_may_come_from_another_thread) {
  start();
  EXPECT_THAT(once("GET /thread HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("from a thread"));
}

TEST_F(Http, bad_requests_are_refused_and_the_connection_closed) {
  start();
  EXPECT_THAT(once("nonsense\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(once("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(once("GET /?a=1&a=2 HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(once("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(once("DELETE / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(once("GET / HTTP/1.1\r\nX: " + std::string(20000, 'a') + "\r\n\r\n"), StartsWith("HTTP/1.1 431"));
  EXPECT_THAT(once("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(once("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 200")) << "it still serves";
}

TEST_F(Http, a_client_that_drips_is_cut_off) {
  options_.request_timeout = 400ms;
  start();
  SocketClient client(options_.socket);
  const auto begin = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\n");
  EXPECT_EQ(client.receive(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s) << "long before it would be for being idle";
}

TEST_F(Http, an_idle_connection_outlives_the_request_timeout) {
  options_.request_timeout = 500ms;
  start();
  SocketClient client(options_.socket);
  std::this_thread::sleep_for(800ms);
  client.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive(), HasSubstr("/late"));
}

TEST_F(Http, an_answer_that_takes_too_long_is_504_and_what_comes_later_is_dropped) {
  options_.answer_timeout = 400ms;
  start();
  SocketClient client(options_.socket);
  client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 504"));
  {
    const std::lock_guard lock(mutex_);
    late_.at(0)({.body = "too late"});
    late_.at(0)({.body = "twice"});
  }
  EXPECT_TRUE(client.closed());
  EXPECT_TRUE(test::wait_until([&] { return answered() == std::vector<unsigned>{200}; }))
      << "the audit hears of it once";
}

TEST_F(Http, a_request_that_nobody_answers_is_500) {
  start();
  EXPECT_THAT(once("GET /never HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 500"));
}

TEST_F(Http, the_smallest_limits_are_kept) {
  options_.max_header = options_.max_body = 1024;
  start();
  const std::string body(1000, 'b');
  EXPECT_THAT(once("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + body), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(once("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 1025\r\n\r\n"), StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(once("GET / HTTP/1.1\r\nX: " + std::string(1024, 'a') + "\r\n\r\n"), StartsWith("HTTP/1.1 431"));
}

TEST_F(Http, bodies_of_all_clients_together_have_a_limit) {
  options_.max_held = 100'000;
  start();
  const std::string head = "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n";
  SocketClient slow(options_.socket);
  slow.send(head + std::string(50'000, 'b'));
  const auto other = [&] { return once(head + std::string(60'000, 'b')); };
  EXPECT_TRUE(test::wait_until([&] { return other().starts_with("HTTP/1.1 503"); })) << "once the first one's are here";
  EXPECT_THAT(other(), HasSubstr("\r\nRetry-After: 1\r\n"));
  slow.send(std::string(10'000, 'b'));
  EXPECT_THAT(slow.receive(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(other(), StartsWith("HTTP/1.1 200")) << "what is answered is held no more";
}

TEST_F(Http, too_many_clients_are_turned_away) {
  options_.max_clients = 2;
  start();
  auto first = std::make_unique<SocketClient>(options_.socket);
  const SocketClient second(options_.socket);
  ASSERT_TRUE(test::wait_until([&] { return server_->clients() == 2; }));
  EXPECT_THAT(SocketClient(options_.socket).receive(), StartsWith("HTTP/1.1 503"));
  first.reset();
  EXPECT_TRUE(test::wait_until(
      [&] { return once("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200"); }));
}

TEST_F(Http, the_socket_has_its_mode_and_goes_with_the_server) {
  options_.mode = 0600;
  start();
  struct stat status {};
  ASSERT_EQ(::stat(options_.socket.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  boost::asio::post(context_, [this] { server_->stop(); });
  EXPECT_TRUE(test::wait_until([&] { return !std::filesystem::exists(options_.socket); }));
}

TEST_F(Http, a_socket_left_by_a_dead_daemon_is_replaced_but_not_that_of_a_living_one) {
  start();
  boost::asio::io_context other{1};
  HttpServer second(other, options_, [](const Request&, const Respond&) {});
  EXPECT_THROW(second.start(), std::system_error);
  EXPECT_THAT(once("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 200")) << "the first one is unharmed";

  HttpOptions stale = options_;
  stale.socket = dir_ / "stale";
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, stale.socket.c_str(), sizeof(address.sun_path) - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  ::close(fd);
  HttpServer third(other, stale, [](const Request&, const Respond&) {});
  EXPECT_NO_THROW(third.start());
}

TEST_F(Http, the_kernel_says_who_may_write) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become others";
  const group* admins = ::getgrnam("daemon");
  ASSERT_NE(admins, nullptr);
  options_.admin_group = "daemon";
  options_.mode = 0666;
  ASSERT_EQ(::chmod(dir_.path().c_str(), 0755), 0);
  start();
  const auto as = [&](uid_t uid, std::vector<gid_t> groups) {
    const pid_t child = ::fork();
    if (child == 0) {
      std::string answer;
      if (::setgroups(groups.size(), groups.data()) == 0 && ::setgid(65534) == 0 && ::setuid(uid) == 0) {
        answer = once("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      }
      const bool may_write = answer.find("/ rw ") != std::string::npos;
      const bool may_read = answer.find("/ ro ") != std::string::npos;
      ::_exit(may_write ? 2 : may_read ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WEXITSTATUS(status);
  };
  EXPECT_EQ(as(65534, {}), 1) << "anybody whom the socket's mode lets in may read";
  EXPECT_EQ(as(65534, {admins->gr_gid}), 2) << "members of the admin group may write";
  EXPECT_EQ(as(0, {}), 2) << "root may write";
}

}  // namespace
}  // namespace iz::serve
