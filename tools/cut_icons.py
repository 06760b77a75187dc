"""Cuts the icons that our pages use out of the package @tabler/icons, into one SVG sprite.

    npm pack @tabler/icons@3.48.0
    python3 tools/cut_icons.py tabler-icons-3.48.0.tgz heart flame     adds two icons

The names stand in builder/static/vendor/vendor.json, and so does the integrity that the archive must have.
Pages draw an icon with <svg class="icon"><use href="…/icons.svg#heart"/></svg>.
"""

import base64
import hashlib
import json
import re
import sys
import tarfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "builder" / "static" / "vendor"
SPRITE = "icons.svg"


def main(archive: Path, more: list[str]) -> None:
    book = json.loads((VENDOR / "vendor.json").read_text())
    package = next(package for package in book["packages"] if package["name"] == "@tabler/icons")
    if integrity(archive) != package["integrity"]:
        sys.exit(f"{archive} is not @tabler/icons {package['version']}.")
    package["icons"] = sorted({*package["icons"], *more})
    with tarfile.open(archive) as files:
        sprite = "\n".join(
            ['<svg xmlns="http://www.w3.org/2000/svg">', *symbols(files, package["icons"]), "</svg>\n"]
        )
    (VENDOR / package["folder"] / SPRITE).write_text(sprite)
    package["files"][SPRITE] = hashlib.sha256(sprite.encode()).hexdigest()
    (VENDOR / "vendor.json").write_text(json.dumps(book, indent=2) + "\n")
    print(f"{len(package['icons'])} icons, {len(sprite)} bytes")


def symbols(files: tarfile.TarFile, names: list[str]) -> list[str]:
    return [symbol(name, member(files, f"package/icons/outline/{name}.svg")) for name in names]


def symbol(name: str, drawing: str) -> str:
    """One <symbol>; how thick its lines are is the page's style to say."""
    shapes = re.findall(r"<(?:path|circle|line|rect|ellipse|polyline|polygon)\b[^>]*/>", drawing)
    lines = "".join(shape.replace(" />", "/>") for shape in shapes if 'd="M0 0h24v24H0z"' not in shape)
    style = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {style}>{lines}</symbol>'


def member(files: tarfile.TarFile, name: str) -> str:
    try:
        found = files.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        sys.exit(f"There is no {name} in this package.")
    return found.read().decode()


def integrity(archive: Path) -> str:
    return "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), sys.argv[2:])
