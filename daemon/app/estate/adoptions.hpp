// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace iz::app {

// What has become of settings that are to be adopted.
struct Adoption {
  enum class Kind : std::uint8_t {
    in_force,  // these, or others that were read after them: runs have them from now on
    waits,     // read, not in force yet: `reason`
    failed     // will not be: `reason`
  } kind = Kind::in_force;
  std::string reason;
  std::vector<std::pair<std::string, std::string>> misconfigured;  // connections that do not run, and why
};
using Adopted = std::function<void(const Adoption&)>;

// Those who wait until settings are in force. Settings are numbered in the order in which they were read; who waits for
// some is content with later ones, never with earlier ones. Each is told once, on the thread of `io`, and when
// `patience` is over at the latest: then that it still goes on.
class Adoptions {
 public:
  using Number = std::uint64_t;
  static constexpr std::chrono::milliseconds kPatience{60'000};
  explicit Adoptions(boost::asio::io_context& io, std::chrono::milliseconds patience = kPatience)
      : io_(io), patience_(patience) {}

  // Other settings are to be adopted.
  void ask() noexcept { ++asked_; }
  [[nodiscard]] Number asked() const noexcept { return asked_; }
  [[nodiscard]] bool all_in_force() const noexcept { return asked_ != 0 && in_force_ == asked_; }

  // For the settings that were asked for last.
  void wait(Adopted told);

  void in_force(Number number, const Adoption& adoption);
  // To everybody who waits, whatever for.
  void tell(const Adoption& adoption);

 private:
  struct Waiting {
    Number number;
    Adopted told;
    boost::asio::steady_timer patience;
  };
  void tell_up_to(Number number, const Adoption& adoption);

  boost::asio::io_context& io_;
  std::chrono::milliseconds patience_;
  Number asked_ = 0;
  Number in_force_ = 0;
  std::list<std::shared_ptr<Waiting>> waiting_;
};

}  // namespace iz::app
