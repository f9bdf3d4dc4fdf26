// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/http/http_session.hpp"

#include <atomic>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>

#include "serve/http/http_message.hpp"
#include "serve/http/peer.hpp"

namespace iz::serve {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

using LocalStream = beast::basic_stream<asio::local::stream_protocol>;
using TcpStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

// What is read and thrown away after an answer that did not wait for all of the request: a connection closed with bytes
// unread is reset, and the answer with it.
constexpr std::size_t kMostIgnored = 1U << 20;
// What is asked of the socket at once where no parser says how much.
constexpr std::size_t kPiece = 4096;

template <class Stream>
class Session final : public HttpSession, public std::enable_shared_from_this<Session<Stream>> {
 public:
  Session(Stream stream, std::shared_ptr<const SessionShared> shared, std::shared_ptr<asio::ssl::context> tls = {})
      : tls_(std::move(tls)),
        stream_(std::move(stream)),
        shared_(std::move(shared)),
        buffer_(shared_->options.max_header + shared_->options.max_body + kPiece),
        answer_timer_(stream_.get_executor()) {}
  ~Session() override {
    (void)hold(0);
    shared_->closed();
  }

  void run() {
    if constexpr (std::is_same_v<Stream, LocalStream>) {
      caller_ = caller_of(lowest().socket().native_handle(), shared_->options.admin_group);
      if (!caller_) return;
    } else {
      error_code error;
      const auto peer = lowest().socket().remote_endpoint(error);
      if (!error) peer_ = peer.address().to_string();
      lowest().socket().set_option(asio::ip::tcp::no_delay(true), error);
    }
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      lowest().expires_after(shared_->options.request_timeout);
      stream_.async_handshake(asio::ssl::stream_base::server,
                              [self = self()](error_code error) { error ? self->close() : self->wait_for_request(); });
    } else {
      wait_for_request();
    }
  }

  void close() override {
    error_code ignored;
    answer_timer_.cancel();
    lowest().socket().close(ignored);
  }

  void finish(bool impatient) override {
    finishing_ = true;
    if (waiting_ && (answered_ || impatient)) close();
  }

  bool yield() override {
    if (!std::exchange(waiting_, false)) return false;
    close();
    return true;
  }

 private:
  std::shared_ptr<Session> self() { return this->shared_from_this(); }
  auto& lowest() { return beast::get_lowest_layer(stream_); }

