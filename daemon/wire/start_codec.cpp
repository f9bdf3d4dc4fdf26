// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <type_traits>

#include "wire/messages.hpp"

namespace iz::wire {
namespace {

// The fields of the start frame, once for both directions: an archive writes or reads what it is called with.
template <class Archive>
void fields(Archive& archive, Target& target) {
  archive(target.resource_type, target.external_id);
}

template <class Archive>
void fields(Archive& archive, Secret& secret) {
  archive(secret.name, secret.value, secret.reveal);
}

template <class Archive>
void fields(Archive& archive, GrantedPath& file) {
  archive(file.setting, file.path);
}

template <class Archive>
void fields(Archive& archive, WebhookHeader& header) {
  archive(header.name, header.value);
}

template <class Archive>
void fields(Archive& archive, WebhookRequest& request) {
  archive(request.method, request.path, request.query, request.has_query, request.headers, request.body,
          request.received_us, request.event_id, request.attempt);
}

template <class Archive>
void fields(Archive& archive, RateLimit& limit) {
  archive(limit.host, limit.per_second, limit.burst);
}

template <class Archive>
void fields(Archive& archive, HttpOptions& http) {
  archive(http.allowed_hosts, http.allow_plain_loopback, http.parallel, http.rate_limits, http.shared_rates, http.only_reach,
          http.patience_ms, http.ca_file, http.record_into, http.replay_from, http.proxy);
}

template <class Archive>
void fields(Archive& archive, Rehearsal& rehearsal) {
  archive(rehearsal.observe, rehearsal.twice, rehearsal.now_us, rehearsal.http_fault, rehearsal.fault_from);
}

template <class Archive>
void fields(Archive& archive, Start& start) {
  archive(start.connection, start.stream, start.run_id, start.plugin, start.action, start.mode, start.cursor,
          start.checkpoint, start.has_checkpoint, start.since_us, start.until_us, start.targets, start.webhooks,
          start.settings_json, start.secrets, start.files, start.http, start.log_level, start.data_bytes,
          start.rehearsal);
}

class Output {
 public:
  explicit Output(Bytes& out) : writer_(out) {}
  template <class... Field>
  void operator()(Field&... field) {
    (one(field), ...);
  }

 private:
  template <class Field>
  void one(Field& field) {
    if constexpr (std::is_same_v<Field, bool>) {
      writer_.number<std::uint8_t>(field ? 1 : 0);
    } else if constexpr (std::is_enum_v<Field>) {
      writer_.number(static_cast<std::underlying_type_t<Field>>(field));
    } else if constexpr (std::is_arithmetic_v<Field>) {
      writer_.number(field);
    } else if constexpr (std::is_same_v<Field, std::string>) {
      writer_.text(field);
    } else if constexpr (std::is_same_v<Field, std::filesystem::path>) {
      writer_.text(field.native());
    } else {
      fields(*this, field);
    }
  }
  template <class Item>
  void one(std::vector<Item>& list) {
    writer_.number(static_cast<std::uint32_t>(list.size()));
    for (Item& item : list) one(item);
  }
  ByteWriter writer_;
};

class Input {
 public:
  explicit Input(ByteReader& reader) : reader_(reader) {}
  template <class... Field>
  void operator()(Field&... field) {
    (one(field), ...);
  }

 private:
  template <class Field>
  void one(Field& field) {
    if constexpr (std::is_same_v<Field, bool>) {
      field = reader_.number<std::uint8_t>() != 0;
    } else if constexpr (std::is_enum_v<Field>) {
      field = static_cast<Field>(reader_.number<std::underlying_type_t<Field>>());
    } else if constexpr (std::is_arithmetic_v<Field>) {
      field = reader_.number<Field>();
    } else if constexpr (std::is_same_v<Field, std::string>) {
      field = std::string(reader_.blob(kMaxBulkPayload));
    } else if constexpr (std::is_same_v<Field, std::filesystem::path>) {
      field = std::string(reader_.blob(kMaxBulkPayload));
    } else {
      fields(*this, field);
    }
  }
  template <class Item>
  void one(std::vector<Item>& list) {
    const auto count = reader_.number<std::uint32_t>();
    // An item takes at least four bytes, so a count that cannot be true allocates nothing.
    if (count > reader_.left() / 4) throw MalformedFrame("list longer than its frame");
    list.resize(count);
    for (Item& item : list) one(item);
  }
  ByteReader& reader_;
};

}  // namespace

void encode(const Start& message, Bytes& out) {
  // Room for all of it at once: a buffer that grows leaves copies of the secrets behind.
  std::size_t room = 65536 + message.cursor.size() + message.checkpoint.size() + message.settings_json.size();
  for (const auto& secret : message.secrets) room += secret.name.size() + secret.value.size() + 16;
  for (const auto& target : message.targets) room += target.resource_type.size() + target.external_id.size() + 16;
  for (const auto& request : message.webhooks) {
    room += request.body.size() + request.path.size() + request.query.size() + request.event_id.size() + 64;
    for (const auto& header : request.headers) room += header.name.size() + header.value.size() + 8;
  }
  out.reserve(out.size() + room);
  Output output(out);
  fields(output, const_cast<Start&>(message));  // Output only reads
}

Start decode_start(std::span<const std::byte> payload) {
  ByteReader reader(payload);
  Start message;
  Input input(reader);
  fields(input, message);
  reader.end();
  if (message.action > Action::webhook_handle) throw MalformedFrame("start frame with an unknown action");
  if (message.rehearsal.http_fault > HttpFault::stalled) throw MalformedFrame("start frame with an unknown fault");
  return message;
}

}  // namespace iz::wire
