// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/observe/census.hpp"

#include <chrono>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>

namespace iz::host {
namespace {

// struct linux_dirent64, which libc does not declare for the bare system call.
constexpr std::size_t kLengthAt = 16;
constexpr std::size_t kNameAt = 19;

std::size_t entries(const char* buffer, std::size_t size) {
  std::size_t count = 0;
  for (std::size_t at = 0; at + kNameAt < size;) {
    std::uint16_t length = 0;
    std::memcpy(&length, buffer + at + kLengthAt, sizeof length);
    if (length == 0) break;
    if (buffer[at + kNameAt] != '.') ++count;
    at += length;
  }
  return count;
}

}  // namespace

Census::Census(bool wanted) : tasks_(wanted ? ::open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1) {}

std::size_t Census::threads() const {
  if (!tasks_ || ::lseek(tasks_.get(), 0, SEEK_SET) != 0) return 0;
  char buffer[8192];
  std::size_t count = 0;
  for (;;) {
    const long got = ::syscall(SYS_getdents64, tasks_.get(), buffer, sizeof buffer);
    if (got <= 0) return count;
    count += entries(buffer, static_cast<std::size_t>(got));
  }
}

Census::Count Census::take() const {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  Count count;
  for (int fd = 0; fd < static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 4096)); ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) ++count.descriptors;
  }
  count.threads = threads();
  return count;
}

Census::Count Census::take_settled(std::size_t threads_expected) const {
  using namespace std::chrono_literals;
  Count count = take();
  for (int i = 0; i < 20 && count.threads > threads_expected; ++i) {
    std::this_thread::sleep_for(10ms);
    count = take();
  }
  return count;
}

std::string more_than(const Census::Count& before, const Census::Count& after) {
  std::string text;
  const auto add = [&text](std::size_t was, std::size_t is, const char* what) {
    if (is > was) text += fmt::format("{}{} {}", text.empty() ? "" : " and ", is - was, what);
  };
  add(before.descriptors, after.descriptors, "descriptors");
  add(before.threads, after.threads, "threads");
  return text;
}

}  // namespace iz::host
