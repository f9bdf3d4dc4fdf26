// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/errands/event_batch.hpp"

#include <gtest/gtest.h>

namespace iz::app {
namespace {

EventBatch batch_of(store::EventForm form, std::size_t count) {
  std::vector<store::InboxEvent> events(count);
  for (std::size_t i = 0; i < count; ++i) {
    events[i].event_no = static_cast<std::int64_t>(i);
    events[i].form = form;
  }
  return EventBatch(std::move(events), 1);
}

TEST(EventBatch, of_the_connectors_form_is_done_as_far_as_it_was_marked_whatever_the_run_says) {
  EventBatch events = batch_of(store::EventForm::connector, 3);
  events.marked();
  EXPECT_EQ(events.ended(), "connector-host ended without a mark for each event")
      << "else two that wait would be handled again and again at once";
  ASSERT_EQ(events.failed().size(), 1U);
  EXPECT_EQ(events.failed()[0]->event_no, 1);
  EXPECT_EQ(events.rest().size(), 2U);
  events.marked();
  events.marked();
  EXPECT_EQ(events.ended(), "");
  EXPECT_TRUE(events.failed().empty());
}

TEST(EventBatch, of_targets_is_done_as_a_whole_or_not_at_all) {
  EventBatch events = batch_of(store::EventForm::targets, 3);
  events.marked();
  EXPECT_EQ(events.failed().size(), 3U);
  EXPECT_EQ(events.ended(), "");
  EXPECT_TRUE(events.rest().empty());
}

}  // namespace
}  // namespace iz::app
