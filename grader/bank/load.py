"""Files and folders to packs and the bank."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grader.bank.files import read_text
from grader.bank.markdown import has_question_headings, load_markdown
from grader.bank.pack import Bank, Pack
from grader.bank.yaml_pack import load_yaml
from grader.errors import PackError

DEFAULT_PATH = Path(__file__).resolve().parents[2] / "questions"

YAML_SUFFIXES = frozenset({".yaml", ".yml"})
MARKDOWN_SUFFIXES = frozenset({".md", ".markdown"})


def load_pack(path: Path) -> Pack:
    """Return the pack in a file; its suffix says whether it is YAML or Markdown. Raises PackError."""
    suffix = path.suffix.lower()
    if suffix in YAML_SUFFIXES:
        return load_yaml(path)
    if suffix in MARKDOWN_SUFFIXES:
        return load_markdown(path)
    raise PackError("is no question pack: its name must end in .yaml, .yml or .md", str(path))


def load_bank(*paths: Path) -> Bank:
    """Return the bank of all packs in these files and folders, or of the project's own questions where none is named.

    Raises PackError for a pack that cannot be read, for ids that two packs share, and where there is no pack.
    """
    return Bank(tuple(load_pack(path) for path in pack_files(*paths)))


def pack_files(*paths: Path) -> tuple[Path, ...]:
    """Return the pack files that ``paths`` lead to, each once, those of a folder in the order of their names.

    Of a folder and those within it, YAML files count, and Markdown files with a heading that is numbered or
    ends in a question mark. Names that begin with a dot, and README files, never do. A file that is named
    itself always counts. Raises PackError where a path leads nowhere or a folder has no packs.
    """
    found: dict[Path, Path] = {}
    for path in paths or (DEFAULT_PATH,):
        if not path.exists():
            raise PackError("there is no such file or folder", str(path))
        members = list(_in_folder(path)) if path.is_dir() else [path]
        if not members:
            raise PackError("has no question packs in it", str(path))
        for member in members:
            found.setdefault(member.resolve(), member)
    return tuple(found.values())


def _in_folder(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder).parts
        if any(part.startswith(".") for part in inner) or path.stem.lower() == "readme" or not path.is_file():
            continue
        suffix = path.suffix.lower()
        if suffix in YAML_SUFFIXES or (suffix in MARKDOWN_SUFFIXES and has_question_headings(read_text(path))):
            yield path
