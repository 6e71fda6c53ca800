#!/bin/bash
# bench/scan.sh [ROUNDS] [OBJECTS]: "edgekms scan" of 100,000 Secrets of 1 KiB beside "etcdctl get --prefix" of the same etcd.
# Quote ratios, not absolute values: both sides and etcd share the machine.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
k8s=${EDGEKMS_K8S_BIN:-${XDG_CACHE_HOME:-$HOME/.cache}/edgekms/testbed/bin}
bin=${EDGEKMS_BIN:-$root/artifacts/publish}
for p in "$k8s/etcd" "$k8s/etcdctl" "$bin/edgekms"; do [ -x "$p" ] || { echo "bench: $p is missing" >&2; exit 1; }; done
work=$(mktemp -d); chmod 700 "$work"
# shellcheck disable=SC2317
cleanup() { if [ -n "${etcd:-}" ]; then kill "$etcd" 2>/dev/null && wait "$etcd" 2>/dev/null; fi; rm -rf "$work"; }
trap cleanup EXIT
dotnet build -c Release -v q --nologo "$root/bench/EdgeKms.Bench" >&2
bench=("dotnet" "$root/artifacts/bin/EdgeKms.Bench/release/EdgeKms.Bench.dll")
url=http://127.0.0.1:${EDGEKMS_BENCH_PORT:-23779} peer=http://127.0.0.1:${EDGEKMS_BENCH_PEER_PORT:-23780}
"$k8s/etcd" --name=bench --data-dir="$work/etcd" --unsafe-no-fsync --log-level=error \
  --listen-client-urls="$url" --advertise-client-urls="$url" --listen-peer-urls="$peer" \
  --initial-advertise-peer-urls="$peer" --initial-cluster="bench=$peer" >"$work/etcd.log" 2>&1 & etcd=$!
until "$k8s/etcdctl" --endpoints="$url" endpoint health >/dev/null 2>&1; do
  kill -0 "$etcd" 2>/dev/null || { cat "$work/etcd.log" >&2; exit 1; }
  sleep 0.2
done
objects=${2:-100000}
"${bench[@]}" seed "$url" "$objects" 1024
"$k8s/etcdctl" --endpoints="$url" snapshot save "$work/snapshot.db" >/dev/null 2>&1
echo "$(date -u +%F), $(nproc) cores, $(uname -sr); $objects objects of 1 KiB; load before: $(cut -d' ' -f1-3 /proc/loadavg)"
echo
"${bench[@]}" scan "$bin/edgekms" "$k8s/etcdctl" "$url" "$work/snapshot.db" "${1:-5}"
