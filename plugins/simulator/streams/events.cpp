// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <array>

#include "simulator/estate/dice.hpp"
#include "simulator/streams/streams.hpp"

// Logs and installed software.
namespace simulator {
namespace {

using infrazen::Kind;
using infrazen::Micros;

struct Line {
  std::string_view type, level, message;
};
constexpr std::array<Line, 8> kLines{{{"application", "info", "request served"},
                                      {"access", "info", "GET /healthz 200"},
                                      {"system", "info", "service restarted"},
                                      {"application", "warning", "slow query took 2.4 s"},
                                      {"system", "warning", "disk is 85 % full"},
                                      {"error", "error", "upstream timed out"},
                                      {"audit", "info", "role changed by operator"},
                                      {"error", "critical", "out of memory: process killed"}}};

struct Software {
  std::string_view type, name, path;
  unsigned major;
};
constexpr std::array<Software, 5> kSoftware{{{"service", "nginx", "/usr/sbin/nginx", 1},
                                             {"software", "openssl", "/usr/bin/openssl", 3},
                                             {"service", "postgresql", "/usr/lib/postgresql", 15},
                                             {"software", "linux-image", "/boot", 6},
                                             {"dependency", "libxml2", "/usr/lib/x86_64-linux-gnu", 2}}};

infrazen::LogEntry log_entry(const Thing& thing, std::uint64_t dice, Micros at, std::string_view event_id) {
  const Line& line = kLines[dice % kLines.size()];
  return {
      .resource_type = thing.sold_as().name,
      .external_id = Estate::id(thing),
      .timestamp = at,
      .log_type = line.type,
      .level = line.level,
      .message = line.message,
      .source = "journal",
      .metadata = infrazen::JsonObject().text("region", kRegions[thing.region].id).number("pid", 100 + dice % 30'000),
      .event_id = event_id};
}

}  // namespace

// The cursor is the instant up to which lines were delivered. Lines are drawn per resource and hour.
void sync_logs(infrazen::Sync& sync, const Estate& estate) {
  const Settings& settings = estate.settings();
  const Micros from =
      cursor_instant(sync.full() ? "" : sync.cursor(), std::max(settings.start, settings.now - std::chrono::days(2)));
  const double per_hour = settings.logs_per_day / 24;
  Pace pace(sync, settings.rows_per_second);
  for (Micros hour = std::chrono::floor<std::chrono::hours>(from); hour < settings.now; hour += std::chrono::hours(1)) {
    const auto number = static_cast<std::uint64_t>(hour.time_since_epoch().count()) / 3'600'000'000;
    const std::size_t total = estate.count(hour);
    for (std::size_t index = 0; index < total; ++index) {
      double expected = per_hour;
      for (std::uint64_t n = 0; expected > 0; ++n, expected -= 1) {
        const std::uint64_t dice = roll(settings.seed, About::log, index * 1024 + n, number);
        if (expected < 1 && unit(dice) >= expected) break;
        const Micros at = hour + std::chrono::milliseconds(mix(dice) % 3'600'000);
        if (at < from || at >= settings.now) continue;
        const Thing thing = estate.thing(index);
        if (!thing.exists(at)) break;
        char event_id[20];
        char* const end =
            infrazen::detail::write_digits_before(event_id + sizeof event_id, dice % 10'000'000'000'000'000u);
        sync.push(log_entry(thing, dice >> 32, at, {end, event_id + sizeof event_id}));
        pace.emitted(1);
      }
    }
    sync.mark(instant_cursor(std::min(settings.now, hour + std::chrono::hours(1))));
  }
}

void sync_components(infrazen::Sync& sync, const Estate& estate) {
  const Settings& settings = estate.settings();
  const auto week =
      static_cast<std::uint64_t>(std::chrono::floor<std::chrono::weeks>(settings.now).time_since_epoch().count());
  Pace pace(sync, settings.rows_per_second);
  for (std::size_t a = 0; a < settings.accounts; ++a) {
    for (std::size_t f = 0; f < settings.folders; ++f) {
      auto scope = sync.scope(Kind::component, Estate::folder_id(a, f));
      estate.each_in(a, f, settings.now, [&](const Thing& thing) {
        if (thing.type != Type::instance && thing.type != Type::node) return;
        for (std::size_t s = 0; s < kSoftware.size(); ++s) {
          if (s >= 2 && (thing.dice >> s) % 3 == 0) continue;
          const Software& software = kSoftware[s];
          // A machine is updated every few weeks, at its own time.
          const std::uint64_t updates = (week + thing.dice % 5) / 5;
          const std::string version = std::to_string(software.major) + '.' + std::to_string(thing.dice % 4) + '.' +
                                      std::to_string(updates % 100);
          scope.push(infrazen::Component{.resource_type = thing.sold_as().name,
                                         .external_id = Estate::id(thing),
                                         .component_type = software.type,
                                         .name = software.name,
                                         .version = version,
                                         .status = software.type != "service" ? "installed"
                                                   : thing.idle               ? "stopped"
                                                                              : "running",
                                         .installation_path = software.path,
                                         .dependencies = infrazen::JsonArray().text("libc6")});
          pace.emitted(1);
        }
      });
      scope.complete();
    }
  }
  sync.mark("week=" + std::to_string(week));
}

}  // namespace simulator
