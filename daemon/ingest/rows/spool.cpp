// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/rows/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <infrazen/abi/base.h>

#include "records/fault_point.hpp"
#include "records/run_sink.hpp"

namespace iz::ingest {

namespace {

// Written in pieces of this size once the file has taken over.
constexpr std::size_t kPiece = 256 * 1024;

// A disk that is full may have room later; a folder that cannot be used stays so until somebody mends it.
[[noreturn]] void fail(const std::string& doing, const std::filesystem::path& directory) {
  const int error = errno;
  const bool unusable =
      error == ENOENT || error == ENOTDIR || error == EACCES || error == EPERM || error == EROFS || error == ELOOP;
  const char* advice = "";
  if (unusable) advice = "; make it a folder that infrazend may write to, or set paths.spool_dir, and restart infrazend";
  if (error == ENOSPC || error == EDQUOT) advice = "; free space there or set paths.spool_dir";
  throw records::RunError(unusable ? IZ_ERR_CONFIG : IZ_ERR_TRANSIENT, "cannot " + doing + " a spool file in " +
                                                                           directory.string() + ": " +
                                                                           std::strerror(error) + advice);
}

int open_unnamed(const std::filesystem::path& directory) {
  const int fd = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) return fd;
  // Not every file system has O_TMPFILE.
  std::string name = (directory / "spool-XXXXXX").string();
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named < 0) fail("make", directory);
  ::unlink(name.c_str());
  return named;
}

}  // namespace

Spool::~Spool() {
  if (fd_ >= 0) ::close(fd_);
}

Spool::Spool(Spool&& other) noexcept
    : limits_(std::move(other.limits_)),
      tail_(std::move(other.tail_)),
      flushed_(std::exchange(other.flushed_, 0)),
      fd_(std::exchange(other.fd_, -1)) {}

std::uint64_t Spool::append(std::string_view bytes) {
  const auto offset = size();
  if (offset + bytes.size() > limits_.file) {
    throw records::RunError(IZ_ERR_PERMANENT, "more than " + std::to_string(limits_.file) +
                                                  " bytes wait for one mark: the connector has to mark more often, or the limit "
                                                  "has to be raised");
  }
  if (fd_ >= 0 && bytes.size() >= kPiece) {
    flush();
    write(bytes);  // large enough as it is: not by way of the tail
    return offset;
  }
  tail_.append(bytes);
  if (tail_.size() >= (fd_ >= 0 ? kPiece : limits_.memory)) flush();
  return offset;
}

void Spool::flush() {
  if (fd_ < 0) fd_ = open_unnamed(limits_.directory);
  write(tail_);
  tail_.clear();
  if (tail_.capacity() > 2 * kPiece) tail_.shrink_to_fit();
}

void Spool::write(std::string_view rest) {
  records::fault_point("spool.before_write");
  auto at = flushed_;
  while (!rest.empty()) {
    const auto written = ::pwrite(fd_, rest.data(), rest.size(), static_cast<off_t>(at));
    if (written < 0) {
      if (errno == EINTR) continue;
      fail("write", limits_.directory);
    }
    at += static_cast<std::uint64_t>(written);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  flushed_ = at;
  records::fault_point("spool.after_write");
}

void Spool::read(std::uint64_t offset, std::size_t size, std::string& out) const {
  out.clear();
  read_more(offset, size, out);
}

void Spool::read_more(std::uint64_t offset, std::size_t size, std::string& out) const {
  const auto begin = out.size();
  out.resize(begin + size);
  char* to = out.data() + begin;
  while (size > 0 && offset < flushed_) {
    const auto wanted = std::min<std::uint64_t>(size, flushed_ - offset);
    const auto got = ::pread(fd_, to, wanted, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail("read", limits_.directory);
    to += got;
    offset += static_cast<std::uint64_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  if (size > 0) std::memcpy(to, tail_.data() + (offset - flushed_), size);
}

void Spool::rewind() {
  tail_.clear();
  flushed_ = 0;
}

void Spool::clear() {
  rewind();
  tail_.shrink_to_fit();
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

}  // namespace iz::ingest
