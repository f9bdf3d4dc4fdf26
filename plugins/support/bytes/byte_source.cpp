// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <infrazen/error.hpp>

namespace iz::support {

FdSource::FdSource(int fd, std::string name) : fd_(fd), name_(std::move(name)) {
  // Advice only: where the sandbox or the file system refuses it, reading is merely slower.
  (void)::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);
  (void)::posix_fadvise(fd_, 0, 8 << 20, POSIX_FADV_WILLNEED);
}

std::size_t FdSource::read(std::span<char> buffer) {
  for (;;) {
    const ssize_t count = ::read(fd_, buffer.data(), buffer.size());
    if (count >= 0) {
      bytes_ += static_cast<std::uint64_t>(count);
      return static_cast<std::size_t>(count);
    }
    if (errno != EINTR) {
      throw infrazen::Error(infrazen::ErrorClass::transient,
                            "cannot read " + name_ + ": " + std::system_category().message(errno));
    }
  }
}

std::size_t MemorySource::read(std::span<char> buffer) {
  const std::size_t count = std::min({buffer.size(), rest_.size(), most_});
  if (count != 0) std::memcpy(buffer.data(), rest_.data(), count);
  rest_.remove_prefix(count);
  return count;
}

std::size_t PrefixedSource::read(std::span<char> buffer) {
  if (used_ == head_.size()) return rest_.read(buffer);
  const std::size_t count = std::min(buffer.size(), head_.size() - used_);
  std::memcpy(buffer.data(), head_.data() + used_, count);
  used_ += count;
  return count;
}

}  // namespace iz::support
