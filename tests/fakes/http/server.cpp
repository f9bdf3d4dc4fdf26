// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/http/server.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <list>
#include <mutex>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <set>
#include <stdexcept>
#include <sys/socket.h>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <zlib.h>

#include "fakes/http/server_connection.hpp"

namespace iz::test {
namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

std::string gzipped(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  std::string out(deflateBound(&stream, static_cast<uLong>(text.size())) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string chunk(std::string_view bytes) {
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", bytes.size());
  return size + std::string(bytes) + "\r\n";
}

}  // namespace

struct HttpServer::State {
  explicit State(const TestCa* ca) {
    if (ca != nullptr) {
      context.reset(SSL_CTX_new(TLS_server_method()));
      SSL_CTX_set_options(context.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
      if (SSL_CTX_use_certificate_chain_file(context.get(), ca->certificate_file().c_str()) != 1 ||
          SSL_CTX_use_PrivateKey_file(context.get(), ca->key_file().c_str(), SSL_FILETYPE_PEM) != 1) {
        throw std::runtime_error("the test server's certificate cannot be read");
      }
    }
    std::signal(SIGPIPE, SIG_IGN);  // SSL_write cannot be told MSG_NOSIGNAL
    listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener < 0 || ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener, 128) != 0 || ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::system_error(errno, std::generic_category(), "test HTTP server");
    }
    port = ntohs(address.sin_port);
    acceptor = std::thread([this] { accept_all(); });
  }

  ~State() {
    stopping = true;
    ::shutdown(listener, SHUT_RDWR);
    {
      const std::lock_guard lock(mutex);
      for (const int socket : sockets) ::shutdown(socket, SHUT_RDWR);
      wake.notify_all();
    }
    acceptor.join();
    for (auto& thread : threads) thread.join();
    ::close(listener);
  }

  void accept_all() {
    while (!stopping) {
      const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0) continue;
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const std::lock_guard lock(mutex);
      ++accepted;
      sockets.insert(socket);
      if (stopping) ::shutdown(socket, SHUT_RDWR);
      threads.emplace_back([this, socket] { serve(socket); });
    }
  }

  void serve(int socket) {
    {
      ServerConnection connection(socket, context.get());
      if (connection.handshake()) {
        while (!stopping && answer_one(connection)) {
        }
      }
      const std::lock_guard lock(mutex);
      sockets.erase(socket);
    }
    ::close(socket);
  }

  // False: the connection is over.
  bool answer_one(ServerConnection& connection) {
    auto request = read_request(connection);
    if (!request) return false;
    Handler handler;
    Reply reply{404, "no rule for " + request->target, {}, {}};
    {
      const std::lock_guard lock(mutex);
      received.push_back(*request);
      busiest = std::max(busiest, ++busy);
      if (const auto rule = replies.find(request->path); rule != replies.end()) {
        reply = rule->second.front();
        if (rule->second.size() > 1) rule->second.pop_front();
      } else if (const auto found = handlers.find(request->path); found != handlers.end()) {
        handler = found->second;
      } else {
        handler = others;
      }
    }
    if (handler) reply = handler(*request);
    const bool go_on = send(connection, *request, reply);
    const std::lock_guard lock(mutex);
    --busy;
    return go_on;
  }

