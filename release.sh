#!/bin/bash
# release.sh [--tag]
# Makes artifacts/release/VERSION: the packages, their bills of materials, the source and SHA256SUMS, all from this commit.
# Refuses a changed tree, a version without a dated section in CHANGELOG.md, and one that is tagged already. It pushes nothing;
# --tag makes the tag vVERSION once everything is there. The version is Directory.Build.props'.
set -euo pipefail
tag=""
case $# in
  0) ;;
  1) [ "$1" = --tag ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }; tag=yes ;;
  *) sed -n '2,5s/^# //p' "$0" >&2; exit 2 ;;
esac
cd "$(dirname "$0")"
refuse() { echo "release: error: $1" >&2; echo "release: hint: $2" >&2; exit 3; }
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || refuse "\"$version\" is no version" "Directory.Build.props has it"
[ -z "$(git status --porcelain)" ] || refuse "the tree has changes that are in no commit" "commit them, or put them away"
grep -qE "^## ${version//./\\.} \([0-9]{4}-[0-9]{2}-[0-9]{2}\)$" CHANGELOG.md ||
  refuse "CHANGELOG.md has no dated section for $version" "write \"## $version ($(date -u +%F))\" and commit it"
! git rev-parse -q --verify "refs/tags/v$version" >/dev/null || refuse "v$version is tagged already" "raise the version in Directory.Build.props"
module=$(sed -n "s/^ *ModuleVersion *= *'\(.*\)'.*/\1/p" powershell/AKSEdge/AKSEdge.psd1)
[ "$module" = "$version" ] || refuse "the PowerShell module has the version $module" "set ModuleVersion in AKSEdge.psd1"

SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH CI=true LC_ALL=C.UTF-8
umask 022
out=artifacts/release/$version
# The commit's number is in the programs: those of an earlier commit won't do.
rm -rf artifacts/publish artifacts/publish-arm64 "$out"
mkdir -p "$out"
./build-package.sh --output "$out"
rm -f "$out"/.*.inputs
if command -v lintian >/dev/null; then
  lintian --allow-root --fail-on error "$out"/*.deb
fi
for architecture in amd64 arm64; do
  python3 -B deploy/sbom/sbom.py --version "$version" --architecture $architecture \
    >"$out/edgekms_${version}_$architecture.cdx.json"
done
git archive --format=tar --prefix="edgekms-$version/" HEAD | gzip -9n >"$out/edgekms-$version.tar.gz"
(cd "$out" && sha256sum -- edgekms* >SHA256SUMS)
[ -z "$tag" ] || git tag -a "v$version" -m "EdgeKms $version"
echo "release: $out"
(cd "$out" && ls -l -- *)
