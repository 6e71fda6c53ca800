#!/bin/bash
# bench/reencrypt.sh [SECRETS [ROUNDS]]: objects per second of "edgekms reencrypt" on the real API server, against
#   kubectl:  kubectl get secrets -A -o json | kubectl replace -f -
#   flood:    the same PATCHes by curl --parallel --http2, 16 at once
# in one run, alternating, each after a rotation; then the peak resident size with 1,000 and with 50,000 objects
# (EDGEKMS_BENCH_MANY). Quote ratios: client, API server and etcd share the machine.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
k8s=${EDGEKMS_K8S_BIN:-${XDG_CACHE_HOME:-$HOME/.cache}/edgekms/testbed/bin}
bin=${EDGEKMS_BIN:-$root/artifacts/publish}
secrets=${1:-5000} rounds=${2:-3} many=${EDGEKMS_BENCH_MANY:-50000}
for p in "$k8s/kube-apiserver-lite" "$bin/edgekmsd" "$bin/edgekms"; do [ -x "$p" ] || { echo "bench: $p is missing" >&2; exit 1; }; done
work=$(mktemp -d); chmod 700 "$work"
umask 077
pids=()
# shellcheck disable=SC2317
cleanup() { for p in "${pids[@]}"; do kill "$p" 2>/dev/null && wait "$p" 2>/dev/null; done; rm -rf "$work"; }
trap cleanup EXIT
head -c 18 /dev/urandom | base64 >"$work/passphrase"
settings=(--state-directory "$work/state" --kms-socket "$work/run/kms.sock" --admin-socket "$work/run/admin.sock")
"$bin/edgekmsd" init "${settings[@]}" --passphrase-file "$work/passphrase" --recovery-code-file "$work/code" >/dev/null
"$bin/edgekmsd" serve "${settings[@]}" 2>"$work/daemon.log" & pids+=("$!")
until grep -q ' serves ' "$work/daemon.log"; do sleep 0.05; done
"$bin/edgekms" encryption-config "${settings[@]}" >"$work/encryption.yaml"
mkdir "$work/prefix"; ln -s "$(realpath "$k8s")" "$work/prefix/bin"
APISERVER=$k8s/kube-apiserver-lite bash "$root/tests/testbed/run-k8s.sh" "$work/prefix" "$work/cluster" "$work/encryption.yaml" >"$work/cluster.log" 2>&1 & pids+=("$!")
until grep -q '^ready' "$work/cluster.log"; do sleep 0.2; done
# shellcheck disable=SC1091
. "$work/cluster/env"
command=("$bin/edgekms" reencrypt "${settings[@]}" --kubeconfig "$KUBECONFIG" --encryption-config "$work/encryption.yaml"
  --journal "$work/journal/journal.json" --etcd-endpoints "$ETCDCTL_ENDPOINTS")

