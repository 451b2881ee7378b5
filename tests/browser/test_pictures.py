"""The pictures of the documents can be made, all of them, from the app as it is; those in docs/images are left alone."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from tests.browser.picture import IMAGES, SHOTS, make

MOST_BYTES = 300_000
PICTURE = re.compile(r"!\[(?P<said>[^\]]+)\]\((?P<where>[^)]+\.png)\)")
SIZED = re.compile(r'<img src="(?P<where>[^"]+\.png)" width="\d+" alt="(?P<said>[^"]+)">')


def test_all_pictures_can_be_made(chromium: Browser, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in IMAGES.iterdir()}
    make(tmp_path, chromium)
    assert {path.name for path in tmp_path.iterdir()} == set(SHOTS)
    for name in SHOTS:
        with Image.open(tmp_path / name) as made, Image.open(IMAGES / name) as kept:
            assert made.size == kept.size, name
            assert len(made.convert("L").getcolors() or ()) > 20, f"{name} is empty"
    assert {path.name: path.read_bytes() for path in IMAGES.iterdir()} == before


def test_every_picture_is_shown_and_described(project_root: Path) -> None:
    shown: dict[Path, str] = {}
    for page in (project_root / "README.md", *sorted((project_root / "docs").glob("*.md"))):
        for form in (PICTURE, SIZED):
            for found in form.finditer(page.read_text(encoding="utf-8")):
                shown[(page.parent / found["where"]).resolve()] = found["said"]
    assert {path.name for path in shown} == set(SHOTS) == {path.name for path in IMAGES.iterdir()}
    for path, said in shown.items():
        assert path.parent == IMAGES
        assert path.stat().st_size <= MOST_BYTES
        assert len(said) >= 20, path.name
