// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <infrazen/files.hpp>

// What is known about each file: the cursor of the stream. A cursor holds 65,536 bytes, an entry 16: digests instead of
// names. The names, which only findings need, are a checkpoint: losing it costs a name in a message.
namespace iz::focus {

enum class FileState : std::uint8_t {
  taken = 1,          // its charges are in
  refused = 2,        // it cannot be taken as it is
  other_dataset = 3,  // FOCUS, but no charges
  copy = 4,           // the same bytes as a file that is taken
  vanished = 5,       // it was taken and is gone; its charges stay
  stale = 6,          // refused as it is now; the charges of an earlier delivery stay
};

// Whether charges of the file are in.
[[nodiscard]] inline bool has_charges(FileState state) {
  return state == FileState::taken || state == FileState::stale || state == FileState::vanished;
}

struct FileRecord {
  std::uint64_t content = 0;  // 48 bits of the XXH3 of its bytes
  std::uint32_t stamp = 0;    // 28 bits of the hash of size, time and inode
  FileState state = FileState::taken;
};

// 48 bits of the XXH3 of a path.
[[nodiscard]] std::uint64_t path_key(std::string_view path);
[[nodiscard]] std::uint32_t stamp_of(const infrazen::FileEntry& entry);
// Whether the file behind an open descriptor is not what was listed any more: its size or time is another.
[[nodiscard]] bool changed_since_listed(int fd, const infrazen::FileEntry& listed);
[[nodiscard]] std::uint64_t content_key(std::uint64_t hash);  // its lowest 48 bits

class Ledger {
 public:
  static constexpr std::size_t kMostFiles = 4095;

  // An empty cursor is an empty ledger. Throws infrazen::Error (internal) for bytes that are no cursor of this
  // connector.
  explicit Ledger(std::string_view cursor);
  // At most IZ_CURSOR_MAX bytes. Files that vanished are forgotten when there would be more than kMostFiles; Error
  // (config) when there still are.
  [[nodiscard]] std::string cursor() const;

  [[nodiscard]] const FileRecord* find(std::uint64_t path) const;
  void set(std::uint64_t path, const FileRecord& record) { files_[path] = record; }
  void erase(std::uint64_t path) { files_.erase(path); }
  [[nodiscard]] const std::map<std::uint64_t, FileRecord>& files() const { return files_; }

 private:
  std::map<std::uint64_t, FileRecord> files_;
};

// Paths by key, as a compressed blob of at most 65,536 bytes.
class FileNames {
 public:
  explicit FileNames(std::string_view blob);  // a blob that cannot be read holds no names
  [[nodiscard]] std::string blob() const;     // names that do not fit are left out
  [[nodiscard]] std::optional<std::string> find(std::uint64_t path) const;
  void add(std::string_view path) { names_.insert_or_assign(path_key(path), std::string(path)); }
  void keep_only(const Ledger& ledger);

 private:
  std::map<std::uint64_t, std::string> names_;
};

}  // namespace iz::focus
