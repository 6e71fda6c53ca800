#!/usr/bin/env python3
"""sbom.py: what is linked into both programs, as CycloneDX 1.6 JSON on standard output.

Packages and hashes come from the lock files, what of them is needed at run time from the restore's project.assets.json, the
licences from the packages themselves. Nothing is fetched. The same commit gives the same bytes (SOURCE_DATE_EPOCH).
"""
import argparse
import base64
import datetime
import json
import os
import pathlib
import sys
import uuid
import xml.etree.ElementTree as xml

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = {"edgekms": "EdgeKms.Cli", "edgekmsd": "EdgeKms.Daemon"}
RUNTIMES = {"amd64": "linux-x64", "arm64": "linux-arm64"}


def read(path):
    with open(path, encoding="utf-8-sig") as file:
        return json.load(file)


def package_folder(assets, name, version):
    for folder in assets["packageFolders"]:
        path = pathlib.Path(folder) / name.lower() / version.lower()
        if path.is_dir():
            return path
    sys.exit(f"sbom: {name} {version} is not there: run dotnet restore EdgeKms.slnx")


def licences(folder):
    """As the package's nuspec has it: an SPDX expression, a file in the package, or an address."""
    nuspec = xml.parse(next(folder.glob("*.nuspec"))).getroot()
    found = {}
    for element in nuspec.iter():
        name = element.tag.rpartition("}")[2]
        if name == "license":
            found[element.get("type")] = element.text.strip()
        elif name == "licenseUrl":
            found["url"] = element.text.strip()
    if expression := found.get("expression"):
        words = expression.split()
        return [{"license": {"id": expression}}] if len(words) == 1 else [{"expression": expression}]
    if file := found.get("file"):
        return [{"license": {"name": f"{file} of the package"}}]
    return [{"license": {"name": "see the address", "url": found["url"]}}] if "url" in found else []


def component(assets, name, version, content_hash):
    folder = package_folder(assets, name, version)
    # The runtime's own packages are no packages of the lock file.
    content_hash = content_hash or read(folder / ".nupkg.metadata")["contentHash"]
    return {
        "type": "library",
        "bom-ref": f"pkg:nuget/{name}@{version}",
        "name": name,
        "version": version,
        "scope": "required",
        "hashes": [{"alg": "SHA-512", "content": base64.b64decode(content_hash).hex()}],
        "licenses": licences(folder),
        "purl": f"pkg:nuget/{name}@{version}",
    }


def is_runtime(asset):
    """True where the package has something that goes into the program; analysers and build tools have not."""
    files = [*asset.get("runtime", {}), *asset.get("native", {})]
    return any(not file.endswith("_._") for file in files)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--version", required=True)
    parser.add_argument("--architecture", choices=RUNTIMES, required=True)
    options = parser.parse_args()
    runtime = RUNTIMES[options.architecture]
    components, graph = {}, {}
    for project in PROGRAMS.values():
        assets = read(PROJECT / f"artifacts/obj/{project}/project.assets.json")
        lock = read(PROJECT / f"src/{project}/packages.lock.json")["dependencies"]["net10.0"]
        targets = assets["targets"][f"net10.0/{runtime}"]
        kept = {}
        for key, asset in targets.items():
            name, version = key.split("/")
            if asset["type"] == "package" and is_runtime(asset):
                kept[name] = component(assets, name, version, lock[name]["contentHash"])
        for name in (f"Microsoft.NETCore.App.Runtime.NativeAOT.{runtime}", f"Microsoft.AspNetCore.App.Runtime.{runtime}"):
            # The command line has no web server in it.
            if "AspNetCore" in name and project != "EdgeKms.Daemon":
                continue
            wanted = next(d for d in assets["project"]["frameworks"]["net10.0"]["downloadDependencies"] if d["name"] == name)
            kept[name] = component(assets, name, wanted["version"].strip("[]").split(",")[0], None)
        for key, asset in targets.items():
            name = key.split("/")[0]
            if name in kept:
                needs = {kept[d]["bom-ref"] for d in asset.get("dependencies", {}) if d in kept}
                graph.setdefault(kept[name]["bom-ref"], set()).update(needs)
        for item in kept.values():
            components[item["bom-ref"]] = item
            graph.setdefault(item["bom-ref"], set())
    product = f"pkg:deb/edgekms@{options.version}?arch={options.architecture}"
    graph[product] = set(components)
    made = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    listing = json.dumps(components, sort_keys=True)
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, product + listing)}",
        "version": 1,
        "metadata": {
            "timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {
                "type": "application",
                "bom-ref": product,
                "name": "edgekms",
                "version": options.version,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
                "purl": product,
            },
        },
        "components": [components[ref] for ref in sorted(components)],
        "dependencies": [{"ref": ref, "dependsOn": sorted(graph[ref])} for ref in sorted(graph)],
    }
    json.dump(document, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
