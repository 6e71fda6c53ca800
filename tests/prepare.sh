#!/bin/bash
# prepare.sh [--ci]: all that the tests need on this machine: Debian packages, and the test bed (real API servers).
# As root with apt-get it installs and makes what is missing, and says before it starts what that is and how long it takes. Without
# these rights it installs nothing and says which tests will be skipped. Where nothing is missing it says nothing.
#   --ci   also what the packages' own tests and the checks of .ci/run need
# Exit code 0: everything is there. 1: a package is missing, 3: the test bed alone is; the tests that need it are skipped.
set -uo pipefail
here=$(dirname "$(realpath "$0")")
usage() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }
ci=
case ${1:-} in
  '') ;;
  --ci) ci=1 ;;
  -h | --help) usage; exit 0 ;;
  *)
    echo "prepare: error: unknown argument $1" >&2
    echo "prepare: hint: run tests/prepare.sh --help" >&2
    exit 2 ;;
esac
say() { echo "prepare: $*"; }

# PACKAGE FILE WHAT: a file by which the package is known, also where dpkg is not, and what is skipped without it.
table='
gcc|/usr/bin/gcc|everything that runs the published programs: Native AOT links with it
curl|/usr/bin/curl|what another user may ask the sockets
util-linux|/usr/bin/setpriv|what another user may do
procps|/usr/bin/pgrep|migrations that are interrupted
python3|/usr/bin/python3|a socket of another program
python3-cryptography|/usr/lib/python3/dist-packages/cryptography|the second reader of the key ring, in Python
faketime|/usr/bin/faketime|months and years on a real daemon
prometheus|/usr/bin/prometheus|alert rules and the Grafana dashboard
systemd|/usr/bin/systemd-socket-activate|socket activation
mandoc|/usr/bin/mandoc|the man pages
zsh|/usr/bin/zsh|completion in zsh
fish|/usr/bin/fish|completion in fish
chromium|/usr/bin/chromium|the report page in a browser
fonts-dejavu-core|/usr/share/fonts/truetype/dejavu|the report page in a browser
'
[ -z "$ci" ] || table+='
openssl|/usr/bin/openssl|quickstart.sh
shellcheck|/usr/bin/shellcheck|the check of the scripts
dpkg-dev|/usr/bin/dpkg-buildpackage|the packages
lintian|/usr/bin/lintian|the packages
debootstrap|/usr/sbin/debootstrap|the packages, installed
man-db|/usr/bin/man|the packages, installed
groff-base|/usr/bin/groff|the packages, installed
systemd-container|/usr/bin/systemd-nspawn|the packages, installed
gcc-aarch64-linux-gnu|/usr/bin/aarch64-linux-gnu-gcc|the packages for arm64
libc6-dev-arm64-cross|/usr/aarch64-linux-gnu/include|the packages for arm64
qemu-user-static|/usr/bin/qemu-aarch64-static|the packages for arm64
buildah|/usr/bin/buildah|the container image
'
missing() { # lines of the table whose file is not there
  local package file what
  while IFS='|' read -r package file what; do
    [ -z "$package" ] || [ -e "$file" ] || echo "$package|$what"
  done <<<"$table"
}
testbed() { # DIRECTORY-OPTION...: is it made, and from today's sources?
  ( # shellcheck source=testbed/programs.sh
    . "$here/testbed/programs.sh"
    prefix=${XDG_CACHE_HOME:-$HOME/.cache}/edgekms/testbed
    for program in $testbed_programs; do
      if [ -n "${EDGEKMS_K8S_BIN:-}" ]; then [ -x "$EDGEKMS_K8S_BIN/$program" ] || exit 1
      else testbed_current "$prefix" "$here/testbed/k8s-src" "$program" || exit 1; fi
    done
  )
}

# kube-apiserver 1.20 among them. Somebody's own folder need not have it.
[ -n "${EDGEKMS_K8S_BIN:-}" ] || export WITH_120=1
absent=$(missing)
bed=; testbed || bed=missing
[ -n "$absent$bed" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  if [ "$(id -u)" -ne 0 ]; then why="this is not root"; else why="there is no apt-get"; fi
  say "$why, so nothing is installed. Skipped will be, each test with its reason:"
  [ -z "$absent" ] || while IFS='|' read -r package what; do echo "  without $package: $what"; done <<<"$absent"
  if [ -n "$bed" ]; then
    echo "  without the test bed: everything on a real API server or etcd"
    ! command -v apt-get >/dev/null || echo "    (tests/testbed/prepare.sh makes it without root where apt has package lists: 15 minutes, 3 GB)"
  fi
  [ -n "$absent" ] && exit 1
  exit 3
fi

say "this machine lacks what the tests need; it is installed now, once for a machine:"
[ -z "$absent" ] || say "  packages, up to 5 minutes and 900 MB: $(cut -d'|' -f1 <<<"$absent" | tr '\n' ' ')"
[ -z "$bed" ] || say "  the test bed, up to 15 minutes and 3 GB on the way (tests/testbed/README.md)"
say "  ./test.sh --no-prepare goes on without, and ./test.sh unit needs none of it"

status=0
if [ -n "$absent" ]; then
  export DEBIAN_FRONTEND=noninteractive
  start=$SECONDS
  # A package such as prometheus starts itself, which a container without systemd refuses, and the tests start their own: dpkg is
  # told that no service is to be started (man 8 invoke-rc.d), unless the machine has a rule of its own.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    trap 'rm -f $policy' EXIT
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy
  fi
  had=; [ ! -e /usr/bin/prometheus ] || had=1
  log=$(mktemp)
  mapfile -t packages < <(cut -d'|' -f1 <<<"$absent")
  if apt-get -o DPkg::Lock::Timeout=1200 -qq update >"$log" 2>&1 &&
    apt-get -o DPkg::Lock::Timeout=1200 -qq install -y --no-install-recommends "${packages[@]}" >>"$log" 2>&1; then
    # Nor at the next start of the machine.
    [ -n "$had" ] || ! command -v systemctl >/dev/null || systemctl --quiet disable prometheus.service >/dev/null 2>&1 || true
    say "packages installed in $((SECONDS - start)) s"
  else
    say "the packages could not be installed; the tests that need them are skipped. The end of what apt-get said:"
    tail -n 20 "$log" | sed 's/^/  /'
    status=1
  fi
  rm -f "$log"
fi
if [ -n "$bed" ] && ! "$here/testbed/prepare.sh" >/dev/null; then
  say "the test bed could not be made, for the reason above; the tests that need it are skipped"
  [ $status -ne 0 ] || status=3
fi
exit $status
