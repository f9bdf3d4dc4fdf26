# Shared by the scripts in this folder's parent. Source it; it sets `root` and changes nothing else.
# shellcheck shell=bash

# shellcheck disable=SC2034
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { printf '\n== %s\n' "$*" >&2; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    die "needs root for: $*"
  fi
}

packages() { sed -e 's/[#,].*//' -e 's/[[:space:]]*$//' -e '/^$/d' "$root/scripts/lib/packages.txt"; }

missing_packages() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Abbrev} ${Package}\n' 2>/dev/null | sed -n 's/^ii  *//p' | sort -u)
  packages | sort -u | comm -23 - <(printf '%s\n' "$installed")
}

# Installs what is missing; nothing, and no network, when all is there.
install_packages() {
  local missing
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  say "installing: ${missing//$'\n'/ }"
  local wait=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  as_root apt-get "${wait[@]}" update -q
  # Debian's postgresql would create and start a system cluster; the tests and the demo make private ones.
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    as_root mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get "${wait[@]}" install -q -y --no-install-recommends \
    -o Dpkg::Options::=--force-confold $missing
}

job_count() { echo "${IZ_JOBS:-$(nproc)}"; }

# build <preset> [cmake arguments]: configures if it has to and builds everything into build/<preset>.
build() {
  local preset=$1
  shift
  say "building $preset"
  (cd "$root" && cmake --preset "$preset" "$@" >/dev/null && cmake --build "build/$preset" -j "$(job_count)")
}