  // The first bytes may take idle_timeout to come, all the rest request_timeout together: a client that drips is cut
  // off.
  void wait_for_request() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(shared_->options.max_header));
    parser_->body_limit(shared_->options.max_body);
    parser_->eager(true);
    if (buffer_.size() > 0) return read_request();
    waiting_ = true;
    lowest().expires_after(shared_->options.idle_timeout);
    stream_.async_read_some(buffer_.prepare(kPiece), [self = self()](error_code error, std::size_t size) {
      self->waiting_ = false;
      if (error) return self->close();
      self->buffer_.commit(size);
      self->read_request();
    });
  }

  void read_request() {
    lowest().expires_after(shared_->options.request_timeout);
    read_more();
  }

  // Piece by piece, so that it is known how much all clients together have sent: they have not said yet who they are.
  void read_more() {
    http::async_read_some(stream_, buffer_, *parser_, [self = self()](error_code error, std::size_t) {
      if (error) return self->refuse(refusal_of(error));
      if (!self->hold(self->parser_->get().body().size())) return self->refuse(busy());
      self->parser_->is_done() ? self->answer() : self->read_more();
    });
  }

  // Of this client, so many bytes now. False: all of them hold too much.
  bool hold(std::size_t bytes) {
    *shared_->held += bytes - std::exchange(held_, bytes);
    return *shared_->held <= shared_->options.max_held;
  }

  static Response busy() {
    Response response = error_response(503, "too much is being sent at once; send it again");
    response.headers.emplace_back("Retry-After", "1");
    return response;
  }

  void refuse(std::optional<Response> refusal) {
    if (!refusal) return close();
    keep_alive_ = false;
    write(std::move(*refusal));
  }

  void answer() {
    keep_alive_ = parser_->get().keep_alive();
    auto read = request_of(parser_->get(), shared_->options);
    if (auto* refusal = std::get_if<Response>(&read)) return write(std::move(*refusal));
    Request request = std::get<Request>(std::move(read));
    if (caller_) request.caller = *caller_;
    if (shared_->options.keep_headers) request.peer = peer_;
    hand_over(std::move(request));
  }

  // The answer may come from any thread, late, twice or never.
  class Pending {
   public:
    // `request` is for those who are told of answers.
    Pending(std::shared_ptr<Session> session, std::uint64_t turn, Request request)
        : session_(std::move(session)), turn_(turn), request_(std::move(request)) {}
    ~Pending() {
      if (!done_) complete(error_response(500, "the request got no answer: this is a fault of the daemon"));
    }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;

    void complete(Response response) {
      if (done_.exchange(true)) return;
      const auto executor = session_->stream_.get_executor();
      asio::post(executor, [session = std::move(session_), turn = turn_, request = std::move(request_),
                            response = std::move(response)]() mutable {
        if (session->shared_->answered) session->shared_->answered(request, response);
        if (session->turn_ == turn) session->finish_turn(std::move(response));
      });
    }

   private:
    std::shared_ptr<Session> session_;
    std::uint64_t turn_;
    Request request_;
    std::atomic<bool> done_{false};
  };

  void hand_over(Request request) {
    ++turn_;
    lowest().expires_never();
    answer_timer_.expires_after(shared_->options.answer_timeout);
    answer_timer_.async_wait([weak = this->weak_from_this(), turn = turn_](error_code error) {
      const auto self = weak.lock();
      if (error || !self || self->turn_ != turn) return;
      self->keep_alive_ = false;
      self->finish_turn(error_response(self->shared_->options.late_status,
                                       "the daemon has not answered in time; what was asked for may still happen"));
    });
    auto pending = std::make_shared<Pending>(self(), turn_, shared_->answered ? request : Request{});
    shared_->dispatch(std::move(request), [pending](Response response) { pending->complete(std::move(response)); });
  }

  void finish_turn(Response response) {
    ++turn_;  // what comes later is for nobody
    answer_timer_.cancel();
    write(std::move(response));
  }

  void write(Response response) {
    (void)hold(0);
    keep_alive_ = keep_alive_ && !finishing_;
    answered_ = true;
    answer_.emplace(message_of(std::move(response), keep_alive_));
    lowest().expires_after(shared_->options.request_timeout);
    http::async_write(stream_, *answer_, [self = self()](error_code error, std::size_t) {
      if (error) return self->close();
      if (!self->keep_alive_ || self->finishing_) return self->end();
      self->wait_for_request();
    });
  }

  // The answer is sent; the other side hears that it was the last one.
  void end() {
    if constexpr (std::is_same_v<Stream, TlsStream>) {
      lowest().expires_after(shared_->options.request_timeout);
      stream_.async_shutdown([self = self()](error_code) { self->close(); });
    } else if constexpr (std::is_same_v<Stream, TcpStream>) {
      error_code ignored;
      lowest().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
      lowest().expires_after(std::chrono::seconds(1));
      ignore_rest(0);
    } else {
      close();
    }
  }

  void ignore_rest(std::size_t ignored) {
    buffer_.clear();
    if (ignored > kMostIgnored) return close();
    stream_.async_read_some(buffer_.prepare(kPiece), [self = self(), ignored](error_code error, std::size_t size) {
      error ? self->close() : self->ignore_rest(ignored + size);
    });
  }

  std::shared_ptr<asio::ssl::context> tls_;  // outlives the stream
  Stream stream_;
  std::shared_ptr<const SessionShared> shared_;
  std::optional<Caller> caller_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<WireResponse> answer_;
  asio::steady_timer answer_timer_;
  std::uint64_t turn_ = 0;
  std::size_t held_ = 0;  // of *shared_->held
  std::string peer_;
  bool keep_alive_ = true;
  bool waiting_ = false;   // for the first bytes of a request
  bool answered_ = false;  // at least one
  bool finishing_ = false;
};

}  // namespace

std::shared_ptr<HttpSession> HttpSession::start(asio::local::stream_protocol::socket socket,
                                                std::shared_ptr<const SessionShared> shared) {
  auto session = std::make_shared<Session<LocalStream>>(LocalStream(std::move(socket)), std::move(shared));
  session->run();
  return session;
}

std::shared_ptr<HttpSession> HttpSession::start(asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls,
                                                std::shared_ptr<const SessionShared> shared) {
  if (tls) {
    auto session = std::make_shared<Session<TlsStream>>(TlsStream(std::move(socket), *tls), std::move(shared), tls);
    session->run();
    return session;
  }
  auto session = std::make_shared<Session<TcpStream>>(TcpStream(std::move(socket)), std::move(shared));
  session->run();
  return session;
}

}  // namespace iz::serve
