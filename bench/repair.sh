#!/bin/bash
# bench/repair.sh [ROUNDS]: from "edgekms repair" of a lost node token to a healthy API server, in seconds.
# The API server asks again every 10 s while a provider is unhealthy, so a few seconds of it are its own.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
k8s=${EDGEKMS_K8S_BIN:-${XDG_CACHE_HOME:-$HOME/.cache}/edgekms/testbed/bin}
bin=${EDGEKMS_BIN:-$root/artifacts/publish}
for p in "$k8s/kube-apiserver-lite" "$bin/edgekmsd"; do [ -x "$p" ] || { echo "bench: $p is missing" >&2; exit 1; }; done
work=$(mktemp -d); chmod 700 "$work"
umask 077
pids=()
# shellcheck disable=SC2317
cleanup() { for p in "${pids[@]}"; do kill "$p" 2>/dev/null && wait "$p" 2>/dev/null; done; rm -rf "$work"; }
trap cleanup EXIT
head -c 18 /dev/urandom | base64 >"$work/passphrase"
settings=(--state-directory "$work/state" --kms-socket "$work/run/kms.sock" --admin-socket "$work/run/admin.sock")
"$bin/edgekmsd" init "${settings[@]}" --passphrase-file "$work/passphrase" --recovery-code-file "$work/code" >/dev/null
serve() {
  "$bin/edgekmsd" serve "${settings[@]}" 2>"$work/daemon.log" & daemon=$!; pids+=("$daemon")
  until grep -q ' serves ' "$work/daemon.log"; do sleep 0.05; done
}
serve
"$bin/edgekms" encryption-config "${settings[@]}" >"$work/encryption.yaml"
mkdir "$work/prefix"; ln -s "$(realpath "$k8s")" "$work/prefix/bin"
APISERVER=$k8s/kube-apiserver-lite bash "$root/tests/testbed/run-k8s.sh" "$work/prefix" "$work/cluster" "$work/encryption.yaml" >"$work/cluster.log" 2>&1 & pids+=("$!")
until grep -q '^ready' "$work/cluster.log"; do sleep 0.2; done
# shellcheck disable=SC1091
. "$work/cluster/env"
healthy() { kubectl get --raw='/readyz?verbose' 2>&1 | grep -qF '[+]kms-providers ok'; }
until healthy; do sleep 0.2; done
times=()
for ((round = 0; round < ${1:-5}; round++)); do
  kill "$daemon"; wait "$daemon" 2>/dev/null || true
  rm "$work/state/node-token"
  serve
  while healthy; do sleep 0.2; done
  begin=$(date +%s%N)
  "$bin/edgekmsd" repair "${settings[@]}" --passphrase-file "$work/passphrase" >/dev/null
  repaired=$(date +%s%N)
  until healthy; do sleep 0.1; done
  end=$(date +%s%N)
  times+=("$(((end - begin) / 1000000)) $(((repaired - begin) / 1000000))")
done
printf '%s\n' "${times[@]}" | sort -n | awk '{ t[NR] = $1; r[NR] = $2 } END {
  printf "| from repair to a healthy API server, s | median %.1f | %.1f to %.1f | of which the command %.1f |\n", t[int((NR + 1) / 2)] / 1000, t[1] / 1000, t[NR] / 1000, r[int((NR + 1) / 2)] / 1000 }'
