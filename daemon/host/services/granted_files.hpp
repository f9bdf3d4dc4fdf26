// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "wire/descriptor.hpp"
#include "wire/messages.hpp"

namespace iz::host {

// A file below a granted path, by its path relative to it.
struct ListedFile {
  std::string path;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t inode = 0;
};

// The files and folders the operator granted: opened before the sandbox, read inside of it, never left through a link
// or "..". Faults are records::RunError.
class GrantedFiles {
 public:
  struct Root {
    std::string setting;
    std::filesystem::path path;  // with links resolved: the operator may grant a link
    std::string only;            // of a granted single file: its name; else empty
    wire::Descriptor folder;     // the granted folder, or the one a granted file is in
    wire::Descriptor granted;    // the folder or file itself (O_PATH)
  };

  // Before the sandbox. Throws if a path does not exist or cannot be read.
  explicit GrantedFiles(const std::vector<wire::GrantedPath>& grants);

  [[nodiscard]] const std::vector<Root>& roots() const { return roots_; }

  // The regular files, recursively, sorted by path bytewise. Links are not followed. `left_out` gets the names that are
  // not UTF-8, made readable.
  [[nodiscard]] std::vector<ListedFile> list(std::string_view setting, std::vector<std::string>& left_out) const;
  [[nodiscard]] wire::Descriptor open(std::string_view setting, std::string_view path) const;

 private:
  [[nodiscard]] const Root& root(std::string_view setting) const;

  std::vector<Root> roots_;
};

}  // namespace iz::host
