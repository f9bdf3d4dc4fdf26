// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/client/client.hpp"
#include "yandex/manifest.hpp"
#include "yandex/streams.hpp"
#include <infrazen/connector.hpp>

namespace iz::yandex {

class Yandex final : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override {
    const Client client(sync);
    for (const auto& [name, run] : kStreams) {
      if (name == sync.stream()) return run(sync, client);
    }
    throw infrazen::Error(infrazen::ErrorClass::config,
                          "the connector yandex has no stream '" + std::string(sync.stream()) + "'");
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
      {IZ_STREAM_INVENTORY, sync_inventory},
      {IZ_STREAM_COSTS, sync_costs},
      {IZ_STREAM_PRICES, sync_prices},
      {IZ_STREAM_BALANCE, sync_balance},
  };
  static constexpr void (*kChecks[])(infrazen::Check&, const Client&) = {check_inventory};
};

}  // namespace iz::yandex

INFRAZEN_MODULE(iz::yandex::Yandex, "yandex", "1.0.0", iz::yandex::kManifest)
