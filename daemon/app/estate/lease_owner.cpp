// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/estate/lease_owner.hpp"

#include <cstdint>
#include <fcntl.h>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace iz::app {
namespace {

constexpr std::size_t kMostBytes = 512;

// Copies of a state folder, of a container's volume say, shall not bear the same name on two machines.
std::string machine() {
  std::string id;
  std::ifstream("/etc/machine-id") >> id;
  if (!id.empty()) return id;
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0) return {};
  return name;
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

std::optional<store::Uuid> parse(std::string_view text) {
  store::Uuid id;
  std::size_t digits = 0;
  for (const char c : text) {
    if (c == '-') continue;
    const int value = digit(c);
    if (value < 0 || digits == 2 * id.bytes.size()) return std::nullopt;
    auto& byte = id.bytes[digits++ / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | value);
  }
  if (digits != 2 * id.bytes.size()) return std::nullopt;
  return id;
}

// "<uuid> <machine>\n"
std::optional<store::Uuid> remembered(int fd, const std::string& here) {
  char bytes[kMostBytes];
  const ssize_t got = ::pread(fd, bytes, sizeof bytes, 0);
  if (got <= 0) return std::nullopt;
  const std::string_view text(bytes, static_cast<std::size_t>(got));
  const std::size_t space = text.find(' ');
  const std::size_t end = text.find('\n');
  if (space == std::string_view::npos || end == std::string_view::npos || space > end) return std::nullopt;
  if (text.substr(space + 1, end - space - 1) != here) return std::nullopt;
  return parse(text.substr(0, space));
}

bool remember(int fd, const store::Uuid& id, const std::string& here) {
  const std::string line = store::to_string(id) + ' ' + here + '\n';
  return line.size() <= kMostBytes && ::ftruncate(fd, 0) == 0 &&
         ::pwrite(fd, line.data(), line.size(), 0) == static_cast<ssize_t>(line.size());
}

}  // namespace

LeaseOwner::LeaseOwner(const std::filesystem::path& state_dir) : id_(store::random_uuid()) {
  const auto file = state_dir / "lease-owner";
  wire::Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return;
  const std::string here = machine();
  if (const auto id = remembered(lock.get(), here)) {
    id_ = *id;
  } else if (!remember(lock.get(), id_, here)) {
    return;
  }
  lock_ = std::move(lock);
}

}  // namespace iz::app
