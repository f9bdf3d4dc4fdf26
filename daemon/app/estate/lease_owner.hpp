// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>

#include "store/session/pg_result.hpp"
#include "wire/descriptor.hpp"

namespace iz::app {

// In whose name this daemon takes leases. A daemon that was killed leaves leases that have not run out; the one that
// is started in its place takes them over at once, because it has the same name. It may: the name is kept in state_dir
// under a lock that the kernel frees when the process that had it is gone, however it went, and it counts only on the
// machine that wrote it. Where somebody else holds the lock, or there is no state_dir to write to, the name is a new
// one and leases are waited for.
class LeaseOwner {
 public:
  explicit LeaseOwner(const std::filesystem::path& state_dir);

  [[nodiscard]] const store::Uuid& id() const noexcept { return id_; }

 private:
  wire::Descriptor lock_;  // held as long as this daemon lives
  store::Uuid id_;
};

}  // namespace iz::app
