// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/http/tcp_server.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <list>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include "serve/http/http_session.hpp"

namespace iz::serve {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
constexpr std::chrono::milliseconds kFirstRequest{1'000};  // for a client that had connected before the drain

std::string name_of(const tcp::endpoint& endpoint) {
  const std::string host = endpoint.address().to_string();
  return endpoint.address().is_v6() ? fmt::format("[{}]:{}", host, endpoint.port())
                                    : fmt::format("{}:{}", host, endpoint.port());
}

}  // namespace

struct TcpServer::State : std::enable_shared_from_this<State> {
  // Not a member's address: acceptors of a deque stay where they are.
  struct Listener {
    explicit Listener(asio::io_context& context) : acceptor(context), retry(context) {}
    tcp::acceptor acceptor;
    asio::steady_timer retry;
  };

  State(asio::io_context& io, HttpOptions wanted, HttpServer::Dispatch dispatch)
      : context(io), options(std::move(wanted)), patience(io) {
    shared = std::make_shared<SessionShared>(SessionShared{options, std::move(dispatch), {}, [] {}});
    shared->closed = [count = clients, drained = drained] {
      if (--*count == 0 && *drained) std::exchange(*drained, nullptr)();
    };
  }

  asio::io_context& context;
  HttpOptions options;
  asio::steady_timer patience;
  std::deque<Listener> listeners;
  std::shared_ptr<asio::ssl::context> tls;
  std::shared_ptr<unsigned> clients = std::make_shared<unsigned>(0);
  std::shared_ptr<std::function<void()>> drained = std::make_shared<std::function<void()>>();
  std::shared_ptr<SessionShared> shared;
  std::list<std::weak_ptr<HttpSession>> sessions;
  bool finishing = false;

  void accept(Listener& listener) {
    listener.acceptor.async_accept([self = shared_from_this(), &listener](error_code error, tcp::socket socket) {
      if (!error) self->serve(std::move(socket));
      if (!listener.acceptor.is_open()) return;
      if (!error) return self->accept(listener);
      // Most often no descriptor is left; asking again at once would spin.
      listener.retry.expires_after(std::chrono::milliseconds(100));
      listener.retry.async_wait([self, &listener](error_code cancelled) {
        if (!cancelled && listener.acceptor.is_open()) self->accept(listener);
      });
    });
  }

  void serve(tcp::socket socket) {
    if (*clients >= options.max_clients && !make_room()) {
      error_code ignored;
      socket.non_blocking(true, ignored);
      if (!tls) socket.write_some(asio::buffer(kBusy), ignored);
      return;
    }
    ++*clients;
    // Now and then, so that a thousand clients do not mean a thousand looks at each accept.
    if (sessions.size() > 2 * std::size_t{*clients} + 16) {
      sessions.remove_if([](const auto& session) { return session.expired(); });
    }
    sessions.push_back(HttpSession::start(std::move(socket), tls, shared));
    if (finishing) finish(false);
  }

  // Of those who hold a connection without a request the one that came first goes.
  bool make_room() {
    for (const auto& weak : sessions) {
      if (const auto session = weak.lock(); session && session->yield()) return true;
    }
    return false;
  }

  void finish(bool impatient) {
    for (const auto& weak : sessions) {
      if (const auto session = weak.lock()) session->finish(impatient);
    }
  }

  void wait_for_clients(std::chrono::milliseconds longest, std::function<void()> done);

  void close_listeners() {
    for (Listener& listener : listeners) {
      error_code ignored;
      listener.acceptor.close(ignored);
      listener.retry.cancel();
    }
  }

