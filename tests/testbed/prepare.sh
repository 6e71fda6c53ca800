#!/bin/bash
# prepare.sh
# Makes the test bed once for a machine and prints its bin folder on standard output.
#   folder: $EDGEKMS_K8S_BIN, where that is set and complete; else the bin folder in
#           ${XDG_CACHE_HOME:-$HOME/.cache}/edgekms/testbed
# Two callers at once: the second waits for the first. What is there already is not made again.
# Ends with a failure, the reason and the end of the log where it can't be made.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
programs="etcd etcdctl kubectl kube-apiserver-lite kmsv2-testplugin"
say() { echo "testbed: $*" >&2; }
complete() {
  local p
  for p in $programs; do [ -x "$1/$p" ] || return 1; done
}

if [ -n "${EDGEKMS_K8S_BIN:-}" ]; then
  complete "$EDGEKMS_K8S_BIN" || { say "EDGEKMS_K8S_BIN=$EDGEKMS_K8S_BIN lacks one of: $programs"; exit 1; }
  realpath "$EDGEKMS_K8S_BIN"
  exit 0
fi

prefix=${XDG_CACHE_HOME:-$HOME/.cache}/edgekms/testbed
mkdir -p "$prefix"
prefix=$(realpath "$prefix")
exec 9>"$prefix/.lock"
flock --nonblock 9 || { say "another process makes the test bed: waiting for it"; flock 9; }

# The programs of the last complete run stay good while the sources that they were built from are the same.
stamp=$(cd "$here" && find k8s-src -type f -name '*.go' ! -name 'zz_generated*' -exec sha256sum {} + | sort | sha256sum)
if complete "$prefix/bin" && { ! [ -e "$prefix/.sources" ] || [ "$(cat "$prefix/.sources")" = "$stamp" ]; }; then
  echo "$stamp" >"$prefix/.sources"
  echo "$prefix/bin"
  exit 0
fi

log=$prefix/prepare.log
fail() {
  say "FAILED: $1"
  say "the last lines of $log:"
  tail -n 20 "$log" | sed 's/^/testbed:   /' >&2
  say "the packages come from a moving suite: try again later, or set EDGEKMS_K8S_BIN to a folder with $programs"
  exit 1
}
: >"$log"
for p in apt-get dpkg-deb; do
  command -v "$p" >>"$log" || fail "$p is missing: the test bed is made of Debian's packages"
done
if ! apt-get indextargets --format '$(RELEASE)' 'Created-By: Packages' 2>>"$log" | grep -q .; then
  say "apt has no package lists"
  [ "$(id -u)" = 0 ] || fail "apt has no package lists and only root can fetch them: run apt-get update"
  apt-get -qq update >>"$log" 2>&1 || fail "apt-get update"
fi

say "making the test bed in $prefix (minutes, once for a machine); log: $log"
start=$SECONDS
# The lock is not for the children: a process that outlives the script must not keep it.
"$here/get-k8s.sh" "$prefix" >>"$log" 2>&1 9>&- || fail "get-k8s.sh ended with $?"
complete "$prefix/bin" || fail "get-k8s.sh left no complete $prefix/bin"
echo "$stamp" >"$prefix/.sources"
say "made in $((SECONDS - start)) s"
echo "$prefix/bin"
