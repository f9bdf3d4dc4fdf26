// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "serve/http/peer.hpp"

#include <algorithm>
#include <array>
#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace iz::serve {
namespace {

std::string name_of_user(uid_t uid) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) return found->pw_name;
  return "uid " + std::to_string(uid);
}

std::optional<gid_t> id_of_group(const std::string& name) {
  std::vector<char> buffer(64U << 10);
  group entry{};
  group* found = nullptr;
  if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return found->gr_gid;
  }
  return std::nullopt;
}

// The groups the process had when it connected, which are what its rights are; not what the user database says by now.
std::vector<gid_t> groups_of_peer(int socket) {
  std::vector<gid_t> groups(64);
  auto size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) {
    groups.resize(size / sizeof(gid_t));  // on ERANGE the kernel says how many there are
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) return {};
  }
  groups.resize(size / sizeof(gid_t));
  return groups;
}

}  // namespace

std::optional<Caller> caller_of(int socket, const std::string& admin_group) {
  ucred credentials{};
  socklen_t size = sizeof(credentials);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  Caller caller;
  caller.uid = credentials.uid;
  caller.gid = credentials.gid;
  caller.pid = credentials.pid;
  caller.user = name_of_user(caller.uid);
  caller.may_write = caller.uid == 0 || caller.uid == ::geteuid();
  if (caller.may_write || admin_group.empty()) return caller;
  if (const auto admins = id_of_group(admin_group)) {
    const auto groups = groups_of_peer(socket);
    caller.may_write = caller.gid == *admins || std::find(groups.begin(), groups.end(), *admins) != groups.end();
  }
  return caller;
}

}  // namespace iz::serve
