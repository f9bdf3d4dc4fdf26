// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/daemon/faults/small_disk.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <pwd.h>
#include <sys/mount.h>
#include <unistd.h>
#include <vector>

namespace iz::test {

SmallDisk::SmallDisk(const std::filesystem::path& folder, std::size_t mebibytes, const std::string& owner)
    : folder_(folder) {
  std::filesystem::create_directories(folder);
  const std::string options = "mode=0700,size=" + std::to_string(mebibytes) + "m";
  if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, options.c_str()) != 0) {
    problem_ = "cannot mount a small file system: " + std::string(std::strerror(errno));
    return;
  }
  if (owner.empty()) return;
  const passwd* entry = ::getpwnam(owner.c_str());
  if (entry == nullptr || ::chown(folder.c_str(), entry->pw_uid, entry->pw_gid) != 0) {
    problem_ = "cannot give " + folder.string() + " to " + owner;
    ::umount2(folder.c_str(), MNT_DETACH);
  }
}

SmallDisk::~SmallDisk() {
  if (mounted()) ::umount2(folder_.c_str(), MNT_DETACH);
}

void SmallDisk::fill() {
  const int fd = ::open((folder_ / "ballast").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const std::vector<char> block(64 << 10);
  for (std::size_t size = block.size(); size > 0;) {
    const ssize_t written = ::write(fd, block.data(), size);
    if (written < 0 && errno != EINTR) size /= 2;
  }
  ::close(fd);
}

void SmallDisk::empty() {
  std::filesystem::remove(folder_ / "ballast");
}

}  // namespace iz::test
