// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "focus/files/ledger.hpp"
#include <infrazen/files.hpp>

namespace iz::focus {

// A file that is there now.
struct PresentFile {
  infrazen::FileEntry entry;
  std::uint64_t key = 0;    // path_key
  std::uint32_t stamp = 0;  // stamp_of
};

struct PlanStep {
  enum class Kind : std::uint8_t {
    read,   // new or changed
    moved,  // the bytes of a file that vanished: its charges move here
    copy,   // the bytes of a file that is taken: counted once
    touch,  // the same bytes with another time
  };
  Kind kind = Kind::read;
  std::size_t file = 0;       // place among the present files
  std::uint64_t content = 0;  // content_key of its bytes; kNoContent of a file to read: there is nothing it could equal
  std::uint64_t origin = 0;   // of moved and copy: the key of the other file
};

struct Plan {
  std::vector<PlanStep> steps;           // in the order of the files
  std::vector<std::uint64_t> vanished;   // keys of files that were taken and are gone since the last run
  std::vector<std::uint64_t> forgotten;  // keys of files without charges that are gone
  [[nodiscard]] bool changes_charges() const;
};

// No content_key, which have 48 bits.
inline constexpr std::uint64_t kNoContent = ~std::uint64_t{0};

// Whether nothing that is known or present could hold the bytes of a file: it need not be read to be compared.
[[nodiscard]] bool nothing_to_equal(const Ledger& ledger, std::span<const PresentFile> files, const PresentFile& file);

// What there is to do. `hash` reads a file and gives the content_key of its bytes, or kNoContent where nothing_to_equal();
// it is asked only where size, time or inode changed, or for all files when `full`. A file that was taken keeps its charges rather than a copy of it that
// came later.
[[nodiscard]] Plan make_plan(const Ledger& ledger, std::span<const PresentFile> files, bool full,
                             const std::function<std::uint64_t(const PresentFile&)>& hash);

}  // namespace iz::focus
