// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace iz::test {

// Stands between libpq and a PostgreSQL server (both on unix sockets) and cuts the connection at a COMMIT: after having
// passed it on and without its reply, or before the server sees it.
class DeafProxy {
 public:
  enum class Cut { after_commit, before_commit };

  DeafProxy(const std::filesystem::path& server_socket_dir, int port);
  ~DeafProxy();

  // The next COMMIT that passes is cut off; later ones pass. `of`: only of a transaction in which this text was sent.
  void cut_next_commit(Cut how, const std::string& of = {});
  [[nodiscard]] int cuts() const { return cuts_; }
  // A conninfo like `conninfo`, but through the proxy.
  [[nodiscard]] const std::filesystem::path& socket_dir() const { return dir_; }
  [[nodiscard]] std::string through(const std::string& conninfo) const;

 private:
  void accept_loop();
  void pump(int client);

  std::filesystem::path server_;
  std::filesystem::path dir_;
  int port_;
  int listener_ = -1;
  std::string of_;              // written before armed_
  std::atomic<int> armed_ = 0;  // 0 no, 1 after, 2 before
  std::atomic<int> cuts_ = 0;
  std::atomic<bool> stop_ = false;
  std::thread acceptor_;
  std::vector<std::thread> pumps_;
};

}  // namespace iz::test
