# shellcheck shell=bash disable=SC2034
# programs.sh: for prepare.sh and get-k8s.sh. What the test bed consists of, and whether a program is still the one of its sources.
# A program of ours is current while the hash of the sources that it was built from is that of the sources as they are: a fresh
# clone has new dates on old sources. One that is there without a kept hash is older than this rule and taken as current.
testbed_packaged="etcd etcdctl kubectl"
testbed_built="kube-apiserver-lite kmsv2-testplugin encryption-judge kms-client kms-client-bookworm"
testbed_programs="$testbed_packaged $testbed_built"
[ "${WITH_120:-}" != 1 ] || testbed_programs="$testbed_programs kube-apiserver-1.20.2"

# The hash of a program's sources: testbed_sources SRC PROGRAM
testbed_sources() {
  (cd "$1/${2%-bookworm}" && find . -type f -name '*.go' ! -name 'zz_generated*' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
}

# testbed_current PREFIX SRC PROGRAM
testbed_current() {
  local kept=$1/sources/$3
  [ -x "$1/bin/$3" ] || return 1
  case " $testbed_built " in *" $3 "*) ;; *) return 0 ;; esac
  [ -e "$kept" ] || { mkdir -p "$1/sources" && testbed_sources "$2" "$3" >"$kept"; }
  [ "$(cat "$kept")" = "$(testbed_sources "$2" "$3")" ]
}
