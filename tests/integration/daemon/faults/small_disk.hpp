// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <string>

namespace iz::test {

// A file system of its own on a folder, which can be filled to the last block and emptied again.
class SmallDisk {
 public:
  // Makes the folder. `owner`: a system user; empty = us.
  SmallDisk(const std::filesystem::path& folder, std::size_t mebibytes, const std::string& owner = {});
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool mounted() const { return problem_.empty(); }
  [[nodiscard]] const std::string& problem() const { return problem_; }  // why there is none: not root, a container
  void fill();
  void empty();

 private:
  std::filesystem::path folder_;
  std::string problem_;
};

}  // namespace iz::test
