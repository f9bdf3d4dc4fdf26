// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>

#include "host/sandbox/sandbox.hpp"
#include "wire/descriptor.hpp"

namespace iz::host {
namespace {

// Debian 12's headers describe Landlock's second version; the running kernel may know more.
struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;  // since version 4
  std::uint64_t scoped = 0;              // since version 6
};

constexpr std::uint64_t kAllOfVersion1 = (1ULL << 13) - 1;  // execute … make_sym
constexpr std::uint64_t kRefer = 1ULL << 13;                // version 2
constexpr std::uint64_t kTruncate = 1ULL << 14;             // version 3
constexpr std::uint64_t kIoctlDevice = 1ULL << 15;          // version 5
constexpr std::uint64_t kBindTcp = 1ULL << 0;               // version 4
constexpr std::uint64_t kScopeAbstractUnix = 1ULL << 0;     // version 6
constexpr std::uint64_t kScopeSignal = 1ULL << 1;           // version 6

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kWrite =
    kRead | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR;

// What libraries read by themselves: loading, character sets, time zones, TLS roots, name resolution. Links in these
// lists are resolved when the rule is made, so /etc/resolv.conf means its target.
constexpr const char* kSystemPaths[] = {
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/usr/share/zoneinfo",
    "/etc/localtime",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls",
    "/etc/ca-certificates",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/protocols",
    "/dev/null",
    "/dev/urandom",
    "/dev/random",
    "/sys/devices/system/cpu",
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    "/proc",  // the sanitizers look at their own memory map
#endif
};

int landlock_version() {
  const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return version < 0 ? 0 : static_cast<int>(version);
}

RulesetAttributes everything(int version) {
  RulesetAttributes attributes;
  attributes.handled_access_fs = kAllOfVersion1;
  if (version >= 2) attributes.handled_access_fs |= kRefer;
  if (version >= 3) attributes.handled_access_fs |= kTruncate;
  if (version >= 4) attributes.handled_access_net = kBindTcp;
  if (version >= 5) attributes.handled_access_fs |= kIoctlDevice;
  if (version >= 6) attributes.scoped = kScopeAbstractUnix | kScopeSignal;
  return attributes;
}

void fail(const std::string& what) {
  throw std::system_error(errno, std::system_category(), what);
}

void allow(int ruleset, int path_fd, std::uint64_t access, std::uint64_t handled) {
  struct stat stat {};
  if (::fstat(path_fd, &stat) != 0) fail("fstat");
  if (!S_ISDIR(stat.st_mode)) access &= kReadFile | LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access & handled;
  rule.parent_fd = path_fd;
  if (::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) fail("landlock_add_rule");
}

// A path that does not exist here needs no rule.
void allow(int ruleset, const std::filesystem::path& path, std::uint64_t access, std::uint64_t handled) {
  const wire::Descriptor fd(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (fd) allow(ruleset, fd.get(), access, handled);
}

}  // namespace

std::vector<std::filesystem::path> system_paths() {
  return {std::begin(kSystemPaths), std::end(kSystemPaths)};
}

std::vector<std::string> restrict_files(const SandboxPaths& paths) {
  const int version = landlock_version();
  if (version == 0) {
    return {
        "this kernel has no Landlock: the connector could read and write what the daemon's user can; enable Landlock "
        "(Linux 5.13, boot option lsm=landlock,…)"};
  }
  RulesetAttributes attributes = everything(version);
  const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const wire::Descriptor ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0)));
  if (!ruleset) fail("landlock_create_ruleset");
  const std::uint64_t handled = attributes.handled_access_fs;
  for (const char* path : kSystemPaths) allow(ruleset.get(), path, kRead, handled);
  for (const auto& path : paths.read) allow(ruleset.get(), path, kRead, handled);
  for (const int fd : paths.read_fds) allow(ruleset.get(), fd, kRead, handled);
  for (const auto& path : paths.write) allow(ruleset.get(), path, kWrite | kTruncate, handled);
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) fail("landlock_restrict_self");
  std::vector<std::string> notes;
  if (version < 3)
    notes.push_back(fmt::format("this kernel's Landlock (version {}) does not guard truncate()", version));
  return notes;
}

}  // namespace iz::host
