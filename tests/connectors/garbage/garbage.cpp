// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Writes what it likes to every descriptor it can find. "header" puts a well-formed header with an absurd length there,
// "frame" a frame that is none of a connector's (not to the standard streams: what it breaks is the protocol alone),
// "close" closes them all, "shutdown" hangs up; both live on.
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>

#include "../support/connector.hpp"

namespace {

constexpr int kDescriptors = 64;

void write_everywhere(const void* bytes, std::size_t size, int first = 0) {
  for (int fd = first; fd < kDescriptors; ++fd) {
    [[maybe_unused]] const auto ignored = ::write(fd, bytes, size);
  }
}

std::int32_t sync(iz::test::Host& host, const iz_sync_request& /*request*/, iz_error* error) {
  if (host.push_balances(1, error) != IZ_OK) return IZ_ERR_INTERNAL;
  const std::string variant = host.setting("variant");
  if (variant == "close") {
    for (int fd = 0; fd < kDescriptors; ++fd) ::close(fd);
    for (;;) ::pause();
  }
  if (variant == "shutdown") {
    for (int fd = 0; fd < kDescriptors; ++fd) ::shutdown(fd, SHUT_WR);
    for (;;) ::pause();
  }
  if (variant == "header") {
    const std::uint32_t header[2] = {0xFFFFFFF0U, 17};
    write_everywhere(header, sizeof header);
  } else if (variant == "frame") {
    const std::uint32_t header[2] = {0, 1};
    write_everywhere(header, sizeof header, STDERR_FILENO + 1);
  } else {
    unsigned char noise[4096];
    std::uint32_t state = 12345;
    for (auto& byte : noise) {
      state = state * 1664525U + 1013904223U;
      byte = static_cast<unsigned char>(state >> 24);
    }
    for (int i = 0; i < 16; ++i) write_everywhere(noise, sizeof noise);
  }
  return host.mark("after the garbage", error);
}

}  // namespace

IZ_TEST_CONNECTOR("garbage", sync);
