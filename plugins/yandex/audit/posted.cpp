// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/audit/posted.hpp"

#include <algorithm>
#include <set>

#include <infrazen/error.hpp>

namespace iz::yandex {
namespace {

using support::JsonDocument;
using support::JsonValue;

class PostedReader {
 public:
  Posted read(std::string_view body) {
    take_text(body);
    return std::move(posted_);
  }

 private:
  // A queue holds what was sent as text: an event, or several.
  void take_text(std::string_view text) {
    const JsonDocument document(text, "the posted event");
    take(document.root());
  }

  void take(JsonValue value) {
    for (const JsonValue element : value) take(element);
    if (!value.is_object()) return;
    if (const auto event = read_event(value)) return take_event(*event);
    for (const JsonValue message : member(value, "messages")) take_message(message);
  }

  void take_message(JsonValue message) {
    const std::string_view type = member(message, "event_metadata.event_type").text();
    const JsonValue details = member(message, "details");
    if (type.ends_with(".LoggingMessageBatch")) {
      for (const JsonValue record : member(details, "messages")) {
        const JsonValue payload = member(record, "json_payload");
        payload.is_string() ? take_text(payload.text()) : take(payload);
      }
    } else if (type.ends_with(".QueueMessage")) {
      take_text(member(details, "message.body").text());
    } else if (type.ends_with(".ObjectCreate") || type.ends_with(".ObjectUpdate")) {
      posted_.files.push_back(
          {std::string(member(details, "bucket_id").text()), std::string(member(details, "object_id").text())});
    }
  }

  void take_event(const AuditEvent& event) {
    if (!ids_.emplace(event.id).second || !event.changes_something()) return;
    for (const EventResource& resource : event.resources) {
      if (std::ranges::find(posted_.resources, resource) == posted_.resources.end())
        posted_.resources.push_back(resource);
    }
  }

  Posted posted_;
  std::set<std::string, std::less<>> ids_;
};

}  // namespace

Posted read_posted(std::string_view body) {
  try {
    return PostedReader().read(body);
  } catch (const infrazen::Error& error) {
    // Posted once, it will not read better the next time.
    throw infrazen::Error(infrazen::ErrorClass::permanent, error.what());
  }
}

}  // namespace iz::yandex