  static std::optional<ReceivedRequest> read_request(ServerConnection& connection) {
    const auto head = connection.read_head();
    if (!head) return std::nullopt;
    ReceivedRequest request;
    std::size_t at = head->find("\r\n");
    const std::string line = head->substr(0, at);
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string::npos || last == first) return std::nullopt;
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, last - first - 1);
    const auto question = request.target.find('?');
    request.path = request.target.substr(0, question);
    if (question != std::string::npos) request.query = request.target.substr(question + 1);
    for (at += 2; at + 2 < head->size();) {
      const auto end = head->find("\r\n", at);
      const auto colon = head->find(':', at);
      const auto value = std::min(head->find_first_not_of(' ', colon + 1), end);
      request.headers[lower(head->substr(at, colon - at))] = head->substr(value, end - value);
      at = end + 2;
    }
    if (request.header("transfer-encoding") == "chunked") {
      for (;;) {
        const auto size = connection.read_line();
        if (!size) return std::nullopt;
        const auto bytes = std::stoul(*size, nullptr, 16);
        const auto piece = connection.read_exactly(bytes + 2);
        if (!piece) return std::nullopt;
        if (bytes == 0) return request;
        request.body += piece->substr(0, bytes);
      }
    }
    if (const auto length = request.header("content-length"); !length.empty()) {
      auto body = connection.read_exactly(std::stoul(length));
      if (!body) return std::nullopt;
      request.body = std::move(*body);
    }
    return request;
  }

  void rest(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex);
    wake.wait_for(lock, time, [this] { return stopping.load(); });
  }

  bool send(ServerConnection& connection, const ReceivedRequest& request, const Reply& reply) {
    if (reply.delay.count() > 0) rest(reply.delay);
    if (reply.silent) {
      connection.read_until_closed();
      return false;
    }
    if (reply.reset) {
      connection.reset();
      return false;
    }
    if (reply.raw) {
      connection.write(*reply.raw);
      return false;
    }
    const std::string body = reply.gzip ? gzipped(reply.body) : reply.body;
    const bool chunked = reply.chunked || !reply.trailers.empty();
    std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Test\r\n";
    for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
    if (reply.gzip) head += "Content-Encoding: gzip\r\n";
    if (chunked) {
      head += "Transfer-Encoding: chunked\r\n";
    } else if (!reply.half_close && reply.status != 304 && reply.status != 204) {
      head += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    if (reply.half_close) head += "Connection: close\r\n";
    head += "\r\n";
    if (!connection.write(head)) return false;
    if (request.method == "HEAD" || reply.status == 304 || reply.status == 204) return true;
    if (!send_body(connection, reply, body, chunked)) return false;
    if (chunked) {
      std::string tail = "0\r\n";
      for (const auto& [name, value] : reply.trailers) tail += name + ": " + value + "\r\n";
      if (!connection.write(tail + "\r\n")) return false;
    }
    if (reply.half_close) {
      connection.shut_writing();
      connection.read_until_closed();
      return false;
    }
    return true;
  }

  bool send_body(ServerConnection& connection, const Reply& reply, std::string_view body, bool chunked) {
    const std::size_t most = std::min(body.size(), reply.cut_after.value_or(body.size()));
    const std::size_t piece = reply.piece == 0 ? 64 * 1024 : reply.piece;
    for (std::size_t at = 0; at < most; at += piece) {
      if (at > 0 && reply.pause.count() > 0) rest(reply.pause);
      if (at > 0 && reply.before_next_piece) reply.before_next_piece();
      if (stopping) return false;
      const std::string_view bytes = body.substr(at, std::min(piece, most - at));
      if (!(chunked ? connection.write(chunk(bytes)) : connection.write(bytes))) return false;
      body_bytes += bytes.size();
    }
    return !reply.cut_after.has_value();
  }

  std::unique_ptr<SSL_CTX, FreeSsl> context;
  int listener = -1;
  std::uint16_t port = 0;
  std::atomic<bool> stopping{false};
  std::atomic<std::uint64_t> body_bytes{0};
  mutable std::mutex mutex;
  std::condition_variable wake;
  std::map<std::string, std::deque<Reply>, std::less<>> replies;
  std::map<std::string, Handler, std::less<>> handlers;
  Handler others;
  std::vector<ReceivedRequest> received;
  std::size_t accepted = 0;
  std::size_t busy = 0;
  std::size_t busiest = 0;
  std::set<int> sockets;
  std::list<std::thread> threads;
  std::thread acceptor;
};

HttpServer::HttpServer() : state_(std::make_unique<State>(nullptr)) {}
HttpServer::HttpServer(const TestCa& ca) : state_(std::make_unique<State>(&ca)) {}
HttpServer::~HttpServer() = default;

void HttpServer::in_turn(std::string_view path, std::vector<Reply> replies) {
  const std::lock_guard lock(state_->mutex);
  state_->replies[std::string(path)] = {replies.begin(), replies.end()};
}

void HttpServer::handle(std::string_view path, Handler handler) {
  const std::lock_guard lock(state_->mutex);
  state_->handlers[std::string(path)] = std::move(handler);
}

void HttpServer::handle_others(Handler handler) {
  const std::lock_guard lock(state_->mutex);
  state_->others = std::move(handler);
}

std::uint16_t HttpServer::port() const {
  return state_->port;
}

std::string HttpServer::url(std::string_view path, std::string_view host) const {
  const bool secure = state_->context != nullptr;
  const std::string name(!host.empty() ? host : secure ? "localhost" : "127.0.0.1");
  return (secure ? "https://" : "http://") + name + ':' + std::to_string(state_->port) + std::string(path);
}

std::vector<ReceivedRequest> HttpServer::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->received;
}

std::vector<ReceivedRequest> HttpServer::requests(std::string_view path) const {
  auto all = requests();
  std::erase_if(all, [&](const auto& request) { return request.path != path; });
  return all;
}

std::size_t HttpServer::connections() const {
  const std::lock_guard lock(state_->mutex);
  return state_->accepted;
}

std::size_t HttpServer::most_at_once() const {
  const std::lock_guard lock(state_->mutex);
  return state_->busiest;
}

std::uint64_t HttpServer::body_bytes_sent() const {
  return state_->body_bytes;
}

}  // namespace iz::test
