// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "records/plugin_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "records/manifest.hpp"
#include "records/run_sink.hpp"
#include <infrazen/abi/base.h>

namespace iz::records {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
  throw RunError(IZ_ERR_CONFIG, fmt::format("connector {}: {}", path.native(), what));
}

struct File {
  explicit File(const std::filesystem::path& path) : fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~File() {
    if (fd >= 0) ::close(fd);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd;
};

// Whoever may write to it could run code as this user.
void check_owner(const std::filesystem::path& plugin, const std::filesystem::path& what, const struct stat& stat) {
  if (stat.st_uid != 0 && stat.st_uid != ::geteuid()) {
    refuse(plugin, fmt::format("{} belongs to user {}, but must belong to root or to user {}; run: chown root {}",
                               what.native(), stat.st_uid, ::geteuid(), what.native()));
  }
  if ((stat.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    refuse(plugin, fmt::format("{} can be written by its group or by others (mode {:04o}); run: chmod go-w {}",
                               what.native(), stat.st_mode & 07777, what.native()));
  }
}

ElfNote read_from(int fd) {
  return read_note([fd](std::uint64_t offset, std::span<std::byte> out) {
    while (!out.empty()) {
      if (offset > INT64_MAX) return false;
      const ssize_t got = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      out = out.subspan(static_cast<std::size_t>(got));
      offset += static_cast<std::uint64_t>(got);
    }
    return true;
  });
}

}  // namespace

ElfNote inspect_plugin(const std::filesystem::path& plugin) {
  const File file(plugin);
  if (file.fd < 0) {
    const int error = errno;
    refuse(plugin, fmt::format("cannot be read ({}); {}", std::strerror(error),
                               error == ENOENT ? "install it there or correct the connection's `connector`"
                                               : "make it readable for the daemon's user"));
  }
  struct stat stat {};
  if (::fstat(file.fd, &stat) != 0) refuse(plugin, fmt::format("cannot be examined ({})", std::strerror(errno)));
  if (!S_ISREG(stat.st_mode)) refuse(plugin, "is not a regular file; put the connector's .so there");
  check_owner(plugin, plugin, stat);

  // The folder the file really is in: who can write there can put another file in its place.
  std::error_code error;
  const auto folder = std::filesystem::canonical(plugin, error).parent_path();
  struct stat folder_stat {};
  if (error || ::stat(folder.c_str(), &folder_stat) != 0) refuse(plugin, "its folder cannot be examined");
  check_owner(plugin, folder, folder_stat);

  ElfNote note;
  try {
    note = read_from(file.fd);
  } catch (const NoteError& fault) {
    refuse(plugin, fmt::format("{}; install a connector built with the InfraZen SDK for this machine", fault.what()));
  }
  if (note.abi_major != IZ_ABI_MAJOR) {
    refuse(plugin,
           fmt::format("was built for connector ABI {}.{}, this daemon has ABI {}.{}; install a build for ABI {}",
                       note.abi_major, note.abi_minor, IZ_ABI_MAJOR, IZ_ABI_MINOR, IZ_ABI_MAJOR));
  }
  if (!is_connector_id(note.id)) {
    refuse(plugin,
           fmt::format("its id \"{}\" is not allowed: a lower-case letter, then 1 to 30 lower-case letters or digits",
                       note.id));
  }
  return note;
}

}  // namespace iz::records
