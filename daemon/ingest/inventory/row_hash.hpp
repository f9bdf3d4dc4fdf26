// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "records/batch.hpp"
#include "records/manifest.hpp"
#include "store/session/pg_result.hpp"

namespace iz::ingest {

// The hash of a row as the connector sent it, over field, length and bytes of every cell that is not null. The order of the
// columns does not count, nor does a column of nulls. One pass over the cells, no allocation per row: an unchanged resource
// costs this and a look-up.
class RowHasher {
 public:
  // The seed makes every row look changed when the normaliser, or what the manifest declares, is another one.
  explicit RowHasher(std::uint64_t seed) : seed_(seed) {}
  [[nodiscard]] static std::uint64_t seed_of(std::uint64_t normaliser, std::span<const records::ExtensionColumn> columns);

  // Before the rows of a batch: which columns there are.
  void begin(const records::BatchView& batch);
  // The place of a field in the batch; -1: it has none.
  [[nodiscard]] int column(std::uint32_t field) const;
  [[nodiscard]] store::Uuid row(const records::BatchView& batch, std::size_t row);
  // Of some cells of a row, given by their texts.
  [[nodiscard]] store::Uuid texts(std::span<const std::string_view> texts);

 private:
  struct Slot {
    std::uint32_t tag;  // field id; for extension columns a hash of the name
    std::uint32_t column;
    std::uint32_t field;
  };
  char* reserve(std::size_t used, std::size_t more);

  std::uint64_t seed_;
  std::vector<Slot> slots_;
  std::vector<char> scratch_;
};

}  // namespace iz::ingest
