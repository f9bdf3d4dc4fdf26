// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "app/errands/errand.hpp"
#include "store/inbox/inbox.hpp"

namespace iz::app {

// The events of the inbox that one run handles. Of the connector's form each is done with a mark of its own; of the
// form of targets all together are one targeted sync, and done with the mark that ends it.
class EventBatch final : public Errand {
 public:
  EventBatch(std::vector<store::InboxEvent> events, std::int64_t run_id)
      : events_(std::move(events)), run_id_(run_id) {}

  void ask(supervise::RunSpec& spec, ingest::RunContext& context) const override;
  void before_mark(ingest::RunIngest& ingest) const override;
  void marked() override;
  void before_end(ingest::RunIngest& ingest) const override;
  // One of the connector's form that was not marked is not done, whatever the run says.
  [[nodiscard]] std::string ended() override;

  // So many of them, from the first on, are done.
  [[nodiscard]] std::size_t done() const noexcept { return done_; }
  // Those that a failure of the run is the failure of: the one it was at, or all of a targeted sync.
  [[nodiscard]] std::vector<const store::InboxEvent*> failed() const;
  // All that are not done.
  [[nodiscard]] std::vector<const store::InboxEvent*> rest() const;
  [[nodiscard]] const std::vector<store::InboxEvent>& events() const noexcept { return events_; }
  [[nodiscard]] store::EventForm form() const { return events_.front().form; }

 private:
  void commit_with(ingest::RunIngest& ingest, std::size_t first, std::size_t last) const;

  std::vector<store::InboxEvent> events_;
  std::int64_t run_id_;
  std::size_t done_ = 0;
};

}  // namespace iz::app
