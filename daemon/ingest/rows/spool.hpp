// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace iz::ingest {

struct SpoolLimits {
  std::filesystem::path directory;              // where the unlinked file is made; must exist
  std::uint64_t memory = 4U << 20;              // bytes kept in memory before the file takes over
  std::uint64_t file = std::uint64_t{8} << 30;  // most bytes of one spool; beyond: RunError (permanent)
};

// What waits for its mark: bytes appended once and read back at offsets. Small ones stay in memory; larger ones go to a file
// that has no name (O_TMPFILE), so nothing is left when the daemon dies. Not thread-safe.
class Spool {
 public:
  explicit Spool(const SpoolLimits& limits) : limits_(limits) {}
  ~Spool();
  Spool(Spool&& other) noexcept;
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Returns the offset at which the bytes begin. RunError (transient) when the disk is full.
  std::uint64_t append(std::string_view bytes);
  // Reads exactly size bytes at offset into out (replacing what it held).
  void read(std::uint64_t offset, std::size_t size, std::string& out) const;
  // The same, appended to out.
  void read_more(std::uint64_t offset, std::size_t size, std::string& out) const;
  [[nodiscard]] std::uint64_t size() const noexcept { return flushed_ + tail_.size(); }
  void clear();   // forgets everything and gives the disk space back
  void rewind();  // forgets everything; the file is written over

 private:
  void flush();
  void write(std::string_view bytes);

  SpoolLimits limits_;
  std::string tail_;           // what is not in the file yet
  std::uint64_t flushed_ = 0;  // bytes in the file
  int fd_ = -1;
};

}  // namespace iz::ingest
