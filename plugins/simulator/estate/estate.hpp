// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/estate/catalogue.hpp"
#include "simulator/settings.hpp"
#include <infrazen/time.hpp>

namespace simulator {

// One resource, as numbers; texts are made where they are sent.
struct Thing {
  std::size_t index = 0;
  std::size_t block = 0;  // of 100 resources that belong together: a project with its machines, disks, cluster …
  unsigned slot = 0;      // in the block
  Type type{};
  std::size_t account = 0;
  std::size_t folder = 0;  // of the account
  std::size_t region = 0;
  unsigned size = 0;       // kFlavors
  std::uint64_t dice = 0;  // its own randomness
  bool idle = false;       // waste: paid for, does nothing
  infrazen::Micros born;
  infrazen::Micros gone;  // Micros::max() = still there

  [[nodiscard]] const Product& sold_as() const { return product(type); }
  [[nodiscard]] bool exists(infrazen::Micros at) const { return born <= at && at < gone; }
};

// The simulated estate: a pure function of settings. Which resource is what follows from its index alone.
class Estate {
 public:
  explicit Estate(const Settings& settings) : settings_(settings) {}

  static constexpr std::size_t kBlock = 100;
  static constexpr std::size_t kIdChars = 24;

  [[nodiscard]] const Settings& settings() const { return settings_; }
  // Indices that have ever existed up to `at`: [0, count).
  [[nodiscard]] std::size_t count(infrazen::Micros at) const;
  [[nodiscard]] Thing thing(std::size_t index) const;

  // What this one hangs on, if that exists at `at`: a disk's machine, a node's cluster, an address's machine.
  [[nodiscard]] std::optional<Thing> attached_to(const Thing& thing, infrazen::Micros at) const;
  static std::string_view relation(Type type);

  // Calls visit(thing) for what exists at `at` in one folder, in a fixed order.
  template <class Visit>
  void each_in(std::size_t account, std::size_t folder, infrazen::Micros at, Visit&& visit) const {
    const std::size_t total = count(at);
    const std::size_t stride = settings_.accounts * settings_.folders;
    for (std::size_t block = account + settings_.accounts * folder; block * kBlock < total; block += stride) {
      const std::size_t end = std::min(total, (block + 1) * kBlock);
      for (std::size_t index = block * kBlock; index < end; ++index) {
        const Thing found = thing(index);
        if (found.exists(at)) visit(found);
      }
    }
  }

  // Like each_in for a whole account, with everything that existed at some instant of [from, until).
  template <class Visit>
  void each_during(std::size_t account, infrazen::Micros from, infrazen::Micros until, Visit&& visit) const {
    const std::size_t total = count(until);
    for (std::size_t block = account; block * kBlock < total; block += settings_.accounts) {
      const std::size_t end = std::min(total, (block + 1) * kBlock);
      for (std::size_t index = block * kBlock; index < end; ++index) {
        const Thing found = thing(index);
        if (found.born < until && found.gone > from) visit(found);
      }
    }
  }

  // "vm-0000017". Returns the end; at most kIdChars.
  static char* write_id(char* out, const Thing& thing);
  static std::string id(const Thing& thing);
  static std::string account_id(std::size_t account);
  static std::string folder_id(std::size_t account, std::size_t folder);

  // Share of full load at an instant, 0 … 1, with season, noise and incidents.
  [[nodiscard]] double load(const Thing& thing, infrazen::Micros at) const;
  // What a day costs more than usual: 1, or the factor of an incident of the resource or of a runaway of the whole
  // service.
  [[nodiscard]] double cost_factor(const Thing& thing, std::chrono::sys_days day) const;
  // Average load of a day.
  [[nodiscard]] double day_load(const Thing& thing, std::chrono::sys_days day) const;

 private:
  Settings settings_;
};

}  // namespace simulator
