#!/bin/bash
# prepare.sh
# Makes the test bed once for a machine and prints its bin folder on standard output.
#   folder: $EDGEKMS_K8S_BIN, where that is set and complete; else the bin folder in
#           ${XDG_CACHE_HOME:-$HOME/.cache}/edgekms/testbed
#   WITH_120=1: with kube-apiserver-1.20.2, which is optional otherwise (8 more minutes)
# Two callers at once: the second waits for the first. What is there already is not made again.
# Ends with a failure, the reason and the end of the log where it can't be made.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
# shellcheck source=programs.sh
. "$here/programs.sh"
say() { echo "testbed: $*" >&2; }
complete() {
  local p
  for p in $testbed_programs; do [ -x "$1/$p" ] || return 1; done
}

if [ -n "${EDGEKMS_K8S_BIN:-}" ]; then
  complete "$EDGEKMS_K8S_BIN" || { say "EDGEKMS_K8S_BIN=$EDGEKMS_K8S_BIN lacks one of: $testbed_programs"; exit 1; }
  realpath "$EDGEKMS_K8S_BIN"
  exit 0
fi

prefix=${XDG_CACHE_HOME:-$HOME/.cache}/edgekms/testbed
mkdir -p "$prefix"
prefix=$(realpath "$prefix")
exec 9>"$prefix/.lock"
flock --nonblock 9 || { say "another process makes the test bed: waiting for it"; flock 9; }

current() {
  local p
  for p in $testbed_programs; do testbed_current "$prefix" "$here/k8s-src" "$p" || return 1; done
}
if current; then
  echo "$prefix/bin"
  exit 0
fi

log=$prefix/prepare.log
fail() {
  say "FAILED: $1"
  say "the last lines of $log:"
  tail -n 20 "$log" | sed 's/^/testbed:   /' >&2
  say "the packages come from a moving suite: try again later, or set EDGEKMS_K8S_BIN to a folder with $testbed_programs"
  exit 1
}
: >"$log"
for p in apt-get dpkg-deb; do
  command -v "$p" >>"$log" || fail "$p is missing: the test bed is made of Debian's packages"
done
# shellcheck disable=SC2016
if ! apt-get indextargets --format '$(RELEASE)' 'Created-By: Packages' 2>>"$log" | grep -q .; then
  say "apt has no package lists"
  [ "$(id -u)" = 0 ] || fail "apt has no package lists and only root can fetch them: run apt-get update"
  apt-get -qq update >>"$log" 2>&1 || fail "apt-get update"
fi

say "making the test bed in $prefix (minutes, once for a machine); log: $log"
start=$SECONDS
# The lock is not for the children: a process that outlives the script must not keep it.
"$here/get-k8s.sh" "$prefix" >>"$log" 2>&1 9>&- || fail "get-k8s.sh ended with $?"
current || fail "get-k8s.sh left no complete $prefix/bin"
say "made in $((SECONDS - start)) s"
echo "$prefix/bin"
