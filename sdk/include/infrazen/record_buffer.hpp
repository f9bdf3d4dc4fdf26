// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/arena.hpp>
#include <infrazen/sink.hpp>

namespace infrazen {

// What the buffers of the different kinds have in common, for Sync.
class PendingRecords {
 public:
  virtual ~PendingRecords() = default;
  virtual void flush() = 0;
};

// Record structs of one kind on their way into batches. Columns that no row of a batch has set do not travel.
template <class Record>
class RecordBuffer final : public PendingRecords {
 public:
  explicit RecordBuffer(const Sink& sink) : sink_(sink) {}

  // Copies the record. Rows of another scope or origin begin a new batch; an empty one means none.
  void push(const Record& record, std::string_view scope, std::string_view origin, std::uint64_t position) {
    if (full() || scope != scope_ || origin != origin_) {
      flush();
      scope_ = scope;
      origin_ = origin;
    }
    cells_.resize(cells_.size() + Record::field_count, iz_str{});
    iz_str* cell = &cells_[cells_.size() - Record::field_count];
    std::size_t column = 0;
    Record::each(record, [&](std::uint32_t, const char*, const Value& value) {
      if (!value.is_null()) {
        cell[column] = to_abi(arena_.copy(value.text()));
        used_[column] = true;
      }
      ++column;
    });
    if constexpr (requires { record.extensions; }) {
      for (const auto& [name, text] : record.extensions) {
        extras_.push_back({positions_.size(), extension(name), arena_.copy(text)});
      }
    }
    positions_.push_back(position);
    positioned_ = positioned_ || position != 0;
  }

  void flush() override {
    if (positions_.empty()) return;
    pack();
    const iz_batch batch{sizeof(iz_batch),
                         static_cast<std::uint32_t>(Record::kind),
                         scope_.empty() ? iz_str{} : to_abi(scope_),
                         origin_.empty() ? iz_str{} : to_abi(origin_),
                         columns_.data(),
                         static_cast<std::uint32_t>(columns_.size()),
                         sizeof(iz_column),
                         packed_.data(),
                         static_cast<std::uint32_t>(positions_.size()),
                         0,
                         positioned_ ? positions_.data() : nullptr};
    sink_.push(batch);
    cells_.clear();
    extras_.clear();
    extension_names_.clear();
    positions_.clear();
    arena_.clear();
    used_ = {};
    positioned_ = false;
  }

 private:
  static constexpr std::size_t kRows = 4096;
  static constexpr std::size_t kBytes = 2 * 1024 * 1024;  // plus one record of any size stays within IZ_BATCH_BYTES_MAX
  struct Extra {
    std::size_t row;
    std::size_t column;
    std::string_view text;
  };

  [[nodiscard]] bool full() const {
    return positions_.size() >= kRows || arena_.bytes() >= kBytes ||
           Record::field_count + extension_names_.size() >= IZ_BATCH_COLUMNS_MAX - 64;
  }

  std::size_t extension(const std::string& name) {
    for (std::size_t i = 0; i < extension_names_.size(); ++i) {
      if (extension_names_[i] == name) return i;
    }
    extension_names_.push_back(name);
    return extension_names_.size() - 1;
  }

  // columns_ and packed_: the used fields, then the extension columns.
  void pack() {
    columns_.clear();
    Record::each(kNothing, [&, column = std::size_t{0}](std::uint32_t field, const char*, const Value&) mutable {
      if (used_[column++]) columns_.push_back({field, 0, {}});
    });
    const std::size_t own = columns_.size();
    for (const std::string& name : extension_names_) columns_.push_back({IZ_FIELD_EXTENSION, 0, to_abi(name)});
    const std::size_t width = columns_.size();
    packed_.assign(positions_.size() * width, iz_str{});
    for (std::size_t row = 0; row < positions_.size(); ++row) {
      iz_str* out = packed_.data() + row * width;
      const iz_str* in = cells_.data() + row * Record::field_count;
      for (std::size_t column = 0; column < Record::field_count; ++column) {
        if (used_[column]) *out++ = in[column];
      }
    }
    for (const Extra& extra : extras_) packed_[extra.row * width + own + extra.column] = to_abi(extra.text);
  }

  static inline const Record kNothing{};

  Sink sink_;
  std::vector<iz_str> cells_;  // every field of every row
  std::vector<Extra> extras_;
  std::vector<std::string> extension_names_;
  std::vector<std::uint64_t> positions_;
  std::array<bool, Record::field_count> used_{};
  std::vector<iz_column> columns_;
  std::vector<iz_str> packed_;
  Arena arena_;
  std::string scope_;
  std::string origin_;
  bool positioned_ = false;
};

}  // namespace infrazen
