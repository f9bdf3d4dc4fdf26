// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "fakes/http/server.hpp"
#include "fakes/http/server_ca.hpp"
#include "machine.hpp"

namespace iz::test {

// InfraZen as docs/operations.md installs it, on a booted system with a PostgreSQL of its own, and a provider's API
// (that of the SDK's template) on https://localhost. The provider's certificate is not trusted before trust_provider().
class InstalledService {
 public:
  InstalledService();

  [[nodiscard]] const Machine& machine() const { return machine_; }
  [[nodiscard]] HttpServer& provider() { return *provider_; }
  void trust_provider();
  void answer_after(std::chrono::milliseconds delay) { delay_ = delay; }

  [[nodiscard]] ProcessResult infrazen(std::vector<std::string> arguments) const;
  [[nodiscard]] ProcessResult systemctl(std::vector<std::string> arguments) const;
  [[nodiscard]] std::string property(std::string_view name) const;  // of infrazend.service
  [[nodiscard]] std::string journal() const;                        // of infrazend.service
  [[nodiscard]] std::string scalar(const std::string& sql) const;   // as user infrazen, by peer authentication
  [[nodiscard]] bool healthy() const;
  void connection(std::string_view id, std::string_view yaml) const;
  // A secret that systemd reads as root and passes to infrazend from its next start on.
  void credential(std::string_view name, std::string_view value) const;
  void drop_in(std::string_view name, std::string_view content) const;
  void remove_drop_in(std::string_view name) const;
  // Processes by the name the kernel has for them (15 letters).
  [[nodiscard]] bool has_process(std::string_view name) const;

  static constexpr std::string_view kSecret = "Zq7-unmistakable-4f1c";

 private:
  void install();
  void start_postgresql();
  void start_provider();

  Machine machine_;
  TestCa ca_;
  std::atomic<std::chrono::milliseconds> delay_{std::chrono::milliseconds(0)};
  std::unique_ptr<HttpServer> provider_;
};

}  // namespace iz::test
