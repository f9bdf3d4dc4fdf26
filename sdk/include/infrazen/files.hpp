// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <infrazen/abi/services.h>
#include <infrazen/error.hpp>
#include <infrazen/text.hpp>

namespace infrazen {

struct FileEntry {
  std::string path;  // relative to the granted folder; the name, for a granted file
  std::uint64_t size = 0;
  std::chrono::sys_time<std::chrono::nanoseconds> modified;
  std::uint64_t inode = 0;
};

// An open file; closes itself.
class File {
 public:
  // Takes the descriptor over.
  File(int fd, std::string path) : fd_(fd), file_(::fdopen(fd, "rb")), path_(std::move(path)) {
    if (!file_) fail();
    std::setvbuf(file_.get(), nullptr, _IONBF, 0);  // whoever reads brings a buffer
  }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  // Fills the buffer; less only at the end, 0 after it.
  std::size_t read(std::span<char> buffer) {
    const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file_.get());
    if (count < buffer.size() && std::ferror(file_.get()) != 0) fail();
    return count;
  }
  std::string read_all(std::size_t most = 64 * 1024 * 1024) {
    std::string text;
    constexpr std::size_t kStep = 64 * 1024;
    for (;;) {
      const std::size_t before = text.size();
      text.resize(before + kStep);
      const std::size_t count = read({text.data() + before, kStep});
      text.resize(before + count);
      if (text.size() > most)
        throw Error(ErrorClass::permanent, path_ + " is larger than " + std::to_string(most) + " bytes");
      if (count < kStep) return text;
    }
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  [[noreturn]] void fail() const {
    throw Error(ErrorClass::transient, "cannot read " + path_ + ": " + std::system_category().message(errno));
  }
  int fd_;
  std::unique_ptr<std::FILE, Close> file_;
  std::string path_;
};

// Files and folders that the operator granted by naming them in a setting of type path.
class Files {
 public:
  explicit Files(const iz_files_1& table) : table_(&table) {}

  // Every regular file below, sorted by path.
  [[nodiscard]] std::vector<FileEntry> list(std::string_view setting) const {
    std::vector<FileEntry> entries;
    const auto visit = [](void* user, const iz_file_entry* entry) -> std::int32_t {
      return detail::guarded(nullptr, [&] {
        static_cast<std::vector<FileEntry>*>(user)->push_back(
            {std::string(from_abi(entry->path)), entry->size,
             std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(entry->modified_ns)),
             entry->inode});
      });
    };
    detail::checked(
        [&](iz_error* error) { return table_->list(table_->context, to_abi_text(setting), &entries, visit, error); });
    return entries;
  }
  [[nodiscard]] File open(std::string_view setting, std::string_view path) const {
    std::int32_t fd = -1;
    detail::checked([&](iz_error* error) {
      return table_->open(table_->context, to_abi_text(setting), to_abi_text(path), &fd, error);
    });
    return File(fd, std::string(path));
  }

 private:
  const iz_files_1* table_;
};

}  // namespace infrazen
