// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/spool.hpp"
#include "store/cost_tables.hpp"
#include "store/mark_session.hpp"

namespace iz::ingest {

struct Digest {
  std::uint64_t low = 0;  // also the id in the tables
  std::uint64_t high = 0;
};

// The contents of the text groups that a run has met, by digest. A content is spooled when it is first seen and written with
// the first mark that stores a charge which needs it; after that it costs a look-up. Memory: 32 bytes per content and slack.
class ChargeDimensions {
 public:
  explicit ChargeDimensions(Spool spool) : spool_(std::move(spool)) {}

  struct Known {
    std::uint64_t low = 0;
    std::uint64_t high = 0;
    std::uint64_t offset = 0;  // in the spool
    std::uint32_t size = 0;
    bool used = false;
    bool needed = false;  // a charge of this mark refers to it
    bool stored = false;
    bool odd = false;     // its JSON is none: kept as a JSON string
  };

  // nullptr when it was not seen yet.
  [[nodiscard]] Known* find(std::size_t group, Digest digest);
  // Whether a content that was not seen yet goes into the charge itself: the group hardly repeats in this run, or too many
  // contents are known.
  [[nodiscard]] bool hardly_repeats(std::size_t group) const;
  void count_row(std::size_t group) { ++tables_[group].rows; }
  // `content`: slot (1 byte), length (4 bytes), text, slot, …
  Known& add(std::size_t group, Digest digest, std::string_view content, bool odd);
  // By id, for rows that come back from the spool.
  void need(std::size_t group, std::int64_t id);

  // Writes what is needed and not stored yet.
  void write(store::MarkTransaction& tx);
  void committed();

 private:
  static constexpr std::uint64_t kJudged = 65'536;    // rows before a group is judged
  static constexpr std::size_t kMostKnown = 350'000;  // contents of one group held by id

  struct Table {
    std::vector<Known> slots;
    std::size_t count = 0;
    std::uint64_t rows = 0;
  };
  static Known* probe(Table& table, std::uint64_t low);
  static void grow(Table& table);
  void write_group(store::MarkTransaction& tx, std::size_t group);

  std::array<Table, store::kCostGroups> tables_;
  Spool spool_;
};

// Appends one cell to a content.
void append_content(std::string& content, std::uint8_t slot, std::string_view text);
// Calls take(slot, text) for each cell of a content.
template <typename Take>
void for_each_cell(std::string_view content, Take take) {
  while (!content.empty()) {
    const auto slot = static_cast<std::uint8_t>(content[0]);
    std::uint32_t size;
    std::memcpy(&size, content.data() + 1, 4);
    take(slot, content.substr(5, size));
    content.remove_prefix(5 + size);
  }
}

// The values of a content by the group's columns: null views for what it lacks. Texts that are not the JSON their column wants
// become JSON strings. `storage` keeps what had to be made.
void column_values(std::size_t group, std::string_view content, std::vector<std::string_view>& values,
                   std::vector<std::string>& storage);
// The same as a member of cost_charges.inline: "group":{"column":…}.
void append_inline(std::string& json, std::size_t group, std::string_view content);

}  // namespace iz::ingest
