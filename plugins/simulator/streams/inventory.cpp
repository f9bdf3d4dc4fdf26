// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "simulator/estate/list_prices.hpp"
#include "simulator/streams/streams.hpp"

namespace simulator {
namespace {

using infrazen::BatchBuilder;
using infrazen::Kind;
using infrazen::Micros;

// In the order in which the setting `columns` takes them.
constexpr std::array<BatchBuilder::Column, 30> kColumns{{{IZ_RESOURCE_TYPE},
                                                         {IZ_RESOURCE_EXTERNAL_ID},
                                                         {IZ_RESOURCE_ACCOUNT_ID},
                                                         {IZ_RESOURCE_NAME},
                                                         {IZ_RESOURCE_REGION},
                                                         {IZ_RESOURCE_STATUS},
                                                         {IZ_RESOURCE_TAGS},
                                                         {IZ_FIELD_EXTENSION, "revision"},
                                                         {IZ_RESOURCE_SERVICE_NAME},
                                                         {IZ_RESOURCE_SERVICE_CATEGORY},
                                                         {IZ_RESOURCE_PROJECT_ID},
                                                         {IZ_RESOURCE_CREATED_AT},
                                                         {IZ_RESOURCE_LIST_PRICE},
                                                         {IZ_RESOURCE_EFFECTIVE_COST},
                                                         {IZ_RESOURCE_CURRENCY},
                                                         {IZ_RESOURCE_BILLING_PERIOD},
                                                         {IZ_RESOURCE_PRICING_MODEL},
                                                         {IZ_RESOURCE_ZONE},
                                                         {IZ_RESOURCE_PARENT_TYPE},
                                                         {IZ_RESOURCE_PARENT_ID},
                                                         {IZ_RESOURCE_CPU_CORES},
                                                         {IZ_RESOURCE_MEMORY_BYTES},
                                                         {IZ_RESOURCE_STORAGE_BYTES},
                                                         {IZ_RESOURCE_OPERATING_SYSTEM},
                                                         {IZ_RESOURCE_ATTRIBUTES},
                                                         {IZ_FIELD_EXTENSION, "flavor"},
                                                         {IZ_FIELD_EXTENSION, "owner"},
                                                         {IZ_FIELD_EXTENSION, "cost_center"},
                                                         {IZ_FIELD_EXTENSION, "host_name"},
                                                         {IZ_FIELD_EXTENSION, "serial"}}};

// Writes one row; columns beyond the setting are not touched.
class Row {
 public:
  Row(BatchBuilder& batch, std::size_t columns) : batch_(batch), columns_(columns) { batch_.row(); }
  // Texts that live as long as the catalogue or the folder.
  void borrow(std::string_view text) {
    if (next_ < columns_) batch_.borrow(next_, text);
    ++next_;
  }
  template <class Write>
  void write(std::size_t most, Write&& write) {
    if (next_ < columns_) {
      char* const begin = batch_.reserve(most);
      batch_.written(next_, begin, write(begin));
    }
    ++next_;
  }
  void number(std::int64_t value) {
    write(24, [&](char* out) { return std::to_chars(out, out + 24, value).ptr; });
  }
  void instant(Micros value) {
    write(infrazen::kInstantChars,
          [&](char* out) { return infrazen::write_instant(out, std::chrono::floor<std::chrono::seconds>(value)); });
  }
  void null() { ++next_; }

 private:
  BatchBuilder& batch_;
  std::size_t columns_;
  std::size_t next_ = 0;
};

char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

// How often the resource was changed up to the generation: each run changes its share of the estate, other resources
// every time. Multiples of the golden ratio are spread evenly, so that the share is met almost exactly.
std::int64_t revision(const Estate& estate, const Thing& thing, std::int64_t generation) {
  const double place = static_cast<double>(thing.index) * 0.61803398874989485;
  return static_cast<std::int64_t>(
      std::floor(static_cast<double>(generation) * estate.settings().changed_fraction + (place - std::floor(place))));
}

class Inventory {
 public:
  Inventory(infrazen::Sync& sync, const Estate& estate, std::int64_t generation)
      : estate_(estate),
        at_(estate.settings().now),
        generation_(generation),
        columns_(estate.settings().columns),
        resources_(sync.sink(), Kind::resource, std::span(kColumns).first(columns_)),
        relations_(sync.sink(), Kind::relation,
                   {{IZ_RELATION_FROM_TYPE},
                    {IZ_RELATION_FROM_ID},
                    {IZ_RELATION_TO_TYPE},
                    {IZ_RELATION_TO_ID},
                    {IZ_RELATION_RELATION}}) {}