transfers() { # METHOD CONTENT-TYPE; from lines "PATH BODY" to a configuration of curl
  awk -v method="$1" -v type="$2" -v api="$API" -v token="$TOKEN" '{
    body = substr($0, index($0, " ") + 1); gsub("\"", "\\\"", body)
    if (NR > 1) print "next"
    printf "url = \"%s%s\"\nrequest = %s\nheader = \"Authorization: Bearer %s\"\nheader = \"Content-Type: %s\"\n", api, $1, method, token, type
    printf "header = \"Accept: application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1\"\ndata = \"%s\"\n", body
    printf "output = /dev/null\nsilent\ninsecure\nhttp2\nwrite-out = \"%%{http_code}\\n\"\n" }'
}
send() { # FILE: sends it, 16 at once; every answer has to be a success
  curl --no-progress-meter --parallel --parallel-max 16 -K "$1" | grep -vc '^20' >"$work/bad" || true
  [ "$(cat "$work/bad")" = 0 ] || { echo "bench: $(cat "$work/bad") requests failed" >&2; exit 1; }
}
fill() { # FROM TO: Secrets of 1,026 bytes
  head -c $((($2 - $1) * 1026)) /dev/urandom | base64 -w 1368 |
    awk -v i="$1" '{ printf "/api/v1/namespaces/ns%d/secrets {\"metadata\":{\"name\":\"s%d\"},\"data\":{\"value\":\"%s\"}}\n", i % 50, i, $0; i++ }' |
    transfers POST application/json >"$work/fill"
  send "$work/fill"
}
rotate() { # and waits until the API server has the key
  local hash
  "$bin/edgekmsd" rotate "${settings[@]}" >/dev/null
  hash=$("$bin/edgekms" status "${settings[@]}" -o json | tr -d ' \n' | grep -o '"hash":"[^"]*","state":"active"\|"state":"active"[^}]*' | grep -o 'sha256:[0-9a-f]*' | head -n 1)
  until kubectl get --raw /metrics | grep key_id_hash_status_last_timestamp | grep -q "$hash"; do kubectl get --raw /readyz >/dev/null || true; sleep 0.5; done
}
ms() { echo $(($(date +%s%N) / 1000000)); }
run() { # KIND: milliseconds
  local begin
  case $1 in
  flood)
    kubectl get secrets -A -o jsonpath='{range .items[*]}{.metadata.namespace} {.metadata.name} {.metadata.uid} {.metadata.resourceVersion}{"\n"}{end}' |
      awk '{ printf "/api/v1/namespaces/%s/secrets/%s?fieldValidation=Ignore [{\"op\":\"test\",\"path\":\"/metadata/uid\",\"value\":\"%s\"},{\"op\":\"test\",\"path\":\"/metadata/resourceVersion\",\"value\":\"%s\"}]\n", $1, $2, $3, $4 }' |
      transfers PATCH application/json-patch+json >"$work/flood.cfg"
    begin=$(ms); send "$work/flood.cfg" ;;
  kubectl) begin=$(ms); kubectl get secrets -A -o json | kubectl replace -f - >/dev/null ;;
  edgekms) begin=$(ms); "${command[@]}" >"$work/reencrypt.log" ;;
  esac
  echo $(($(ms) - begin))
}
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
peak() { # peak resident size of reencrypt, KiB
  rotate
  "${command[@]}" >"$work/reencrypt.log" & local pid=$! high=0
  while kill -0 $pid 2>/dev/null; do high=$(awk '/VmHWM/ { print $2 }' /proc/$pid/status 2>/dev/null || echo "$high"); [ -n "$high" ] && echo "$high" >"$work/high"; sleep 0.05; done
  wait $pid
  sort -n "$work/high" | tail -n 1
}

echo "$(date -u +%F), $(nproc) cores, $(uname -sr); $secrets Secrets of 1 KiB, median of $rounds; load before: $(cut -d' ' -f1-3 /proc/loadavg)"
for ((i = 0; i < 50; i++)); do kubectl create namespace "ns$i" >/dev/null; done
fill 0 1000
small=$(peak)
fill 1000 "$secrets"
for ((round = 0; round < rounds; round++)); do
  for kind in kubectl flood edgekms; do rotate; run $kind >>"$work/$kind"; done
done
for kind in kubectl flood edgekms; do declare "$kind=$(median <"$work/$kind")"; done
row() { awk -v n="$secrets" -v a="$2" -v b="$3" -v what="$1" 'BEGIN { printf "| %s | %.0f | %.0f | %.2f |\n", what, n * 1000 / a, n * 1000 / b, b / a }'; }
echo
echo "| objects per second | edgekms reencrypt | other | ratio |"
echo "|---|---|---|---|"
# shellcheck disable=SC2154
row "against \`kubectl get \\| kubectl replace\`" "$edgekms" "$kubectl"
# shellcheck disable=SC2154
row "against a flood of the same PATCHes (curl, HTTP/2, 16 at once)" "$edgekms" "$flood"
fill "$secrets" "$many"
large=$(peak)
awk -v s="$small" -v l="$large" -v n="$many" 'BEGIN { printf "\n| peak resident size, MiB | %.1f with 1,000 objects | %.1f with %d |\n", s / 1024, l / 1024, n }'
