#!/usr/bin/env python3
"""notices.py SBOM: the notices of what is linked in, which its licences want beside the programs, on standard output."""
import json
import pathlib
import re
import sys

from sbom import PROJECT, package_folder, read

HEAD = """Third-party notices

EdgeKms has these libraries in it. Where a package brings the text of its licence, it follows. The others are under licences
whose texts Debian has in /usr/share/common-licenses (Apache-2.0, BSD), or under the MIT License, whose text follows under
Microsoft.NETCore.App.Runtime.NativeAOT, each with its own copyright line in place of that one.
"""


def main():
    assets = read(PROJECT / "artifacts/obj/EdgeKms.Cli/project.assets.json")
    print(HEAD)
    for part in json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))["components"]:
        folder = package_folder(assets, part["name"], part["version"])
        nuspec = next(folder.glob("*.nuspec")).read_text(encoding="utf-8-sig")
        licence = part["licenses"][0]
        print("=" * 78)
        print(f"{part['name']} {part['version']}")
        print(f"Licence: {licence.get('expression') or licence['license'].get('id') or licence['license']['name']}")
        for element in ("copyright", "authors"):
            if found := re.search(f"<{element}>(.*?)</{element}>", nuspec, re.DOTALL):
                print(f"{element.capitalize()}: {found[1].strip()}")
        for file in sorted(f for f in folder.iterdir() if re.match("(?i)(licen[cs]e|third-party)", f.name)):
            print(f"\n{file.read_text(encoding='utf-8-sig', errors='replace').strip()}")
        print()


if __name__ == "__main__":
    main()
