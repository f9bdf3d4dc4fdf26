// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string_view>

#ifdef INFRAZEN_FAULT_POINTS
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <fcntl.h>
#include <signal.h>
#include <string>
#include <unistd.h>
#endif

// Named places at which a crash test ends the process with SIGKILL, so that nothing is flushed, rolled back or
// released. In a build without INFRAZEN_FAULT_POINTS a fault point is no code at all and the environment is not looked
// at. Names are "<what>.<before or after which step>": mark.before_commit, sealing.after_copy.
namespace iz::records {

#ifdef INFRAZEN_FAULT_POINTS

// IZ_FAULTS="mark.before_commit:3,sealing.after_copy:1": the process dies at the 3rd hit of the one or the 1st of the
// other, whichever comes first. IZ_FAULTS="*:17" dies at the 17th fault point of any name. A test that draws the counts
// from a seed replays a failure by the same seed. A plan that cannot be read ends the process at once: a fault that is
// silently not injected would let the test pass.
// IZ_FAULT_LOG names a file to which every hit appends its name as a line, the fatal one included: what a test counts.
class FaultPlan {
 public:
  explicit FaultPlan(std::string_view plan, const char* log = nullptr) {
    if (log != nullptr && *log != 0) {
      log_ = ::open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
      if (log_ < 0) std::abort();
    }
    while (!plan.empty()) {
      const std::string_view item = plan.substr(0, plan.find(','));
      plan.remove_prefix(item.size() == plan.size() ? item.size() : item.size() + 1);
      const std::size_t colon = item.rfind(':');
      std::uint64_t at = 0;
      if (colon == std::string_view::npos || !parse(item.substr(colon + 1), at) || at == 0) std::abort();
      faults_.emplace_back(item.substr(0, colon), at);
    }
  }

  // Any thread.
  void hit(std::string_view name) noexcept {
    if (log_ >= 0) {
      const std::string line = std::string(name) + '\n';
      if (::write(log_, line.data(), line.size()) < 0) std::abort();
    }
    for (Fault& fault : faults_) {
      if (fault.name != "*" && fault.name != name) continue;
      if (fault.hits.fetch_add(1) + 1 != fault.at) continue;
      ::kill(::getpid(), SIGKILL);
      for (;;) ::pause();
    }
  }

 private:
  struct Fault {
    Fault(std::string_view name, std::uint64_t at) : name(name), at(at) {}
    std::string name;
    std::uint64_t at;
    std::atomic<std::uint64_t> hits{0};
  };

  static bool parse(std::string_view digits, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size();
  }

  std::deque<Fault> faults_;  // a deque, because an atomic cannot be moved
  int log_ = -1;
};

inline void fault_point(std::string_view name) {
  static FaultPlan plan(
      [] {
        const char* text = std::getenv("IZ_FAULTS");
        return std::string_view(text == nullptr ? "" : text);
      }(),
      std::getenv("IZ_FAULT_LOG"));
  plan.hit(name);
}

// IZ_MUTANT names a deliberate defect, so that a test can show that it would be found. Never in a build without fault
// points.
inline bool mutant(std::string_view name) {
  const char* chosen = std::getenv("IZ_MUTANT");
  return chosen != nullptr && name == chosen;
}

#else

inline void fault_point(std::string_view /*name*/) noexcept {}
constexpr bool mutant(std::string_view /*name*/) noexcept { return false; }

#endif

}  // namespace iz::records
