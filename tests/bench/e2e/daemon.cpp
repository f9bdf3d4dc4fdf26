// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <chrono>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>

#include "e2e/bench.hpp"
#include "harness/wait_until.hpp"

namespace iz::bench {
namespace {

// Where systemd would listen for READY=1.
class NotifySocket {
 public:
  explicit NotifySocket(const std::filesystem::path& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    verify(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind " + path.string());
  }
  ~NotifySocket() { ::close(fd_); }
  void wait_for_ready() const {
    char message[4096];
    for (;;) {
      const ssize_t size = ::recv(fd_, message, sizeof message, 0);
      verify(size > 0, "no notification");
      if (std::string_view(message, static_cast<std::size_t>(size)).find("READY=1") != std::string_view::npos) return;
    }
  }

 private:
  int fd_;
};

const std::string kQuiet = "connector: empty\nstreams: {balance: {interval: 300d}}\n";

}  // namespace

void spawn() {
  Figure time{"spawn", "ms", {}, {}};
  Daemon daemon({"empty"});
  daemon->connection("one", kQuiet);
  daemon->start();
  verify(daemon->wait_outcome("one", "balance", "succeeded"), daemon->log());
  for (int run = 0; run < 4 * kRuns; ++run) {
    const auto asked = std::chrono::system_clock::now();
    daemon->sync("one", "balance");
    const double ended =
        std::stod(daemon->scalar("SELECT extract(epoch FROM max(ended_at)) * 1000 FROM infrazen.runs"));
    time.values.push_back(ended - std::chrono::duration<double, std::milli>(asked.time_since_epoch()).count());
  }
  print(time);
}

void rss() {
  Figure idle{"rss-idle-1000-connections", "MB", {}, {}};
  Figure peak{"rss-peak-1000-connections", "MB", {}, {}};
  Daemon daemon({"empty"});
  for (int i = 0; i < 1000; ++i) daemon->connection("c" + std::to_string(i), kQuiet);
  daemon->start();
  const bool done = test::wait_until(
      [&] {
        return daemon->scalar(
                   "SELECT count(*) FROM infrazen.streams WHERE last_success IS NOT NULL AND stream = 'balance'") ==
               "1000";
      },
      std::chrono::minutes(3), std::chrono::milliseconds(200));
  verify(done, "1000 connections: " + daemon->log().substr(0, 4000));
  for (int run = 0; run < kRuns; ++run) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    idle.values.push_back(daemon.status_mb("VmRSS"));
  }
  peak.values.push_back(daemon.status_mb("VmHWM"));
  print(idle);
  print(peak);
}

void start() {
  Figure time{"start", "ms", {}, {}};
  for (int run = 0; run < kRuns; ++run) {
    const test::TempDir folder("infrazen-bench-");
    const auto path = folder / "notify";
    const NotifySocket notify(path);
    test::DaemonOptions options;
    Daemon first({"empty"});
    options = first->options();
    options.env["NOTIFY_SOCKET"] = path;
    test::Infrazend daemon(options);
    daemon.connection("one", kQuiet);
    time.values.push_back(1000 * seconds_of([&] {
                            daemon.spawn();
                            notify.wait_for_ready();
                          }));
    daemon.stop();
  }
  print(time);
}

}  // namespace iz::bench
