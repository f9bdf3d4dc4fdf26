// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/webhook_run.hpp"

#include <cstddef>
#include <string.h>
#include <string_view>
#include <vector>

#include "host/error.hpp"
#include "wire/text.hpp"
#include <infrazen/abi/webhook.h>

namespace iz::host {
namespace {

// One request as the ABI shows it.
class PostedRequest {
 public:
  explicit PostedRequest(const wire::WebhookRequest& posted) {
    for (const auto& header : posted.headers) headers_.push_back({to_str(header.name), to_str(header.value)});
    raw_.struct_size = sizeof raw_;
    raw_.header_count = static_cast<std::uint32_t>(headers_.size());
    raw_.method = to_str(posted.method);
    raw_.path = to_str(posted.path);
    raw_.query = posted.has_query ? to_str(posted.query) : iz_str{};
    raw_.headers = headers_.data();
    raw_.header_stride = sizeof(iz_http_header);
    raw_.body = to_str(posted.body);
    raw_.received_us = posted.received_us;
  }
  PostedRequest(const PostedRequest&) = delete;
  PostedRequest& operator=(const PostedRequest&) = delete;
  [[nodiscard]] const iz_webhook_request& raw() const { return raw_; }

 private:
  std::vector<iz_http_header> headers_;
  iz_webhook_request raw_{};
};

const iz_webhook_1* extension_of(const iz_connector& connector, void* self) {
  const bool has_extensions = connector.struct_size >= offsetof(iz_connector, extension) + sizeof connector.extension &&
                              connector.extension != nullptr;
  if (!has_extensions) return nullptr;
  const auto* table =
      static_cast<const iz_webhook_1*>(connector.extension(self, to_str(std::string_view(IZ_EXTENSION_WEBHOOK_1))));
  return table != nullptr && table->struct_size >= sizeof(iz_webhook_1) ? table : nullptr;
}

iz_error fresh_error() {
  iz_error error{};
  error.struct_size = sizeof error;
  return error;
}

std::string_view text_of(const char* text, std::size_t most) {
  return {text, ::strnlen(text, most)};
}

}  // namespace

std::int32_t check_webhooks(const iz_connector& connector, void* self, RunContext& run, iz_error& error) {
  const iz_webhook_1* table = extension_of(connector, self);
  if (table == nullptr || table->check == nullptr) {
    return fail(&error, IZ_ERR_CONFIG, "this connector has no check of its own for webhooks: take another scheme");
  }
  std::uint32_t index = 0;
  for (const auto& posted : run.start.webhooks) {
    if (run.link.cancelled()) return fail(&error, IZ_ERR_CANCELLED, "the run was cancelled");
    run.link.note_activity();
    const PostedRequest request(posted);
    iz_webhook_identity identity{};
    identity.struct_size = sizeof identity;
    iz_error fault = fresh_error();
    const std::int32_t result = table->check(self, &request.raw(), &identity, &fault);
    const bool known = result >= IZ_OK && result <= IZ_ERR_INTERNAL;
    const std::string id =
        wire::to_text(text_of(identity.event_id, sizeof identity.event_id - 1), sizeof identity.event_id - 1);
    const std::string message =
        wire::to_text(run.secrets.mask(text_of(fault.message, sizeof fault.message)), wire::kMaxMessageBytes);
    wire::Admission admission;
    admission.index = index++;
    admission.error_class = known ? static_cast<std::uint32_t>(result) : IZ_ERR_INTERNAL;
    admission.event_id = result == IZ_OK ? std::string_view(id) : std::string_view{};
    admission.message = message;
    run.link.send_message(wire::FrameType::admission, admission);
  }
  return IZ_OK;
}

std::int32_t handle_webhooks(const iz_connector& connector, void* self, RunContext& run, SinkService& sink,
                             iz_error& error) {
  const iz_webhook_1* table = extension_of(connector, self);
  if (table == nullptr || table->handle == nullptr) {
    return fail(&error, IZ_ERR_CONFIG, "this connector handles no webhooks: set form: targets");
  }
  sink.keep_marks();
  for (const auto& posted : run.start.webhooks) {
    if (run.link.cancelled()) return fail(&error, IZ_ERR_CANCELLED, "the run was cancelled");
    run.link.note_activity();
    const PostedRequest request(posted);
    iz_webhook_event event{};
    event.struct_size = sizeof event;
    event.attempt = posted.attempt;
    event.event_id = to_str(posted.event_id);
    event.stream = to_str(run.start.stream);
    event.request = &request.raw();
    if (const std::int32_t result = table->handle(self, &event, &error); result != IZ_OK) return result;
    // What was refused is missing among the records, whatever the connector made of it.
    if (const auto refusal = sink.refusal()) return fail(&error, IZ_ERR_PERMANENT, *refusal);
    if (!run.link.mark({}))
      return fail(&error, IZ_ERR_CANCELLED, "the run was cancelled before the event was committed");
  }
  return IZ_OK;
}

}  // namespace iz::host
