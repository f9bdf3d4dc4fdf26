// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/http/remembered_answers.hpp"

namespace iz::serve {

void RememberedAnswers::forget_old() {
  const auto now = clock_();
  while (!order_.empty()) {
    const auto oldest = entries_.find(order_.front());
    const bool gone = oldest == entries_.end();
    if (!gone && entries_.size() < kMaxEntries && now - oldest->second.since < kLifetime) return;
    if (!gone) entries_.erase(oldest);
    order_.pop_front();
  }
}

RememberedAnswers::Verdict RememberedAnswers::begin(uid_t user, const std::string& key, const std::string& target,
                                                    const Respond& respond, Response* answer) {
  const std::lock_guard lock(mutex_);
  forget_old();
  const Key id{user, key};
  const auto [it, added] = entries_.try_emplace(id);
  Entry& entry = it->second;
  if (added) {
    entry.target = target;
    entry.since = clock_();
    order_.push_back(id);
    return Verdict::run;
  }
  if (entry.target != target) return Verdict::other_target;
  if (entry.answer) {
    *answer = *entry.answer;
    return Verdict::answered;
  }
  entry.waiting.push_back(respond);
  return Verdict::waiting;
}

void RememberedAnswers::finish(uid_t user, const std::string& key, const Response& answer) {
  std::vector<Respond> waiting;
  {
    const std::lock_guard lock(mutex_);
    const auto it = entries_.find({user, key});
    if (it == entries_.end()) return;
    waiting.swap(it->second.waiting);
    if (answer.status >= 500) {
      entries_.erase(it);
      order_.remove({user, key});
    } else {
      it->second.answer = answer;
    }
  }
  for (const auto& respond : waiting) respond(answer);
}

}  // namespace iz::serve
