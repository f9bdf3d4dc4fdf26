// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/files/ledger.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <sys/stat.h>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "support/packed.hpp"
#include <infrazen/abi/services.h>
#include <infrazen/abi/sink.h>
#include <infrazen/error.hpp>

namespace iz::focus {
namespace {

constexpr std::string_view kMagic = "izfocus1";  // the layout below; another one gets another digit
constexpr std::uint64_t kLow48 = (std::uint64_t{1} << 48) - 1;
constexpr std::size_t kEntry = 16;
static_assert(kMagic.size() + Ledger::kMostFiles * kEntry <= IZ_CURSOR_MAX);

// Little endian, whatever the machine.
void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
}
std::uint64_t take(std::string_view& in, int bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < bytes; ++i)
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(in[static_cast<std::size_t>(i)])) << (8 * i);
  in.remove_prefix(static_cast<std::size_t>(bytes));
  return value;
}

}  // namespace

std::uint64_t path_key(std::string_view path) {
  return XXH3_64bits(path.data(), path.size()) & kLow48;
}

std::uint64_t content_key(std::uint64_t hash) {
  return hash & kLow48;
}

std::uint32_t stamp_of(const infrazen::FileEntry& entry) {
  std::string text;
  put(text, entry.size, 8);
  put(text, static_cast<std::uint64_t>(entry.modified.time_since_epoch().count()), 8);
  put(text, entry.inode, 8);
  return static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()) & 0x0FFFFFFF);
}

bool changed_since_listed(int fd, const infrazen::FileEntry& listed) {
  struct stat now {};
  if (::fstat(fd, &now) != 0) return true;
  const std::chrono::sys_time<std::chrono::nanoseconds> modified(std::chrono::seconds(now.st_mtim.tv_sec) +
                                                                 std::chrono::nanoseconds(now.st_mtim.tv_nsec));
  return static_cast<std::uint64_t>(now.st_size) != listed.size || modified != listed.modified;
}

Ledger::Ledger(std::string_view cursor) {
  if (cursor.empty()) return;
  if (!cursor.starts_with(kMagic) || (cursor.size() - kMagic.size()) % kEntry != 0) {
    throw infrazen::Error(
        infrazen::ErrorClass::internal,
        "the cursor was not written by this version of the focus connector: run the stream once with 'full'");
  }
  cursor.remove_prefix(kMagic.size());
  while (!cursor.empty()) {
    const std::uint64_t path = take(cursor, 6);
    FileRecord record;
    record.content = take(cursor, 6);
    const auto stamp = static_cast<std::uint32_t>(take(cursor, 4));
    record.stamp = stamp & 0x0FFFFFFF;
    record.state = static_cast<FileState>(stamp >> 28);
    files_.emplace(path, record);
  }
}

std::string Ledger::cursor() const {
  std::size_t to_forget = files_.size() > kMostFiles ? files_.size() - kMostFiles : 0;
  std::string out(kMagic);
  for (const auto& [path, record] : files_) {
    if (to_forget != 0 && record.state == FileState::vanished) {
      --to_forget;  // should it come back, its charges are compared with those it left: nothing doubles
      continue;
    }
    put(out, path, 6);
    put(out, record.content, 6);
    put(out, record.stamp | static_cast<std::uint32_t>(record.state) << 28, 4);
  }
  if (to_forget != 0) {
    throw infrazen::Error(infrazen::ErrorClass::config,
                          std::to_string(files_.size()) + " files match; one connection keeps track of " +
                              std::to_string(kMostFiles) +
                              ": narrow the setting 'include', or make a connection per subfolder");
  }
  return out;
}

const FileRecord* Ledger::find(std::uint64_t path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

FileNames::FileNames(std::string_view blob) {
  if (blob.size() <= 4) return;
  const std::uint64_t size = take(blob, 4);
  const auto unpacked = support::inflated(blob, size);
  if (!unpacked) return;
  const std::string_view text = *unpacked;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    add(text.substr(at, end - at));
    at = end + 1;
  }
}

std::string FileNames::blob() const {
  std::vector<std::string_view> sorted;  // neighbours share their beginnings, which compresses well
  for (const auto& [key, name] : names_) sorted.push_back(name);
  std::ranges::sort(sorted);
  for (;;) {
    std::string text;
    for (const std::string_view name : sorted) text.append(name).push_back('\0');
    const std::string packed = support::deflated(text);
    if (packed.size() + 4 <= IZ_CHECKPOINT_MAX) {
      std::string out;
      put(out, text.size(), 4);
      return out + packed;
    }
    sorted.resize(sorted.size() * 3 / 4);
  }
}

std::optional<std::string> FileNames::find(std::uint64_t path) const {
  const auto found = names_.find(path);
  return found == names_.end() ? std::nullopt : std::optional(found->second);
}

void FileNames::keep_only(const Ledger& ledger) {
  std::erase_if(names_, [&](const auto& entry) { return ledger.find(entry.first) == nullptr; });
}

}  // namespace iz::focus
