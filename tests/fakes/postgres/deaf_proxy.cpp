// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/postgres/deaf_proxy.hpp"

#include <cstring>
#include <poll.h>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace iz::test {

namespace {

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  return address;
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

DeafProxy::DeafProxy(const std::filesystem::path& server_socket_dir, int port)
    : server_(server_socket_dir / (".s.PGSQL." + std::to_string(port))), port_(port) {
  std::string name = (std::filesystem::temp_directory_path() / "izproxyXXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
  dir_ = name;
  listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = address_of(dir_ / (".s.PGSQL." + std::to_string(port)));
  if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_, 8) != 0) {
    throw std::runtime_error("cannot listen for the proxy");
  }
  acceptor_ = std::thread([this] { accept_loop(); });
}

DeafProxy::~DeafProxy() {
  stop_ = true;
  acceptor_.join();
  for (auto& pump : pumps_) pump.join();
  ::close(listener_);
  std::filesystem::remove_all(dir_);
}

void DeafProxy::cut_next_commit(Cut how, const std::string& of) {
  while (armed_ != 0) std::this_thread::yield();  // the one before has to have its commit first
  of_ = of;
  armed_ = how == Cut::after_commit ? 1 : 2;
}

std::string DeafProxy::through(const std::string& conninfo) const {
  return conninfo + " host='" + dir_.string() + "'";
}

void DeafProxy::accept_loop() {
  while (!stop_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (::poll(&waiting, 1, 50) <= 0) continue;
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client >= 0) pumps_.emplace_back([this, client] { pump(client); });
  }
}

void DeafProxy::pump(int client) {
  const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = address_of(server_);
  bool open = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  char buffer[65536];
  bool concerned = false;  // the text was sent since the last COMMIT
  while (open && !stop_) {
    pollfd both[2] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
    if (::poll(both, 2, 50) <= 0) continue;
    if (both[0].revents != 0) {
      const auto got = ::recv(client, buffer, sizeof(buffer), 0);
      if (got <= 0) break;
      const std::string_view bytes(buffer, static_cast<std::size_t>(got));
      const int armed = armed_.load();
      if (armed != 0 && bytes.find(of_) != std::string_view::npos) concerned = true;
      const bool commit = bytes.find(std::string_view("COMMIT\0", 7)) != std::string_view::npos;
      if (armed != 0 && concerned && commit) {
        armed_ = 0;
        ++cuts_;
        if (armed == 1) {
          send_all(server, bytes);
          // The reply says that the server has committed; nobody hears it.
          const auto ignored = ::recv(server, buffer, sizeof(buffer), 0);
          (void)ignored;
        }
        open = false;
        continue;
      }
      if (commit) concerned = false;
      send_all(server, bytes);
    }
    if (both[1].revents != 0) {
      const auto got = ::recv(server, buffer, sizeof(buffer), 0);
      if (got <= 0) break;
      send_all(client, {buffer, static_cast<std::size_t>(got)});
    }
  }
  ::close(server);
  ::close(client);
}

}  // namespace iz::test
