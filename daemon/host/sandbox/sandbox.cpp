// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/sandbox/sandbox.hpp"

#include <cerrno>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <system_error>
#include <unistd.h>

namespace iz::host {
namespace {

void must(bool done, const char* what) {
  if (!done) throw std::system_error(errno, std::system_category(), what);
}

// When infrazend runs as root (a container, a demo) the connector must not have root's powers. Reading stays possible,
// because what the operator granted may belong to anybody; Landlock says what may be read.
void drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct now[2] = {};
  must(::syscall(SYS_capget, &header, now) == 0, "capget");
  // Nothing held, nothing to give up; and the daemon's service is not allowed to call capset.
  const auto none = [](const __user_cap_data_struct& set) {
    return (set.effective | set.permitted | set.inheritable) == 0;
  };
  const bool had_any = !none(now[0]) || !none(now[1]);
  const bool may_read_all = (now[0].permitted & (1U << CAP_DAC_READ_SEARCH)) != 0;
  (void)::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  for (unsigned long capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if (::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EPERM) break;  // never had any
  }
  if (!had_any) return;
  __user_cap_data_struct kept[2] = {};
  if (may_read_all) kept[0].effective = kept[0].permitted = 1U << CAP_DAC_READ_SEARCH;
  must(::syscall(SYS_capset, &header, kept) == 0, "capset");
}

}  // namespace

std::vector<std::string> enter_sandbox(const SandboxPaths& paths) {
  drop_capabilities();
  must(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
  // Another connector's process of the same user cannot look into this one's memory.
  must(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "PR_SET_DUMPABLE");
  std::vector<std::string> notes = restrict_files(paths);
  restrict_system_calls(paths.calls_watched);
  return notes;
}

}  // namespace iz::host
