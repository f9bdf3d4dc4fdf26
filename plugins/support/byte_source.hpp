// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

// Where bytes come from: a file, a gzip stream over another source, memory.
namespace iz::support {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Fills as much of the buffer as there is at once, at least one byte; 0 at the end, and again after it.
  virtual std::size_t read(std::span<char> buffer) = 0;
};

// The bytes are not what they should be: a gzip stream that is cut off or damaged. The sentence says where.
class SourceFault : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t { truncated, corrupt };
  SourceFault(Kind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}
  [[nodiscard]] Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

// Reads a descriptor that somebody else owns, from where it stands, and asks the kernel to read ahead. Throws
// infrazen::Error (transient) when reading fails.
class FdSource final : public ByteSource {
 public:
  FdSource(int fd, std::string name);
  std::size_t read(std::span<char> buffer) override;
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }  // read so far

 private:
  int fd_;
  std::string name_;
  std::uint64_t bytes_ = 0;
};

// Views memory that outlives it.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view text, std::size_t most_at_once = SIZE_MAX)
      : rest_(text), most_(most_at_once) {}
  std::size_t read(std::span<char> buffer) override;

 private:
  std::string_view rest_;
  std::size_t most_;
};

// Inflates a gzip stream (RFC 1952) of one or more members. Zeros behind the last member are padding; anything else
// there, a wrong check sum and a missing end are a SourceFault.
class GzipSource final : public ByteSource {
 public:
  GzipSource(ByteSource& compressed, std::string name);
  ~GzipSource() override;
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;
  std::size_t read(std::span<char> buffer) override;

  // Whether bytes that begin like this are gzip.
  [[nodiscard]] static bool recognises(std::string_view head);

 private:
  struct Inflater;
  bool refill();
  bool next_member();

  ByteSource& compressed_;
  std::string name_;
  std::unique_ptr<Inflater> inflater_;
};

// Hands out `head`, which was read from `rest` to look at it, then the rest.
class PrefixedSource final : public ByteSource {
 public:
  PrefixedSource(std::string head, ByteSource& rest) : head_(std::move(head)), rest_(rest) {}
  std::size_t read(std::span<char> buffer) override;

 private:
  std::string head_;
  std::size_t used_ = 0;
  ByteSource& rest_;
};

}  // namespace iz::support
