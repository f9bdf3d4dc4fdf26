// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/rows/spool.hpp"
#include "store/costs/cost_dimensions.hpp"
#include "store/costs/cost_tables.hpp"
#include "store/session/mark_session.hpp"

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
    bool used : 1 = false;
    bool needed : 1 = false;  // a charge of this mark refers to it
    bool stored : 1 = false;
    bool odd : 1 = false;     // its JSON is none: kept as a JSON string
    std::uint8_t judged = 0;  // what finops::FocusRules said of it …
    std::uint8_t judge = 0;   // … the rules of that number; 0 = none yet
  };
  static_assert(sizeof(Known) == 32);

  // Fetches the place of a digest into the cache, and the line behind it where it may have moved to, while the rest of the
  // row is looked at.
  void prefetch(std::size_t group, Digest digest) const {
    const auto& slots = tables_[group].slots;
    if (slots.empty()) return;
    const Known* const home = slots.data() + (digest.low & (slots.size() - 1));
    __builtin_prefetch(home);
    __builtin_prefetch(home + 2);
  }
  // nullptr when it was not seen yet.
  [[nodiscard]] Known* find(std::size_t group, Digest digest);
  // Whether a content that was not seen yet goes into the charge itself: the group hardly repeats in this run, or too many
  // contents are known.
  [[nodiscard]] bool hardly_repeats(std::size_t group) const;
  void count_row(std::size_t group) { ++rows_[group]; }
  void count_row_of(std::uint8_t groups) {  // a bit for each
    for (std::size_t g = 0; g < rows_.size(); ++g) rows_[g] += groups >> g & 1U;
  }
  // `content`: slot (1 byte), length (4 bytes), text, slot, …
  Known& add(std::size_t group, Digest digest, std::string_view content, bool odd);
  // A charge that will be stored refers to it.
  void need(std::size_t group, Known& known) {
    if (known.needed) return;
    known.needed = true;
    if (!known.stored) waiting_[group].push_back(known.low);
  }
  // By id, for rows that come back from the spool.
  void need(std::size_t group, std::int64_t id);

  // No content was judged by any rules.
  void forget_judgements();

  // Writes some of what is needed ahead of the mark, in a session beside it, and does not wait for it. What could not be written
  // there is left to write().
  void write_ahead(const std::string& conninfo, std::int32_t tenant_id);
  // Writes what is needed and not stored yet.
  void write(store::MarkTransaction& tx);
  void committed();

 private:
  static constexpr std::uint64_t kJudged = 65'536;    // rows before a group is judged
  static constexpr std::size_t kMostKnown = 350'000;  // contents of one group held by id
  static constexpr std::size_t kAhead = 2'000;        // contents that are worth a statement ahead of the mark …
  static constexpr std::size_t kMostAhead = 5'000;    // … and that go into one

  struct Table {
    std::vector<Known> slots;
    std::size_t count = 0;
  };
  static Known* probe(Table& table, std::uint64_t low);
  static void grow(Table& table);
  void write_group(store::MarkTransaction& tx, std::size_t group);
  // Calls add(id, digest, values) for each of them, which are sorted by id.
  template <typename Add>
  void for_each_content(std::size_t group, const std::vector<const Known*>& contents, Add add) const;
  void send_ahead(std::size_t group);
  // What is under way ahead of the mark comes to its end; see CostDimensionsAhead::go_on().
  void go_on_ahead(bool wait);

  std::array<Table, store::kCostGroups> tables_;
  std::array<std::uint64_t, store::kCostGroups> rows_{};  // that had something of a group
  std::array<std::vector<std::uint64_t>, store::kCostGroups> waiting_;      // ids that became needed, to be written ahead
  std::unique_ptr<store::CostDimensionsAhead> ahead_;
  std::size_t ahead_group_ = 0;
  std::vector<std::uint64_t> ahead_ids_;
  bool ahead_failed_ = false;
  Spool spool_;
};

// Contents under construction: bytes that only grow, without the zeroing and the checks of a string.
class ContentBuffer {
 public:
  void clear() noexcept { size_ = 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view view(std::size_t offset, std::size_t size) const { return {bytes_.get() + offset, size}; }
  // Appends one cell: slot, length, text.
  void add(std::uint8_t slot, std::string_view text) {
    if (capacity_ - size_ < text.size() + 5) grow(text.size() + 5);
    char* to = bytes_.get() + size_;
    *to = static_cast<char>(slot);
    const auto length = static_cast<std::uint32_t>(text.size());
    std::memcpy(to + 1, &length, 4);
    copy(to + 5, text.data(), text.size());
    size_ += text.size() + 5;
  }

 private:
  // Most cells are short: two overlapping moves of a fixed size instead of a call.
  static void copy(char* to, const char* from, std::size_t size) noexcept {
    if (size > 32) {
      std::memcpy(to, from, size);
    } else if (size >= 16) {
      std::memcpy(to, from, 16);
      std::memcpy(to + size - 16, from + size - 16, 16);
    } else if (size >= 8) {
      std::memcpy(to, from, 8);
      std::memcpy(to + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
      std::memcpy(to, from, 4);
      std::memcpy(to + size - 4, from + size - 4, 4);
    } else {
      for (std::size_t i = 0; i < size; ++i) to[i] = from[i];
    }
  }
  void grow(std::size_t more);

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

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
