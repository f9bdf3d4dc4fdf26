// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/daemon_client.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <random>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/json/value_to.hpp>

namespace iz::cli {
namespace {

constexpr time_t kPatienceSeconds = 150;  // above the daemon's own time-out for an answer

class Connection {
 public:
  Connection() : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Connection() {
    if (fd_ >= 0) ::close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // 0 or an errno.
  [[nodiscard]] int open(const std::filesystem::path& path) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.string().size() >= sizeof(address.sun_path)) return ENAMETOOLONG;
    std::memcpy(address.sun_path, path.c_str(), path.string().size());
    const timeval patience{kPatienceSeconds, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    return ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 ? 0 : errno;
  }

  void send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent <= 0) return;  // what is wrong shows when the answer is read
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  [[nodiscard]] std::string receive_all() const {
    std::string out;
    char chunk[16384];
    for (;;) {
      const ssize_t got = ::recv(fd_, chunk, sizeof(chunk), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return out;
      out.append(chunk, static_cast<std::size_t>(got));
    }
  }

 private:
  int fd_;
};

std::string new_key() {
  std::random_device random;
  std::string out;
  for (int i = 0; i < 4; ++i) out += fmt::format("{:08x}", random());
  return out;
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

int post_each(const Context& context, const std::vector<std::uint64_t>& numbers, std::string_view prefix,
              std::string_view verb, std::string_view said) {
  constexpr unsigned kNotFound = 404;
  constexpr unsigned kConflict = 409;
  const DaemonClient client(context);
  int status = EX_OK;
  for (const std::uint64_t number : numbers) {
    const Answer answer = client.post(fmt::format("{}{}{}", prefix, number, verb));
    try {
      const auto body = boost::json::parse(client.body_of(answer));
      context.err << context.text(said, number, boost::json::value_to<std::string>(body.at("connection"))) << '\n';
    } catch (const Failure& failure) {
      if (answer.status != kNotFound && answer.status != kConflict) throw;
      context.err << failure.what() << '\n';
      status = failure.status();
    }
  }
  return status;
}

Answer DaemonClient::post(std::string_view target) const {
  const std::string key = new_key();
  const Answer answer = exchange("POST", target, key);
  return answer.status != 0 ? answer : exchange("POST", target, key);
}

Answer DaemonClient::exchange(std::string_view method, std::string_view target, std::string_view key) const {
  const Connection connection;
  if (const int error = connection.open(socket_); error != 0) {
    if (error == EACCES || error == EPERM) {
      throw Failure(EX_NOPERM, context_.text("{}: permission denied: become root or a member of the group infrazen",
                                             socket_.string()));
    }
    throw Failure(EX_UNAVAILABLE,
                  context_.text("the daemon does not answer at {}: {}; `systemctl status infrazend` says why",
                                socket_.string(), std::strerror(error)));
  }
  std::string request = fmt::format("{} {} HTTP/1.1\r\nHost: infrazend\r\nConnection: close\r\n", method, target);
  if (!key.empty()) request += fmt::format("Idempotency-Key: {}\r\nContent-Length: 0\r\n", key);
  connection.send(request + "\r\n");
  const std::string response = connection.receive_all();
  Answer answer;
  const auto head = response.find("\r\n\r\n");
  if (response.starts_with("HTTP/1.1 ") && head != std::string::npos) {
    std::from_chars(response.data() + 9, response.data() + 12, answer.status);
    answer.body = response.substr(head + 4);
  }
  if (answer.status == 0 && method == "GET") {
    throw Failure(EX_UNAVAILABLE,
                  context_.text("the daemon at {} closed the connection without an answer", socket_.string()));
  }
  return answer;
}

std::string DaemonClient::body_of(const Answer& answer) const {
  if (answer.status >= 200 && answer.status < 300) return answer.body;
  std::string message = context_.text("the daemon answered {}", answer.status);
  boost::system::error_code error;
  const auto parsed = boost::json::parse(answer.body, error);
  if (!error && parsed.is_object() && parsed.as_object().contains("error")) {
    message = boost::json::value_to<std::string>(parsed.at("error").at("message"));
  }
  const int status = answer.status == 403                                                 ? EX_NOPERM
                     : answer.status == 404                                               ? EX_NOINPUT
                     : answer.status == 503 || answer.status == 504 || answer.status == 0 ? EX_TEMPFAIL
                     : answer.status >= 500                                               ? EX_SOFTWARE
                                                                                          : EX_DATAERR;
  throw Failure(status, message);
}

}  // namespace iz::cli
