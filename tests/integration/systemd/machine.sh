#!/bin/bash
# Boots a real systemd in a copy-on-write view of this machine's own files, and stays until SIGTERM.
#
#   unshare --pid --mount --fork --kill-child --mount-proc machine.sh BOOT DIR
#
# BOOT is the script that boots a root folder (`up ROOTFS`, `run CMD`, `down`; state in $IZ_STATE); DIR is an empty folder. Prints
# "up" on a line of its own; exit status 77: this machine does not allow it. This process is the first of its pid namespace and
# owns its mount namespace: however it ends, even by SIGKILL, the kernel ends everything in it and takes every mount along.
set -euo pipefail
boot=$1
dir=$2
export IZ_STATE=$dir/state

refused() {
  echo "$*" >&2
  exit 77
}

# The upper layer lies in memory: an overlay cannot lie on another overlay, and a container's root is one.
mount -t tmpfs -o mode=755,size=1g infrazen-test "$dir" || refused "no tmpfs may be mounted"
mkdir "$dir"/{upper,work,root,state,cgroup}
mount -t overlay infrazen-test -o "lowerdir=/,upperdir=$dir/upper,workdir=$dir/work" "$dir/root" ||
  refused "no overlay of / may be mounted"
mount -t cgroup2 infrazen-test "$dir/cgroup" || refused "cgroup v2 may not be mounted"
# What happens in this system's cgroup is ours alone, whoever else boots one at the same time.
group=$dir/cgroup/infrazen-test-$(basename "$dir")
mkdir "$group" || refused "no cgroup may be made"

# A fresh machine: none of the services enabled here, no database, and nothing of an InfraZen installed here.
cd "$dir/root"
rm -rf etc/systemd/system/*.wants etc/systemd/system/infrazen* etc/infrazen etc/postgresql/* var/lib/infrazen var/log/journal
rm -f etc/fstab etc/machine-id
mkdir -p etc/systemd/system

take_down() {
  trap '' TERM INT
  bash "$boot" down || true
  cd /
  echo 0 >"$dir/cgroup/cgroup.procs" || true
  find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
  exit "${1:-0}"
}
trap take_down TERM INT

# The boot script takes the root of the cgroups that it sees, which is this group for those in a cgroup namespace of it.
if ! (echo "$BASHPID" >"$group/cgroup.procs" && exec unshare --cgroup bash "$boot" up "$dir/root") >"$dir/up.log" 2>&1; then
  cat "$dir/up.log" >&2
  take_down 1
fi
# As systemd has it on a machine that it does not take for a container: mounts it makes for one service (credentials) are
# made in a namespace of their own and reach the others by propagation.
bash "$boot" run mount --make-rshared /
echo up
sleep infinity &
wait
