// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/errands/event_batch.hpp"

#include <set>

#include <boost/json.hpp>

#include "serve/hooks/hook_body.hpp"
#include <infrazen/abi/module.h>

namespace iz::app {
namespace {

supervise::WebhookRequest request_of(const store::InboxEvent& event) {
  supervise::WebhookRequest request;
  request.method = "POST";
  request.path = event.path;
  request.query = event.query.value_or("");
  request.has_query = event.query.has_value();
  const boost::json::value headers = boost::json::parse(event.headers_json);
  for (const auto& header : headers.as_array()) {
    request.headers.push_back({std::string(std::string_view(header.as_array().at(0).as_string())),
                               std::string(std::string_view(header.as_array().at(1).as_string()))});
  }
  request.body = event.body;
  request.received_us = event.received.time_since_epoch().count();
  request.event_id = event.event_id;
  request.attempt = static_cast<std::uint32_t>(event.attempts) + 1;
  return request;
}

}  // namespace

void EventBatch::ask(supervise::RunSpec& spec, ingest::RunContext& /*context*/) const {
  spec.mode = IZ_SYNC_TARGETED;
  if (form() == store::EventForm::connector) {
    spec.action = supervise::Action::webhook_handle;
    for (const auto& event : events_) spec.webhooks.push_back(request_of(event));
    return;
  }
  std::set<std::pair<std::string, std::string>> targets;
  for (const auto& event : events_) {
    for (auto& target : serve::parse_targets(event.body).targets) targets.emplace(target.type, target.id);
  }
  for (const auto& [type, id] : targets) spec.targets.push_back({type, id});
}

void EventBatch::commit_with(ingest::RunIngest& ingest, std::size_t first, std::size_t last) const {
  std::vector<std::int64_t> numbers;
  for (std::size_t i = first; i < last; ++i) numbers.push_back(events_[i].event_no);
  ingest.also_commit([numbers = std::move(numbers), run = run_id_](store::MarkTransaction& transaction) {
    store::events_done(transaction, numbers, run);
  });
}

void EventBatch::before_mark(ingest::RunIngest& ingest) const {
  // A connector-host that marks more often than it was given events has nothing to be done with.
  if (form() == store::EventForm::connector && done_ < events_.size()) commit_with(ingest, done_, done_ + 1);
}

void EventBatch::marked() {
  if (form() == store::EventForm::connector && done_ < events_.size()) ++done_;
}

void EventBatch::before_end(ingest::RunIngest& ingest) const {
  if (form() == store::EventForm::targets) commit_with(ingest, 0, events_.size());
}

std::string EventBatch::ended() {
  if (form() == store::EventForm::targets) done_ = events_.size();
  return done_ == events_.size() ? std::string() : "connector-host ended without a mark for each event";
}

std::vector<const store::InboxEvent*> EventBatch::rest() const {
  std::vector<const store::InboxEvent*> rest;
  for (std::size_t i = done_; i < events_.size(); ++i) rest.push_back(&events_[i]);
  return rest;
}

std::vector<const store::InboxEvent*> EventBatch::failed() const {
  std::vector<const store::InboxEvent*> failed = rest();
  if (form() == store::EventForm::connector && failed.size() > 1) failed.resize(1);
  return failed;
}

}  // namespace iz::app