  void close() {
    close_listeners();
    patience.cancel();
    *drained = nullptr;
    for (const auto& weak : sessions) {
      if (const auto session = weak.lock()) session->close();
    }
    sessions.clear();
  }
};

TcpServer::TcpServer(asio::io_context& context, HttpOptions options, HttpServer::Dispatch dispatch)
    : state_(std::make_shared<State>(context, std::move(options), std::move(dispatch))) {}

TcpServer::~TcpServer() {
  stop();
}

void TcpServer::use_tls(std::string_view certificate_chain, std::string_view private_key) {
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  ::SSL_CTX_set_min_proto_version(tls->native_handle(), TLS1_2_VERSION);
  ::SSL_CTX_set_options(tls->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  error_code error;
  tls->use_certificate_chain(asio::buffer(certificate_chain.data(), certificate_chain.size()), error);
  if (error) throw std::runtime_error("the certificate is not usable: " + error.message());
  tls->use_private_key(asio::buffer(private_key.data(), private_key.size()), asio::ssl::context::pem, error);
  if (error)
    throw std::runtime_error("the certificate's key is not usable, or belongs to another one: " + error.message());
  state_->tls = std::move(tls);
}

void TcpServer::listen(const TcpAddress& address) {
  const std::string name = fmt::format("{} port {}", address.host, address.port);
  const auto fail = [&name](const error_code& error, const char* what) {
    if (error) throw std::system_error(error.value(), std::generic_category(), name + what);
  };
  error_code error;
  const auto host = asio::ip::make_address(address.host, error);
  fail(error, " is not an address");
  auto& acceptor = state_->listeners.emplace_back(state_->context).acceptor;
  const tcp::endpoint endpoint(host, address.port);
  acceptor.open(endpoint.protocol(), error);
  fail(error, " cannot be listened on");
  acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (host.is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  acceptor.bind(endpoint, error);
  fail(error, " cannot be listened on");
  acceptor.listen(asio::socket_base::max_listen_connections, error);
  fail(error, " cannot be listened on");
  state_->accept(state_->listeners.back());
}

std::string TcpServer::adopt(int descriptor) {
  int listening = 0;
  socklen_t size = sizeof listening;
  sockaddr_storage bound{};
  socklen_t bound_size = sizeof bound;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0 ||
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &bound_size) != 0 ||
      (bound.ss_family != AF_INET && bound.ss_family != AF_INET6)) {
    throw std::runtime_error(fmt::format("descriptor {} from systemd is not a listening TCP socket", descriptor));
  }
  auto& listener = state_->listeners.emplace_back(state_->context);
  listener.acceptor.assign(bound.ss_family == AF_INET ? tcp::v4() : tcp::v6(), descriptor);
  const tcp::endpoint endpoint = listener.acceptor.local_endpoint();
  if (!state_->tls && !endpoint.address().is_loopback()) {
    throw std::runtime_error(name_of(endpoint) +
                             " can be reached by others: set webhooks.tls, or listen on 127.0.0.1 behind a proxy");
  }
  state_->accept(listener);
  return name_of(endpoint);
}

void TcpServer::drain(std::chrono::milliseconds patience, std::function<void()> done) {
  state_->finishing = true;
  state_->close_listeners();
  // A client may have been accepted and not served yet; that stands in the queue in front of this.
  asio::post(state_->context, [state = state_, patience, done = std::move(done)]() mutable {
    state->wait_for_clients(patience, std::move(done));
  });
}

void TcpServer::State::wait_for_clients(std::chrono::milliseconds longest, std::function<void()> done) {
  const auto state = shared_from_this();
  if (*clients == 0) return done();
  *drained = std::move(done);
  finish(false);
  const auto all_away = [state] {
    if (const auto finished = std::exchange(*state->drained, nullptr)) finished();
  };
  patience.expires_after(std::min(kFirstRequest, longest));
  patience.async_wait([state, longest, all_away](error_code error) {
    if (error || !*state->drained) return;
    state->finish(true);
    state->patience.expires_after(longest);
    state->patience.async_wait([all_away](error_code cancelled) {
      if (!cancelled) all_away();
    });
  });
}

void TcpServer::stop() {
  state_->close();
}

unsigned TcpServer::clients() const {
  return *state_->clients;
}

}  // namespace iz::serve