  // `folder` and `account` live until flush().
  void emit(const Thing& thing, std::string_view account, std::string_view folder) {
    const Settings& settings = estate_.settings();
    const Product& product = thing.sold_as();
    const auto attached = estate_.attached_to(thing, at_);
    const auto team = kTeams[(thing.block + (thing.dice >> 8) % 2) % kTeams.size()];
    const auto environment = kEnvironments[thing.block % kEnvironments.size()];
    const std::int64_t size = std::int64_t{1} << thing.size;
    const bool machine = thing.type == Type::instance || thing.type == Type::node || thing.type == Type::postgres;
    char id_buffer[Estate::kIdChars];
    const std::string_view id(id_buffer, Estate::write_id(id_buffer, thing));
    const auto name = [&](char* out) {
      out = put(put(out, environment), "-");
      out = put(put(out, team), "-");
      return put(out, id);
    };
    const ListPrices::Price& price = prices_.of(thing);

    Row row(resources_, columns_);
    row.borrow(product.name);
    row.write(Estate::kIdChars, [&](char* out) { return put(out, id); });
    row.borrow(account);
    row.write(64, name);
    row.borrow(kRegions[thing.region].id);
    row.borrow(thing.type == Type::disk && !attached          ? "DETACHED"
               : machine && thing.idle && thing.dice % 3 == 0 ? "STOPPED"
                                                              : "RUNNING");
    row.write(128, [&](char* out) {
      out = put(put(put(out, R"({"env":")"), environment), R"(","team":")");
      // One in eight resources has no cost centre: somebody has to find out whose it is.
      out = put(put(out, team), "\"");
      if (thing.dice % 8 != 0)
        out = put(put(put(out, R"(,"cost_center":")"), kCostCenters[thing.block % kCostCenters.size()]), "\"");
      return put(out, "}");
    });
    row.number(revision(estate_, thing, generation_));
    row.borrow(product.service);
    row.borrow(product.category);
    row.borrow(folder);
    row.instant(thing.born);
    row.borrow(price.list);
    row.borrow(price.effective);
    row.borrow(settings.currency);
    row.borrow("month");
    row.borrow(thing.dice % 5 == 0 ? "reserved" : "on_demand");
    row.borrow(kRegions[thing.region].id);
    if (attached) {
      row.borrow(attached->sold_as().name);
      row.write(Estate::kIdChars, [&](char* out) { return Estate::write_id(out, *attached); });
    } else {
      row.null();
      row.null();
    }
    machine ? row.number(size * 2) : row.null();
    machine ? row.number(size * (std::int64_t{4} << 30)) : row.null();
    row.number(size * (std::int64_t{20} << 30));
    machine ? row.borrow(kSystems[thing.dice % kSystems.size()]) : row.null();
    row.write(96, [&](char* out) {
      out = put(out, R"({"block":)");
      out = std::to_chars(out, out + 20, thing.block).ptr;
      out = put(out, R"(,"idle":)");
      return put(out, thing.idle ? "true}" : "false}");
    });
    row.borrow(kFlavors[thing.size]);
    row.borrow(team);
    row.borrow(kCostCenters[thing.block % kCostCenters.size()]);
    row.write(64, [&](char* out) { return put(put(out, id), ".internal.example"); });
    row.number(static_cast<std::int64_t>(thing.dice >> 20));

    if (attached) relate(thing, id, *attached);
  }

  void scope(std::string_view name) {
    resources_.scope(name);
    relations_.scope(name);
  }
  void flush() {
    resources_.flush();
    relations_.flush();
  }

 private:
  void relate(const Thing& from, std::string_view id, const Thing& to) {
    char buffer[Estate::kIdChars];
    relations_.row();
    relations_.borrow(0, from.sold_as().name);
    relations_.copy(1, id);
    relations_.borrow(2, to.sold_as().name);
    relations_.copy(3, {buffer, Estate::write_id(buffer, to)});
    relations_.borrow(4, Estate::relation(from.type));
  }

  const Estate& estate_;
  Micros at_;
  std::int64_t generation_;
  std::size_t columns_;
  ListPrices prices_;
  BatchBuilder resources_;
  BatchBuilder relations_;
};

// "generation=7": how many inventories were taken before.
std::int64_t next_generation(std::string_view cursor) {
  constexpr std::string_view kName = "generation=";
  std::int64_t generation = -1;
  if (cursor.starts_with(kName))
    std::from_chars(cursor.data() + kName.size(), cursor.data() + cursor.size(), generation);
  return generation + 1;
}

void emit_accounts(infrazen::Sync& sync, const Estate& estate) {
  const Settings& settings = estate.settings();
  for (std::size_t a = 0; a < settings.accounts; ++a) {
    const std::string account = Estate::account_id(a);
    sync.push(infrazen::Account{.account_id = account,
                                .name = "Simulated account " + std::to_string(a + 1),
                                .account_type = "billing_account",
                                .currency = settings.currency,
                                .status = "ACTIVE"});
    for (std::size_t f = 0; f < settings.folders; ++f) {
      sync.push(infrazen::Account{.account_id = Estate::folder_id(a, f),
                                  .name = "Folder " + std::to_string(f + 1),
                                  .account_type = "folder",
                                  .parent_id = account,
                                  .status = "ACTIVE"});
    }
  }
}

// Only what is asked for, and a retirement for what is gone.
void sync_targets(infrazen::Sync& sync, const Estate& estate, Inventory& inventory) {
  const Micros now = estate.settings().now;
  for (const auto& target : sync.targets()) {
    const std::size_t dash = target.external_id.find('-');
    std::size_t index = 0;
    const char* const end = target.external_id.data() + target.external_id.size();
    if (dash == std::string_view::npos || std::from_chars(target.external_id.data() + dash + 1, end, index).ptr != end)
      continue;
    const Thing thing = estate.thing(index);
    if (index < estate.count(now) && thing.exists(now) && Estate::id(thing) == target.external_id) {
      const std::string account = Estate::account_id(thing.account),
                        folder = Estate::folder_id(thing.account, thing.folder);
      inventory.emit(thing, account, folder);
      inventory.flush();
    } else if (!target.resource_type.empty()) {
      sync.push(
          infrazen::Retirement{.type = target.resource_type, .external_id = target.external_id, .retired_at = now});
    }
  }
  sync.mark(sync.cursor());
}

}  // namespace

void sync_inventory(infrazen::Sync& sync, const Estate& estate) {
  const Settings& settings = estate.settings();
  const std::int64_t generation = next_generation(sync.cursor());
  Inventory inventory(sync, estate, sync.targeted() && generation > 0 ? generation - 1 : generation);
  if (sync.targeted()) {
    sync_targets(sync, estate, inventory);
    return;
  }
  emit_accounts(sync, estate);
  Pace pace(sync, settings.rows_per_second);
  for (std::size_t a = 0; a < settings.accounts; ++a) {
    const std::string account = Estate::account_id(a);
    for (std::size_t f = 0; f < settings.folders; ++f) {
      const std::string folder = Estate::folder_id(a, f);
      auto scope = sync.scope({Kind::resource, Kind::relation}, folder);
      inventory.scope(folder);
      estate.each_in(a, f, settings.now, [&](const Thing& thing) {
        inventory.emit(thing, account, folder);
        pace.emitted(1);
      });
      inventory.flush();
      scope.complete();
    }
  }
  sync.mark("generation=" + std::to_string(generation));
}

}  // namespace simulator
