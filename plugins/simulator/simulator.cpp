// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "simulator/manifest.hpp"
#include "simulator/streams/streams.hpp"
#include <infrazen/connector.hpp>
#include <infrazen/days.hpp>

namespace simulator {

using infrazen::Micros;

Micros cursor_instant(std::string_view cursor, Micros otherwise) {
  if (!cursor.starts_with("at=")) return otherwise;
  return infrazen::parse_instant(cursor.substr(3)).value_or(otherwise);
}

std::string instant_cursor(Micros at) {
  return "at=" + infrazen::to_text(at);
}

std::chrono::sys_days month_of(Micros at) {
  return infrazen::month_of(std::chrono::floor<std::chrono::days>(at));
}

std::string month_name(std::chrono::sys_days month) {
  return infrazen::day_text(month).substr(0, 7);
}

class Simulator : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& sync) override {
    const Estate estate(Settings::read(sync));
    const std::string_view stream = sync.stream();
    for (const auto& [name, run] : kStreams) {
      if (name == stream) return run(sync, estate);
    }
    throw infrazen::Error(infrazen::ErrorClass::config, "the simulator has no stream '" + std::string(stream) + "'");
  }

  void check(infrazen::Check& check) override {
    check.attempt("settings", [&] { static_cast<void>(Settings::read(check)); });
  }

 private:
  struct Stream {
    std::string_view name;
    void (*run)(infrazen::Sync&, const Estate&);
  };
  static constexpr Stream kStreams[] = {{IZ_STREAM_INVENTORY, sync_inventory},   {IZ_STREAM_COSTS, sync_costs},
                                        {IZ_STREAM_METRICS, sync_metrics},       {IZ_STREAM_LOGS, sync_logs},
                                        {IZ_STREAM_COMPONENTS, sync_components}, {IZ_STREAM_PRICES, sync_prices},
                                        {IZ_STREAM_RATES, sync_rates},           {IZ_STREAM_BALANCE, sync_balance},
                                        {IZ_STREAM_DOCUMENTS, sync_documents}};
};

}  // namespace simulator

INFRAZEN_MODULE(simulator::Simulator, "simulator", "1.0.0", simulator::kManifest)
