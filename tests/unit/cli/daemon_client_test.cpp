// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/daemon_client.hpp"

#include <sstream>
#include <sysexits.h>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"
#include "serve/http/http_server.hpp"

namespace iz::cli {
namespace {

using ::testing::HasSubstr;

// The real server with an answer of the test's choice.
class Client : public ::testing::Test {
 protected:
  Client() {
    serve::HttpOptions options;
    options.socket = context_.socket;
    server_.emplace(io_, options, [this](const serve::Request& request, const serve::Respond& respond) {
      seen_ = request;
      respond(answer_);
    });
    server_->start();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Client() override {
    boost::asio::post(io_, [this] { server_->stop(); });
    work_.reset();
    thread_.join();
  }

  int status_of(unsigned http_status) {
    answer_ = serve::error_response(http_status, "because");
    try {
      static_cast<void>(DaemonClient(context_).post_body("/v1/x"));
    } catch (const Failure& failure) {
      EXPECT_STREQ(failure.what(), "because");
      return failure.status();
    }
    return EX_OK;
  }

  test::TempDir dir_;
  std::ostringstream out_;
  std::ostringstream err_;
  Context context_{out_, err_, Language(false), "", false, dir_ / "s"};
  boost::asio::io_context io_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{io_.get_executor()};
  std::optional<serve::HttpServer> server_;
  std::thread thread_;
  serve::Request seen_;
  serve::Response answer_;
};

TEST_F(Client, what_the_daemon_says_arrives) {
  answer_.body = std::string(200'000, 'x');
  EXPECT_EQ(DaemonClient(context_).get_body("/v1/connections/" + percent_encoded("a b/c")), answer_.body);
  EXPECT_EQ(seen_.path, "/v1/connections/a b/c");
}

TEST_F(Client, a_post_can_be_repeated_safely) {
  static_cast<void>(DaemonClient(context_).post_body("/v1/reload"));
  EXPECT_EQ(seen_.method, serve::Method::post);
  EXPECT_EQ(seen_.idempotency_key.size(), 32U);
}

TEST_F(Client, refusals_become_exit_statuses_with_the_daemons_own_words) {
  EXPECT_EQ(status_of(403), EX_NOPERM);
  EXPECT_EQ(status_of(404), EX_NOINPUT);
  EXPECT_EQ(status_of(409), EX_DATAERR);
  EXPECT_EQ(status_of(503), EX_TEMPFAIL);
  EXPECT_EQ(status_of(500), EX_SOFTWARE);
}

TEST_F(Client, no_daemon_is_said_so) {
  Context nobody = context_;
  nobody.socket = dir_ / "none";
  try {
    static_cast<void>(DaemonClient(nobody).get_body("/v1/status"));
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), EX_UNAVAILABLE);
    EXPECT_THAT(failure.what(), HasSubstr("the daemon does not answer at"));
  }
}

}  // namespace
}  // namespace iz::cli
