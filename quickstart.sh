#!/bin/bash
# quickstart.sh [--cluster]: builds EdgeKms, makes a throw-away key ring, starts the provider and proves the main job:
# a Secret that is written through it is encrypted at rest, before and after a rotation and a restart.
#   With a real API server at hand (kube-apiserver or kube-apiserver-lite, etcd and kubectl on PATH, in $EDGEKMS_K8S_BIN,
#   or in a prepared test bed) it uses that; else a stand-in that writes objects as kube-apiserver does.
#   --cluster prepares the test bed first (some minutes, once per machine).
# Cleans up after itself; exit code 0 means that every check passed.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_EnableDiagnostics=0
case ${1:-} in
  ''|--cluster) ;;
  -h|--help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "quickstart: unknown argument $1 (there is only --cluster)" >&2; exit 2 ;;
esac

checks=0 failures=0 pids=()
work=$(mktemp -d /tmp/edgekms-quickstart.XXXXXX); chmod 700 "$work"
say() { printf '\n%s\n' "$*"; }
check() { # DESCRIPTION COMMAND...
  local what=$1; shift; checks=$((checks + 1))
  if "$@" >/dev/null 2>"$work/check.err"; then echo "  ok    $what"
  else echo "  FAIL  $what"; sed 's/^/        /' "$work/check.err"; failures=$((failures + 1)); fi
}
die() { echo "quickstart: $*" >&2; exit 1; }
cleanup() {
  local i
  for ((i=${#pids[@]} - 1; i >= 0; i--)); do kill "${pids[i]}" 2>/dev/null && wait "${pids[i]}" 2>/dev/null; done
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- build ---------------------------------------------------------------------------------------------------------
if [ -n "${EDGEKMS_BIN:-}" ]; then
  echo "Using the programs in \$EDGEKMS_BIN."
  PATH=$EDGEKMS_BIN:$PATH
else
  command -v dotnet >/dev/null || die "the .NET 10 SDK is needed: dotnet is not on PATH"
  echo "Building EdgeKms (about a minute the first time) ..."
  dotnet build -c Release -v q -p:RunAnalyzers=false src/EdgeKms.Cli >"$work/build.log" 2>&1 &&
    dotnet build -c Release -v q -p:RunAnalyzers=false src/EdgeKms.Daemon >>"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log"; die "the build failed"; }
  PATH=$PWD/artifacts/bin/EdgeKms.Cli/release:$PWD/artifacts/bin/EdgeKms.Daemon/release:$PATH
fi

# ---- which API server ----------------------------------------------------------------------------------------------
testbed=${XDG_CACHE_HOME:-$HOME/.cache}/edgekms/testbed
[ "${1:-}" != --cluster ] || { say "Preparing an API server from Debian's packages ..."; tests/testbed/prepare.sh >/dev/null || die "no API server could be prepared"; }
server=
for dir in ${EDGEKMS_K8S_BIN:+"$EDGEKMS_K8S_BIN"} "$testbed/bin" ''; do
  for name in kube-apiserver-lite kube-apiserver; do
    candidate=${dir:+$dir/}$name
    [ -n "$dir" ] || candidate=$(command -v "$name") || continue
    [ -x "$candidate" ] && [ -x "$(dirname "$candidate")/etcd" ] && [ -x "$(dirname "$candidate")/etcdctl" ] &&
      [ -x "$(dirname "$candidate")/kubectl" ] && { server=$candidate; break 2; }
  done
done

# ---- a key ring and the provider -----------------------------------------------------------------------------------
cat >"$work/edgekms.json" <<J
{
  "stateDirectory": "$work/state",
  "kms": { "socket": "$work/run/kms.sock" },
  "admin": { "socket": "$work/run/admin.sock" }
}
J
edgekms() { command edgekms "$@" --config "$work/edgekms.json"; }
start_provider() {
  command edgekmsd serve --config "$work/edgekms.json" 2>>"$work/edgekmsd.log" & provider=$!; pids+=("$provider")
  local i; for ((i = 0; i < 100; i++)); do [ -S "$work/run/admin.sock" ] && edgekms status >/dev/null 2>&1 && return; sleep 0.1; done
  cat "$work/edgekmsd.log" >&2; die "the provider did not start"
}
active_key() { edgekms status -o json | sed -n 's/^ *"id": "\(k[0-9]*\..\{22\}\)",$/\1/p' | tail -n 1; }

secret="the-password-of-the-shop-$(head -c 6 /dev/urandom | od -An -tx1 | tr -d ' \n')"
hex() { head -c 240 | od -A d -t x1z -v | sed 's/^/    /'; }
in_etcd() { grep -aqF -- "$2" "$1"; }
encrypted() { [ "$(head -c 23 "$1" | tr -d '\0')" = k8s:enc:kms:v2:edgekms: ] && ! in_etcd "$1" "$secret"; }
private() { ! find "$@" ! -type l -perm /077 | grep .; }

say "1. A throw-away key ring in $work/state, protected by a passphrase, a recovery code and a node token."
(umask 077; head -c 18 /dev/urandom | base64 >"$work/passphrase")
edgekms init --passphrase-file "$work/passphrase" --recovery-code-file "$work/recovery-code" || die "edgekms init failed"
start_provider
check "the provider runs, its ring is unsealed" edgekms status
check "nobody else reaches the ring, the token and the sockets" private "$work/state" "$work/run"
k1=$(active_key)
echo "        active key $k1"
if [ -n "$server" ]; then
  # ---- with a real API server and etcd -------------------------------------------------------------------------------
  bin=$(dirname "$server"); mkdir -p "$work/prefix"; ln -s "$(realpath "$bin")" "$work/prefix/bin"
  say "2. A real API server ($("$server" --version 2>/dev/null || basename "$server")) and etcd on loopback ports, first without encryption."
  start_cluster() { # CONFIG: starts etcd and the API server, sets KUBECONFIG and so on
    : >"$work/cluster.log"
    APISERVER=$server bash tests/testbed/run-k8s.sh "$work/prefix" "$work/cluster" "$1" >"$work/cluster.log" 2>&1 & cluster=$!; pids+=("$cluster")
    local i; for ((i = 0; i < 600; i++)); do grep -q '^ready' "$work/cluster.log" && break; kill -0 "$cluster" 2>/dev/null || break; sleep 0.1; done
    grep -q '^ready' "$work/cluster.log" || { cat "$work/cluster.log"; tail -n 5 "$work"/cluster/*.log; die "the API server did not start"; }
    . "$work/cluster/env"
  }
  stop_cluster() { kill "$cluster"; wait "$cluster" 2>/dev/null; }
  raw() { etcdctl get --print-value-only "/registry/secrets/default/$1" >"$work/raw-$1"; }
  key_of() { raw "$1"; grep -aoE 'k[0-9]+\.[A-Za-z0-9_-]{22}' "$work/raw-$1" | head -n 1; }
  read_back() { [ "$(kubectl get secret "$1" -o 'jsonpath={.data.password}' | base64 -d)" = "$secret" ]; }
  create() { printf %s "$secret" | kubectl create secret generic "$1" --from-file=password=/dev/stdin >/dev/null; }
  start_cluster -
  create before; raw before
  echo "  A Secret in etcd today:"; hex <"$work/raw-before"
  check "without EdgeKms the password stands in etcd in the clear" in_etcd "$work/raw-before" "$secret"
  stop_cluster

  say "3. The same cluster with the EncryptionConfiguration that \"edgekms encryption-config\" prints."
  edgekms encryption-config >"$work/encryption-config.yaml" || die "edgekms encryption-config failed"
  start_cluster "$work/encryption-config.yaml"
  create shop; raw shop
  echo "  The new Secret in etcd:"; hex <"$work/raw-shop"
  check "etcd holds k8s:enc:kms:v2:edgekms: and no password" encrypted "$work/raw-shop"
  check "it is under the active key $k1" [ "$(key_of shop)" = "$k1" ]
  check "kubectl reads it back" read_back shop
  kubectl get --raw='/readyz?verbose' >"$work/readyz" 2>&1
  grep -E 'kms-providers|encryption-provider' "$work/readyz" | sed 's/^/        /'
  check "/readyz?verbose says [+]kms-providers ok" grep -qF '[+]kms-providers ok' "$work/readyz"

  say "4. A rotation. kube-apiserver takes the new key with its next Status call, within 80 seconds."
  edgekms rotate || die "edgekms rotate failed"
  k2=$(active_key)
  for ((i = 0; i < 85; i++)); do
    create "after-$i"; [ "$(key_of "after-$i")" = "$k2" ] && break
    kubectl delete secret "after-$i" >/dev/null; sleep 1
  done
  check "a new Secret is under the new key $k2 (after $i s)" [ "$(key_of "after-$i")" = "$k2" ]
  check "the old Secret is still under $k1" [ "$(key_of shop)" = "$k1" ]
  check "the old Secret is readable" read_back shop

  say "5. The provider and the API server are restarted."
  kill -KILL "$provider"; wait "$provider" 2>/dev/null
  start_provider
  stop_cluster; start_cluster "$work/encryption-config.yaml"
  check "the provider, killed with SIGKILL, serves again" edgekms status
  check "the Secret under the old key is readable" read_back shop
  check "the Secret under the new key is readable" read_back "after-$i"
else
  # ---- with the stand-in ---------------------------------------------------------------------------------------------
  echo
  echo "No API server is at hand (./quickstart.sh --cluster prepares one): a stand-in writes objects as kube-apiserver does,"
  echo "into a folder instead of etcd."
  dotnet build -c Release -v q tests/EdgeKms.Quickstart >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log"; die "the build failed"; }
  mkdir "$work/store"
  apiserver() { dotnet artifacts/bin/EdgeKms.Quickstart/release/apiserver-stand-in.dll "$work/store" "$work/run/kms.sock" "$@"; }
  read_back() { [ "$(apiserver read "$1" | sed -n 's/^password: //p')" = "$secret" ]; }
  printf 'kind: Secret\npassword: %s\n' "$secret" >"$work/plain"
  say "2. Without EdgeKms a Secret is stored like this:"
  hex <"$work/plain"
  check "the password stands there in the clear" in_etcd "$work/plain" "$secret"

  say "3. With EdgeKms: Status, Encrypt of a 32-byte seed, then the object sealed with a key derived from the seed."
  apiserver write shop <"$work/plain" >/dev/null || die "the stand-in could not write"
  hex <"$work/store/shop"
  check "it is stored as k8s:enc:kms:v2:edgekms: and without the password" encrypted "$work/store/shop"
  check "it is under the active key $k1" [ "$(apiserver key-id shop)" = "$k1" ]
  check "it reads back" read_back shop

  say "4. A rotation."
  edgekms rotate || die "edgekms rotate failed"
  k2=$(active_key)
  apiserver write after <"$work/plain" >/dev/null || die "the stand-in could not write"
  check "a new Secret is under the new key $k2" [ "$(apiserver key-id after)" = "$k2" ]
  check "the old Secret is still under $k1" [ "$(apiserver key-id shop)" = "$k1" ]
  check "the old Secret is readable" read_back shop

  say "5. The provider is killed and started again."
  kill -KILL "$provider"; wait "$provider" 2>/dev/null
  start_provider
  check "the Secret under the old key is readable" read_back shop
  check "the Secret under the new key is readable" read_back after
fi

say "6. What is there now:"
edgekms status
echo
if [ "$failures" -eq 0 ]; then
  echo "All $checks checks passed. The ring, the Secrets and the processes of this trial are removed."
else
  echo "$failures of $checks checks FAILED."
  exit 1
fi
