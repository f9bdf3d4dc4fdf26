// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

#include "serve/http/http.hpp"

namespace iz::serve {

// The answers to requests that carried an Idempotency-Key, so that a client that lost the answer may ask again without
// doing it twice. Keys belong to the user who sent them. Answers of 500 and above are forgotten: they are there to be
// retried.
class RememberedAnswers {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;
  explicit RememberedAnswers(Clock clock = &std::chrono::steady_clock::now) : clock_(std::move(clock)) {}

  static constexpr std::size_t kMaxEntries = 4096;
  static constexpr std::chrono::minutes kLifetime{10};

  enum class Verdict { run, answered, waiting, other_target };
  // `run`: the caller does the work and reports to finish(). `answered`: *answer is filled. `waiting`: the same request
  // is under way, `respond` gets its answer. `other_target`: the key was used for something else.
  Verdict begin(uid_t user, const std::string& key, const std::string& target, const Respond& respond,
                Response* answer);
  void finish(uid_t user, const std::string& key, const Response& answer);

 private:
  using Key = std::pair<uid_t, std::string>;
  struct Entry {
    std::string target;
    std::chrono::steady_clock::time_point since;
    std::optional<Response> answer;
    std::vector<Respond> waiting;
  };
  void forget_old();

  Clock clock_;
  std::mutex mutex_;
  std::map<Key, Entry> entries_;
  std::list<Key> order_;  // oldest first
};

}  // namespace iz::serve
