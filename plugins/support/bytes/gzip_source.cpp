// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <array>
#include <new>
#include <utility>
#include <vector>

#include <zlib.h>

#include "support/byte_source.hpp"

namespace iz::support {
namespace {

constexpr std::size_t kInput = 256 * 1024;
constexpr int kGzipWindow = 15 + 16;  // largest window, gzip header and trailer

}  // namespace

struct GzipSource::Inflater {
  z_stream stream{};
  std::vector<char> input = std::vector<char>(kInput);
  bool ended = false;    // nothing follows any more
  bool between = false;  // a member has ended, the next one has not begun
};

GzipSource::GzipSource(ByteSource& compressed, std::string name)
    : compressed_(compressed), name_(std::move(name)), inflater_(std::make_unique<Inflater>()) {
  if (inflateInit2(&inflater_->stream, kGzipWindow) != Z_OK) throw std::bad_alloc();
}

GzipSource::~GzipSource() {
  inflateEnd(&inflater_->stream);
}

bool GzipSource::recognises(std::string_view head) {
  return head.starts_with("\x1f\x8b");
}

bool GzipSource::refill() {
  z_stream& stream = inflater_->stream;
  if (stream.avail_in != 0) return true;
  const std::size_t count = compressed_.read(inflater_->input);
  stream.next_in = reinterpret_cast<Bytef*>(inflater_->input.data());
  stream.avail_in = static_cast<uInt>(count);
  return count != 0;
}

// Skips padding; true when another member begins.
bool GzipSource::next_member() {
  z_stream& stream = inflater_->stream;
  while (refill()) {
    if (*stream.next_in != 0) {
      inflateReset(&stream);
      inflater_->between = false;
      return true;
    }
    ++stream.next_in;
    --stream.avail_in;
  }
  inflater_->ended = true;
  return false;
}

std::size_t GzipSource::read(std::span<char> buffer) {
  if (inflater_->ended || buffer.empty()) return 0;
  z_stream& stream = inflater_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
  stream.avail_out = static_cast<uInt>(buffer.size());
  while (stream.avail_out != 0) {
    if (inflater_->between && !next_member()) break;
    if (!refill()) {
      inflater_->ended = true;
      throw SourceFault(SourceFault::Kind::truncated,
                        name_ + " is cut off: the gzip stream has no end; wait until it is written, or fetch it again");
    }
    const int result = inflate(&stream, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      inflater_->between = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      inflater_->ended = true;
      throw SourceFault(
          SourceFault::Kind::corrupt,
          name_ + " is damaged: " + (stream.msg != nullptr ? stream.msg : "not a gzip stream") + "; fetch it again");
    }
  }
  return buffer.size() - stream.avail_out;
}

}  // namespace iz::support
