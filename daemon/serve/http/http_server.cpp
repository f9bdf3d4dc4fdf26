// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/http/http_server.hpp"

#include <cerrno>
#include <list>
#include <stdexcept>
#include <string_view>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include "serve/http/http_session.hpp"

namespace iz::serve {
namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

// Removes the socket of a daemon that died. One that answers belongs to a living daemon.
void remove_stale(asio::io_context& context, const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) fail(EEXIST, "status socket " + path + " is not a socket: move it away");
  Local::socket probe(context);
  error_code error;
  probe.connect(Local::endpoint(path), error);
  if (!error) fail(EADDRINUSE, "status socket " + path + " is answered by another daemon: stop it first");
  ::unlink(path.c_str());
}

}  // namespace

struct HttpServer::State : std::enable_shared_from_this<State> {
  State(asio::io_context& io, HttpOptions wanted, Dispatch dispatch, Answered answered)
      : context(io), options(std::move(wanted)), acceptor(io), retry(io) {
    shared = std::make_shared<SessionShared>(
        SessionShared{options, std::move(dispatch), std::move(answered), [count = clients] { --*count; }});
  }

  asio::io_context& context;
  HttpOptions options;
  Local::acceptor acceptor;
  asio::steady_timer retry;
  std::shared_ptr<unsigned> clients = std::make_shared<unsigned>(0);
  std::shared_ptr<SessionShared> shared;
  std::list<std::weak_ptr<HttpSession>> sessions;
  bool bound = false;  // the socket in the file system is ours

  void listen() {
    const std::string path = options.socket.string();
    if (options.inherited_fd >= 0) {
      acceptor.assign(Local(), options.inherited_fd);
      return;
    }
    remove_stale(context, path);
    acceptor.open(Local());
    // On Linux the file inherits the descriptor's mode, so it is never open wider than wanted, not even for a moment.
    if (::fchmod(acceptor.native_handle(), options.mode) != 0) fail(errno, "status socket " + path);
    error_code error;
    acceptor.bind(Local::endpoint(path), error);
    if (error) fail(error.value(), "status socket " + path + " cannot be made");
    bound = true;
    if (::chmod(path.c_str(), options.mode) != 0) fail(errno, "status socket " + path);
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) fail(error.value(), "status socket " + path + " cannot listen");
  }

  void accept() {
    acceptor.async_accept([self = shared_from_this()](error_code error, Local::socket socket) {
      if (!self->acceptor.is_open()) return;
      if (error) return self->accept_later();
      self->serve(std::move(socket));
      self->accept();
    });
  }

  // Most often no descriptor is left; asking again at once would spin.
  void accept_later() {
    retry.expires_after(std::chrono::milliseconds(100));
    retry.async_wait([self = shared_from_this()](error_code error) {
      if (!error && self->acceptor.is_open()) self->accept();
    });
  }

  void serve(Local::socket socket) {
    if (*clients >= options.max_clients) {
      error_code ignored;
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(kBusy), ignored);
      return;
    }
    ++*clients;
    sessions.remove_if([](const auto& session) { return session.expired(); });
    sessions.push_back(HttpSession::start(std::move(socket), shared));
  }

  void close() {
    error_code ignored;
    acceptor.close(ignored);
    retry.cancel();
    for (const auto& weak : sessions) {
      if (const auto session = weak.lock()) session->close();
    }
    sessions.clear();
    if (std::exchange(bound, false)) ::unlink(options.socket.c_str());
  }
};

HttpServer::HttpServer(asio::io_context& context, HttpOptions options, Dispatch dispatch, Answered answered)
    : state_(std::make_shared<State>(context, std::move(options), std::move(dispatch), std::move(answered))) {}

HttpServer::~HttpServer() {
  stop();
}

void HttpServer::start() {
  state_->listen();
  state_->accept();
}

void HttpServer::stop() {
  state_->close();
}

unsigned HttpServer::clients() const {
  return *state_->clients;
}

}  // namespace iz::serve
