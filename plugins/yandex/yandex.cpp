// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/audit/posted.hpp"
#include "yandex/audit/trail_files.hpp"
#include "yandex/client/client.hpp"
#include "yandex/client/object_storage.hpp"
#include "yandex/manifest.hpp"
#include "yandex/streams.hpp"
#include <infrazen/connector.hpp>
#include <infrazen/webhook.hpp>

namespace iz::yandex {

class Yandex final : public infrazen::Connector, public infrazen::Webhook {
 public:
  void sync(infrazen::Sync& sync) override {
    const Client client(sync);
    for (const auto& [name, run] : kStreams) {
      if (name == sync.stream()) return run(sync, client);
    }
    throw infrazen::Error(infrazen::ErrorClass::config,
                          "the connector yandex has no stream '" + std::string(sync.stream()) + "'");
  }

  // What audit events name is asked for, as it is now: an event is a hint, it may be late or out of order.
  void handle(infrazen::WebhookEvent& event) override {
    Posted posted = read_posted(event.body());
    const Client client(event);
    for (const PostedFile& file : posted.files) {
      if (file.bucket != client.settings().audit_bucket || !file.key.ends_with(".json")) continue;
      support::S3Bucket bucket = object_storage(event, client, file.bucket);
      const auto bytes = bucket.get(file.key);
      each_event_of(*bytes, file.key, [&](const AuditEvent& audit) {
        if (!audit.changes_something()) return;
        posted.resources.insert(posted.resources.end(), audit.resources.begin(), audit.resources.end());
      });
    }
    std::vector<infrazen::Target> targets;
    for (const EventResource& resource : posted.resources) {
      const auto same = [&](const infrazen::Target& one) {
        return one.resource_type == resource.type && one.external_id == resource.id;
      };
      if (std::none_of(targets.begin(), targets.end(), same)) targets.push_back({resource.type, resource.id});
    }
    if (!targets.empty()) event.sync_targets(*this, targets);
  }

  void check(infrazen::Check& check) override {
    const Client client(check);
    for (const auto part : kChecks) part(check, client);
  }

 private:
  struct Stream {
    std::string_view name;
    void (*run)(infrazen::Sync&, const Client&);
  };
  static constexpr Stream kStreams[] = {
      {IZ_STREAM_INVENTORY, sync_inventory}, {IZ_STREAM_METRICS, sync_metrics}, {IZ_STREAM_LOGS, sync_logs},
      {IZ_STREAM_COSTS, sync_costs},         {IZ_STREAM_PRICES, sync_prices},   {IZ_STREAM_BALANCE, sync_balance},
  };
  static constexpr void (*kChecks[])(infrazen::Check&, const Client&) = {check_inventory, check_metrics, check_logs,
                                                                         check_costs};
};

}  // namespace iz::yandex

INFRAZEN_MODULE(iz::yandex::Yandex, "yandex", "1.0.0", iz::yandex::kManifest)
