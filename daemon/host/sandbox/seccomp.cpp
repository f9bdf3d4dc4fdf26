// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <initializer_list>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/sockios.h>
#include <memory>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

#include <seccomp.h>

#include "host/sandbox/sandbox.hpp"

// The filter denies by name what a connector has no business with; a call it does not know goes through, because
// connectors are written in any language and run on kernels to come. Landlock is what guards files.
namespace iz::host {
namespace {

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

void must(int result, const char* what) {
  if (result < 0) throw std::system_error(-result, std::system_category(), what);
}

// By name, so that the list may hold what this libseccomp or this machine does not have.
void deny(void* filter, const char* name, int error = EPERM) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number == __NR_SCMP_ERROR || number < 0) return;
  must(seccomp_rule_add_exact(filter, SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)), number, 0), name);
}

void deny_if(void* filter, int number, std::initializer_list<scmp_arg_cmp> conditions, int error = EPERM) {
  must(seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)), number,
                              static_cast<unsigned>(conditions.size()), conditions.begin()),
       "seccomp_rule_add_array");
}

// Told apart from the rest because a CallWatch can take them over, which refuses them as well.
constexpr const char* kNewProcesses[] = {"execve", "execveat", "fork", "vfork"};

constexpr const char* kDenied[] = {
    // other processes
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "kcmp", "pidfd_open",
    "pidfd_getfd", "pidfd_send_signal", "setsid", "setpgid", "tkill", "migrate_pages", "move_pages", "perf_event_open",
    // privileges and namespaces
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid", "setgroups", "capset",
    "unshare", "setns", "chroot", "pivot_root", "keyctl", "add_key", "request_key", "personality",
    // the kernel and the machine
    "bpf", "io_uring_setup", "io_uring_enter", "io_uring_register", "userfaultfd", "init_module", "finit_module",
    "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon", "swapoff", "acct", "syslog", "ioperm", "iopl",
    "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "vhangup",
    "lookup_dcookie", "quotactl", "quotactl_fd", "nfsservctl", "uselib", "ustat", "sysfs", "_sysctl", "modify_ldt",
    // file systems; and what changes files without opening them, which Landlock does not see
    "mount", "umount", "umount2", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
    "name_to_handle_at", "open_by_handle_at", "fanotify_init", "fanotify_mark", "chmod", "fchmod", "fchmodat",
    "fchmodat2", "chown", "fchown", "lchown", "fchownat", "setxattr", "lsetxattr", "fsetxattr", "removexattr",
    "lremovexattr", "fremovexattr", "utime", "utimes", "futimesat", "utimensat", "mknod", "mknodat",
    // what would outlive the process
    "shmget", "shmat", "shmctl", "shmdt", "semget", "semop", "semtimedop", "semctl", "msgget", "msgsnd", "msgrcv",
    "msgctl", "mq_open", "mq_unlink",
    // a connector asks, it does not serve
    "listen", "accept", "accept4"};

void deny_new_processes(void* filter, bool calls_watched) {
  // Threads are fine, processes are not. clone3's flags lie in memory a filter cannot read; ENOSYS makes libc use
  // clone.
  deny(filter, "clone3", ENOSYS);
  if (calls_watched) return;
  for (const char* name : kNewProcesses) deny(filter, name);
  deny_if(filter, SCMP_SYS(clone), {SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0)});
}

void deny_reaching_others(void* filter) {
  const auto self = static_cast<scmp_datum_t>(::getpid());
  for (const int call : {SCMP_SYS(kill), SCMP_SYS(tgkill), SCMP_SYS(rt_sigqueueinfo), SCMP_SYS(rt_tgsigqueueinfo)}) {
    deny_if(filter, call, {SCMP_A0(SCMP_CMP_NE, self)});
  }
  for (const int call : {SCMP_SYS(prlimit64), SCMP_SYS(sched_setscheduler), SCMP_SYS(sched_setparam),
                         SCMP_SYS(sched_setattr), SCMP_SYS(sched_setaffinity)}) {
    deny_if(filter, call, {SCMP_A0(SCMP_CMP_NE, 0)});
  }
  deny_if(filter, SCMP_SYS(setpriority), {SCMP_A1(SCMP_CMP_NE, 0)});
  deny_if(filter, SCMP_SYS(ioprio_set), {SCMP_A1(SCMP_CMP_NE, 0)});
  // Signals can also be sent by owning a descriptor.
  for (const int command : {F_SETOWN, F_SETOWN_EX, F_SETSIG}) {
    deny_if(filter, SCMP_SYS(fcntl), {SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(command))});
  }
  for (const unsigned long request : {FIOSETOWN, SIOCSPGRP}) {
    deny_if(filter, SCMP_SYS(ioctl), {SCMP_A1(SCMP_CMP_MASKED_EQ, 0xFFFFFFFFU, request)});
  }
  // What infrazend has set stays set.
  for (const int option : {PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_PTRACER}) {
    deny_if(filter, SCMP_SYS(prctl), {SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(option))});
  }
}

// IPv4, IPv6 and the kernel's list of addresses, which name resolution asks for. Not UNIX sockets: behind those are the
// daemon's own control socket, PostgreSQL and systemd, which all trust the user id.
void deny_other_sockets(void* filter) {
  constexpr scmp_datum_t kAllowed[] = {AF_INET, AF_INET6, AF_NETLINK};
  scmp_datum_t next = 0;
  for (const auto family : kAllowed) {
    for (; next < family; ++next) deny_if(filter, SCMP_SYS(socket), {SCMP_A0(SCMP_CMP_EQ, next)}, EAFNOSUPPORT);
    next = family + 1;
  }
  deny_if(filter, SCMP_SYS(socket), {SCMP_A0(SCMP_CMP_GE, next)}, EAFNOSUPPORT);
  deny_if(filter, SCMP_SYS(socket), {SCMP_A0(SCMP_CMP_EQ, AF_NETLINK), SCMP_A2(SCMP_CMP_NE, NETLINK_ROUTE)},
          EAFNOSUPPORT);
  // A connected pair is harmless, but a datagram socket of a pair can be connected anew.
  deny_if(filter, SCMP_SYS(socketpair), {SCMP_A1(SCMP_CMP_MASKED_EQ, 0xF, SOCK_DGRAM)}, EAFNOSUPPORT);
}

}  // namespace

void restrict_system_calls(bool calls_watched) {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) throw std::system_error(ENOMEM, std::system_category(), "seccomp_init");
  must(seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS), "SCMP_FLTATR_ACT_BADARCH");
  must(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2), "SCMP_FLTATR_CTL_OPTIMIZE");
  for (const char* name : kDenied) deny(filter.get(), name);
  deny_new_processes(filter.get(), calls_watched);
  deny_reaching_others(filter.get());
  deny_other_sockets(filter.get());
  must(seccomp_load(filter.get()), "seccomp_load");
}

}  // namespace iz::host
