// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/estate/adoptions.hpp"

#include <algorithm>
#include <iterator>

namespace iz::app {

void Adoptions::wait(Adopted told) {
  auto waiting = std::make_shared<Waiting>(Waiting{asked_, std::move(told), boost::asio::steady_timer(io_)});
  waiting_.push_back(waiting);
  waiting->patience.expires_after(patience_);
  waiting->patience.async_wait([this, weak = std::weak_ptr(waiting)](const boost::system::error_code& cancelled) {
    const auto late = weak.lock();
    if (cancelled || !late || std::ranges::find(waiting_, late) == waiting_.end()) return;
    waiting_.remove(late);
    late->told({Adoption::Kind::waits, "connectors are still being asked what they are, or the database is slow", {}});
  });
}

void Adoptions::in_force(Number number, const Adoption& adoption) {
  in_force_ = std::max(in_force_, number);
  tell_up_to(number, adoption);
}

void Adoptions::tell(const Adoption& adoption) {
  tell_up_to(asked_, adoption);
}

// Whoever is told may ask for something else at once.
void Adoptions::tell_up_to(Number number, const Adoption& adoption) {
  std::list<std::shared_ptr<Waiting>> told;
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    const auto next = std::next(it);
    if ((*it)->number <= number) told.splice(told.end(), waiting_, it);
    it = next;
  }
  for (const auto& waiting : told) {
    waiting->patience.cancel();
    waiting->told(adoption);
  }
}

}  // namespace iz::app
