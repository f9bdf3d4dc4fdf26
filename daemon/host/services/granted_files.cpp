// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/granted_files.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <memory>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <fmt/format.h>

#include "records/run_sink.hpp"
#include "wire/text.hpp"
#include <infrazen/abi/base.h>

namespace iz::host {
namespace {

using records::RunError;
using wire::Descriptor;

constexpr unsigned kMaxDepth = 64;
constexpr std::size_t kMaxFiles = 1'000'000;

[[noreturn]] void fault(const std::filesystem::path& path, std::string_view what, int error) {
  const bool passing = error == EIO || error == ESTALE || error == ETIMEDOUT || error == EMFILE || error == ENFILE;
  throw RunError(passing ? IZ_ERR_TRANSIENT : IZ_ERR_CONFIG,
                 fmt::format("{}: {} ({}); check that it exists and that the daemon's user may read it",
                             wire::to_text(path.native(), 512), what, std::strerror(error)));
}

// Component by component, for kernels without openat2.
int open_step_by_step(int folder, const std::string& path, int flags) {
  Descriptor at;
  std::size_t start = 0;
  for (;;) {
    const std::size_t slash = path.find('/', start);
    const std::string name = path.substr(start, slash == std::string::npos ? slash : slash - start);
    if (name.empty() || name == "." || name == "..") {
      errno = EXDEV;
      return -1;
    }
    const bool last = slash == std::string::npos;
    const int step = last ? flags : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    Descriptor next(::openat(at ? at.get() : folder, name.c_str(), step));
    if (!next || last) return next.release();
    at = std::move(next);
    start = slash + 1;
  }
}

// Opens what is below `folder`; no link is followed and nothing above is reached.
int open_beneath(int folder, const std::string& path, int flags) {
  flags |= O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;  // a FIFO must not stop us
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  static std::atomic<bool> has_openat2{true};
  if (has_openat2) {
    const long fd = ::syscall(SYS_openat2, folder, path.c_str(), &how, sizeof how);
    if (fd >= 0 || (errno != ENOSYS && errno != EPERM)) return static_cast<int>(fd);
    has_openat2 = false;
  }
  return open_step_by_step(folder, path, flags);
}

struct CloseDir {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

// As list() gives them: no empty part, no ".", no "..".
bool is_plain(std::string_view path) {
  if (path.empty() || path.find('\0') != std::string_view::npos) return false;
  for (;;) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

class Listing {
 public:
  Listing(const GrantedFiles::Root& root, std::vector<std::string>& left_out) : root_(root), left_out_(left_out) {}

  std::vector<ListedFile> run() {
    if (root_.only.empty()) {
      walk(Descriptor(::openat(root_.granted.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)), "", 0);
    } else {
      add(root_.folder.get(), root_.only, root_.only);
      if (files_.empty()) fault(root_.path, "is no longer a regular file", ENOENT);
    }
    std::ranges::sort(files_, {}, &ListedFile::path);
    return std::move(files_);
  }

 private:
  void walk(Descriptor folder, const std::string& prefix, unsigned depth) {
    if (!folder) fault(root_.path / prefix, "this folder cannot be listed", errno);
    if (depth > kMaxDepth) fault(root_.path / prefix, "is nested too deeply", ELOOP);
    const int fd = folder.get();
    const std::unique_ptr<DIR, CloseDir> directory(::fdopendir(fd));
    if (!directory) fault(root_.path / prefix, "this folder cannot be listed", errno);
    (void)folder.release();  // now the directory's
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(directory.get());
      if (entry == nullptr) {
        if (errno != 0) fault(root_.path / prefix, "this folder cannot be listed", errno);
        return;
      }
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      const std::string path = prefix.empty() ? name : prefix + "/" + name;
      if (entry->d_type == DT_DIR || (entry->d_type == DT_UNKNOWN && is_folder(fd, name))) {
        walk(Descriptor(open_beneath(fd, name, O_RDONLY | O_DIRECTORY)), path, depth + 1);
      } else if (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN) {
        add(fd, name, path);
      }
    }
  }

  static bool is_folder(int folder, const std::string& name) {
    struct stat stat {};
    return ::fstatat(folder, name.c_str(), &stat, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(stat.st_mode);
  }

  void add(int folder, const std::string& name, const std::string& path) {
    struct stat stat {};
    if (::fstatat(folder, name.c_str(), &stat, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) return;  // gone since readdir
      fault(root_.path / path, "cannot be examined", errno);
    }
    if (!S_ISREG(stat.st_mode)) return;
    if (!wire::is_text(path)) {
      left_out_.push_back(wire::to_text(path, 1024));
      return;
    }
    if (files_.size() >= kMaxFiles) fault(root_.path, "holds more than a million files", EOVERFLOW);
    files_.push_back({path, static_cast<std::uint64_t>(stat.st_size),
                      std::int64_t{stat.st_mtim.tv_sec} * 1'000'000'000 + stat.st_mtim.tv_nsec, stat.st_ino});
  }

  const GrantedFiles::Root& root_;
  std::vector<std::string>& left_out_;
  std::vector<ListedFile> files_;
};

}  // namespace

GrantedFiles::GrantedFiles(const std::vector<wire::GrantedPath>& grants) {
  for (const auto& grant : grants) {
    Root root;
    root.setting = grant.setting;
    std::error_code error;
    root.path = std::filesystem::canonical(grant.path, error);
    if (error)
      fault(grant.path, fmt::format("setting `{}` names it, but it cannot be opened", grant.setting), error.value());
    root.granted = Descriptor(::open(root.path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat stat {};
    if (!root.granted || ::fstat(root.granted.get(), &stat) != 0) fault(root.path, "cannot be opened", errno);
    if (!S_ISREG(stat.st_mode) && !S_ISDIR(stat.st_mode)) {
      throw RunError(IZ_ERR_CONFIG,
                     fmt::format("{}: setting `{}` needs a file or a folder", root.path.native(), grant.setting));
    }
    const bool single = S_ISREG(stat.st_mode);
    if (single) root.only = root.path.filename();
    const auto folder = single ? root.path.parent_path() : root.path;
    root.folder = Descriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!root.folder) fault(folder, "cannot be opened", errno);
    if (::faccessat(AT_FDCWD, root.path.c_str(), single ? R_OK : R_OK | X_OK, AT_EACCESS) != 0) {
      fault(root.path, fmt::format("setting `{}` names it, but it cannot be read", grant.setting), errno);
    }
    roots_.push_back(std::move(root));
  }
}

const GrantedFiles::Root& GrantedFiles::root(std::string_view setting) const {
  const auto found = std::ranges::find(roots_, setting, &Root::setting);
  if (found == roots_.end()) {
    throw RunError(IZ_ERR_CONFIG,
                   fmt::format("no path is granted under setting `{}`; a setting of type path grants one",
                               wire::to_text(setting, 128)));
  }
  return *found;
}

std::vector<ListedFile> GrantedFiles::list(std::string_view setting, std::vector<std::string>& left_out) const {
  return Listing(root(setting), left_out).run();
}

Descriptor GrantedFiles::open(std::string_view setting, std::string_view path) const {
  const Root& granted = root(setting);
  const std::string name(path);
  const bool proper = is_plain(path) && (granted.only.empty() || name == granted.only);
  if (!proper) {
    throw RunError(IZ_ERR_CONFIG,
                   fmt::format("\"{}\" is not a file below `{}`", wire::to_text(path, 512), granted.setting));
  }
  Descriptor file(open_beneath(granted.folder.get(), name, O_RDONLY));
  if (!file) {
    const int error = errno;
    // A file that was there when listed and is not any more: the next run lists again.
    if (error == ENOENT) {
      throw RunError(IZ_ERR_TRANSIENT, fmt::format("{}/{} has gone since it was listed", granted.path.native(),
                                                   wire::to_text(name, 512)));
    }
    fault(granted.only.empty() ? granted.path / name : granted.path, "cannot be opened", error);
  }
  struct stat stat {};
  if (::fstat(file.get(), &stat) != 0 || !S_ISREG(stat.st_mode))
    fault(granted.path / name, "is not a regular file", EINVAL);
  ::fcntl(file.get(), F_SETFL, O_RDONLY);  // blocking again
  return file;
}

}  // namespace iz::host
