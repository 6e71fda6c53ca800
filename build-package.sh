#!/bin/bash
# build-package.sh [--arch amd64|arm64|all] [--output DIR] [--version-suffix SUFFIX]
# Makes edgekms_VERSION_ARCH.deb in DIR (artifacts/package), by default for both architectures; does nothing for one that is
# up to date. VERSION is Directory.Build.props' and SUFFIX, such as +test1.
set -euo pipefail
usage() { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
architectures=all output="" suffix=""
while [ $# -gt 0 ]; do
  [ $# -ge 2 ] || usage
  case $1 in
    --arch) architectures=$2 ;;
    --output) output=$(realpath -m "$2") ;;
    --version-suffix) suffix=$2 ;;
    *) usage ;;
  esac
  shift 2
done
cd "$(dirname "$0")"
output=${output:-$PWD/artifacts/package}
case $architectures in
  amd64 | arm64) ;;
  all) architectures="amd64 arm64" ;;
  *) usage ;;
esac
[[ $suffix =~ ^([+~][A-Za-z0-9.+~]+)?$ ]] || { echo "build-package: a suffix is like +test1 or ~rc1" >&2; exit 2; }
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 LC_ALL=C.UTF-8
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)$suffix
# The date of the last commit; git archive gives it to the files of a source tarball.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Directory.Build.props)}
export SOURCE_DATE_EPOCH

case $(uname -m) in x86_64) host=amd64 ;; aarch64) host=arm64 ;; *) host=none ;; esac
# The pages and the completion come from an edgekms that runs here.
./build.sh
export TOOL=$PWD/artifacts/publish/edgekms
mkdir -p "$output"
for architecture in $architectures; do
  binaries=$PWD/artifacts/publish
  if [ "$architecture" != "$host" ]; then
    [ "$architecture" = arm64 ] || { echo "build-package: $architecture can't be built on this machine" >&2; exit 1; }
    binaries=$PWD/artifacts/publish-arm64
    deploy/debian/publish-arm64 "$binaries"
  fi
  package=$output/edgekms_${version}_$architecture.deb
  inputs=$({
    echo "$version $SOURCE_DATE_EPOCH"
    find "$binaries"/{edgekms,edgekmsd,libe_sqlite3.so} deploy docs powershell ./*.md src/*/packages.lock.json -type f -print0 |
      sort -z | xargs -0 sha256sum
  } | sha256sum)
  stamp=$output/.${package##*/}.inputs
  if [ -e "$package" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$inputs" ]; then
    echo "build-package: $package is up to date"
    continue
  fi
  deploy/debian/pack "$architecture" "$binaries" "$version" "$package"
  echo "$inputs" >"$stamp"
  echo "build-package: $(du -h "$package" | tr '\t' ' ')"
done
