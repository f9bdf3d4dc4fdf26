// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/clouds/frame/trial.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <regex>
#include <set>
#include <utility>

#include "harness/wait_until.hpp"

namespace iz::test {
namespace {

class Course {
 public:
  Course(const Cloud& cloud, Infrazend& daemon, const std::string& name, const Trial& trial)
      : cloud_(cloud), trial_(trial), expected_(*trial.expected), estate_(cloud, daemon, name, trial.oracle->streams) {}

  void run() {
    arm(trial_.first);
    judge_strike("first sync", estate_.first_runs(), true);
    recover("after the first sync");
    if (!trial_.later.empty()) {
      arm(trial_.later);
      judge_strike("later sync", estate_.sync(), false);
      recover("after the later sync");
    }
    if (!trial_.sweeps) return;
    for (const std::string& stream : estate_.streams()) sweep(stream);
  }

  void problem(std::string words) {
    problems_.push_back(expected_.fault.name + " (at " + fault_.place + ", " + estate_.provider().victim() +
                        "): " + std::move(words));
  }
  std::vector<std::string> take_problems() { return std::move(problems_); }

 private:
  void arm(const std::string& place) {
    fault_ = expected_.fault;
    fault_.place = trial_.begins_anywhere ? "" : place;
    fault_.stays = trial_.stays;
    estate_.provider().arm(fault_);
  }
  void end() {
    estate_.provider().end();
    estate_.forgive();
  }

  // The fault strikes whatever it meets; what it met is spared the next time, so that what is asked for after it is
  // met, too. Ends with a sync that meets none.
  void sweep(const std::string& stream) {
    fault_ = expected_.fault;
    fault_.sweeps = true;
    for (;;) {
      estate_.provider().arm(fault_);
      const RunEnd end_of_run = estate_.sync({stream}).front();
      const std::set<std::string> struck = estate_.provider().struck_places();
      const std::string when = "sweep over " + std::to_string(struck.size()) + " places";
      end();
      if (struck.empty()) {
        if (!end_of_run.ok()) problem("after all sweeps a sync without fault failed: " + end_of_run.message);
        compare("after all sweeps the tables are not those of a cloud without faults", true);
        return;
      }
      compare(when + ": what was there before is not the same", true);
      judge_end(when + " of " + stream, end_of_run);
      fault_.spared.insert(struck.begin(), struck.end());
    }
  }

  void compare(const std::string& words, bool exactly) {
    if (const auto wrong = difference(trial_.oracle->contents, estate_.contents(), exactly); !wrong.empty())
      problem(words + ':' + wrong);
  }

  void judge_strike(const std::string& when, const std::vector<RunEnd>& ends, bool first) {
    if (estate_.provider().struck() == 0) problem(when + ": the fault never struck");
    const bool all_well = std::ranges::all_of(ends, &RunEnd::ok);
    const bool exactly = expected_.fault.kind != FaultKind::rows_change;
    if (all_well && !(first && expected_.may_lack_a_part)) {
      compare(when + ": the run went well, and its rows are not those of the provider", exactly);
    } else if (!first) {
      compare(when + ": what was there before is not the same", exactly);
    }
    for (const RunEnd& one : ends) judge_end(when + " of " + one.stream, one);
    end();
  }

  void judge_end(const std::string& what, const RunEnd& end) {
    for (const auto& [name, secret] : cloud_.secrets) {
      if (end.message.find(secret) != std::string::npos) problem(what + " says secret " + name);
    }
    if (end.ok()) return;
    const std::string told = "class " + std::to_string(end.error_class) + ", \"" + end.message + '"';
    if (expected_.must_succeed) return problem(what + " failed: " + told);
    if (!expected_.classes.contains(end.error_class)) problem(what + " has another class: " + told);
    if (!std::regex_search(end.message, std::regex(expected_.words, std::regex::icase)))
      problem(what + " does not say what is wrong (" + expected_.words + "): " + told);
  }

  void recover(const std::string& when) {
    std::vector<RunEnd> ends;
    // The daemon may note a 429 after its run has ended: what was forgiven before that is forgiven once more.
    const auto nothing_noted_late = [&] {
      ends = estate_.sync();
      const bool paused = std::ranges::any_of(
          ends, [](const RunEnd& one) { return one.message.find("rate limit leaves no room") != std::string::npos; });
      if (paused) estate_.forgive();
      return !paused;
    };
    (void)wait_until(nothing_noted_late, std::chrono::seconds(5));
    for (const RunEnd& one : ends) {
      if (!one.ok()) problem(when + " a sync without fault failed: " + one.message);
    }
    compare(when + " the tables are not those of a cloud without faults", true);
  }

  const Cloud& cloud_;
  const Trial& trial_;
  const Expectation& expected_;
  Estate estate_;
  Fault fault_;
  std::vector<std::string> problems_;
};

}  // namespace

std::vector<std::string> run_trial(const Cloud& cloud, Infrazend& daemon, const std::string& name, const Trial& trial) {
  Course course(cloud, daemon, name, trial);
  try {
    course.run();
  } catch (const std::exception& error) {
    course.problem(error.what());
  }
  return course.take_problems();
}

}  // namespace iz::test
