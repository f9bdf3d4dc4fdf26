// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace infrazen {

// Bytes that stay where they are until clear(), which keeps the blocks: after the first batches nothing is allocated.
class Arena {
 public:
  // A copy that lives until clear(). A null view stays null.
  std::string_view copy(std::string_view text) {
    if (text.empty()) return text.data() == nullptr ? text : std::string_view("");
    char* const at = reserve(text.size());
    std::memcpy(at, text.data(), text.size());
    commit(text.size());
    return {at, text.size()};
  }

  // Room for `size` bytes to be written in place; commit() says how many were.
  char* reserve(std::size_t size) {
    while (block_ < blocks_.size() && blocks_[block_].size - used_ < size) {
      ++block_;
      used_ = 0;
    }
    if (block_ == blocks_.size()) {
      const std::size_t block_size = std::max(size, kBlock);
      blocks_.push_back({std::unique_ptr<char[]>(new char[block_size]), block_size});
    }
    return blocks_[block_].bytes.get() + used_;
  }
  void commit(std::size_t size) {
    used_ += size;
    total_ += size;
  }

  [[nodiscard]] std::size_t bytes() const { return total_; }
  void clear() { block_ = used_ = total_ = 0; }

 private:
  static constexpr std::size_t kBlock = 256 * 1024;
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  std::vector<Block> blocks_;
  std::size_t block_ = 0;
  std::size_t used_ = 0;
  std::size_t total_ = 0;
};

}  // namespace infrazen
