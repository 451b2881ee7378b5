"""The linter of question packs: what the format allows and an examiner would still send back.

A rule is a generator of places and messages, and stands in one of the lists below. What needs a grader is in
``reference_scores`` and ``sample_scores``, and is left out where the caller brings none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from grader.bank.checks import Problem
from grader.bank.files import read_text
from grader.bank.load import YAML_SUFFIXES, load_pack, pack_files
from grader.bank.pack import Pack
from grader.bank.tree import Location, Node, dotted, read_tree
from grader.bank.yaml_pack import read_yaml
from grader.errors import PackError
from grader.text import normalize, tokenize
from grader.types import Grade, Question, Reading, SampleKind

REFERENCE_SCORE = 0.95
# What a sample of each kind should score: at least, at most.
SAMPLE_SCORES: dict[SampleKind, tuple[float, float]] = {
    "full": (0.80, 1.0),
    "wrong": (0.0, 0.30),
    "denial": (0.0, 0.35),
    "keywords": (0.0, 0.60),
}
SAMPLE_KINDS: tuple[SampleKind, ...] = tuple(kind for kind in get_args(SampleKind) if kind != "other")

WARNINGS = frozenset({"sample-score"})

GradeFunction = Callable[[Question, str], Grade]


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem of a pack. ``rule`` is a short stable name; as text it is ``path:line: field: message``."""

    rule: str
    problem: PackError

    @property
    def is_warning(self) -> bool:
        """Say whether a person should look at it, though the pack may be right and the grader wrong."""
        return self.rule in WARNINGS

    def __str__(self) -> str:
        return str(self.problem)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of the linter looked at, and what it found, file by file and line by line."""

    packs: int
    questions: int
    findings: tuple[Finding, ...]


def lint(paths: Sequence[Path], grade: GradeFunction | None = None) -> Report:
    """Check the packs in files and folders; the project's own questions where none is named.

    With ``grade``, the packs' references and samples are graded too. Raises PackError only where there is
    nothing to check.
    """
    findings: list[Finding] = []
    loaded: list[_Loaded] = []
    for path in pack_files(*paths):
        pack, problems = _read(path)
        findings.extend(Finding("format", problem) for problem in problems)
        if pack is None:
            continue
        file = _Loaded(pack, str(path), _tree(path))
        loaded.append(file)
        for rule, check in RULES.items():
            findings.extend(file.finding(rule, problem) for problem in check(pack))
        if grade is not None:
            findings.extend(file.finding("reference-score", problem) for problem in reference_scores(pack, grade))
            findings.extend(file.finding("sample-score", problem) for problem in sample_scores(pack, grade))
    findings.extend(_between_packs(loaded))
    findings.sort(key=lambda finding: (finding.problem.path or "", finding.problem.line or 0))
    return Report(len(loaded), sum(len(file.pack.questions) for file in loaded), tuple(findings))


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A pack that could be read, and the lines of its file."""

    pack: Pack
    path: str
    tree: Node | None

    def finding(self, rule: str, problem: Problem) -> Finding:
        place, message = problem
        line = self.tree.line_of(place) if self.tree is not None else None
        return Finding(rule, PackError(message, self.path, line, dotted(place)))


def _read(path: Path) -> tuple[Pack | None, tuple[PackError, ...]]:
    if path.suffix.lower() in YAML_SUFFIXES:
        return read_yaml(path)
    try:
        pack = load_pack(path)
    except PackError as error:
        return None, (error,)
    return pack, pack.problems


def _tree(path: Path) -> Node | None:
    return read_tree(read_text(path), str(path))[0] if path.suffix.lower() in YAML_SUFFIXES else None


# --- rules of one pack


def _pack_id(pack: Pack) -> Iterator[Problem]:
    if pack.path is not None and pack.path.suffix.lower() in YAML_SUFFIXES and pack.path.stem != pack.id:
        yield ("id",), f"should be the name of the file, {pack.path.stem!r}"


def _sample_kinds(pack: Pack) -> Iterator[Problem]:
    """Each question has a sample of each kind; notes in Markdown have none at all."""
    if pack.path is not None and pack.path.suffix.lower() not in YAML_SUFFIXES:
        return
    for index, question in enumerate(pack.questions):
        missing = [kind for kind in SAMPLE_KINDS if kind not in {sample.kind for sample in question.samples}]
        if missing:
            yield ("questions", index, "samples"), f"no sample of the kind {', '.join(missing)}"


def _shared_wordings(pack: Pack) -> Iterator[Problem]:
    """No wording says two points of a reading."""
    for place, reading, _ in _readings(pack):
        owners: dict[str, str] = {}
        for number, point in enumerate(reading.points):
            wordings = [("text", point.text), *((f"aliases.{n}", alias) for n, alias in enumerate(point.aliases))]
            for field, wording in wordings:
                owner = owners.setdefault(normalize(wording).rstrip("."), point.id)
                where: Location = (*place, "points", number, *_parts(field))
                if owner != point.id:
                    yield where, f"{wording!r} says the point {owner!r} as well"


def _aliases_from_the_prompt(pack: Pack) -> Iterator[Problem]:
    """No alias is made of the question's own words, or repeating the question would earn it."""
    for place, reading, question in _readings(pack):
        asked = {token.stem for token in tokenize(question.prompt, question.language)}
        for number, point in enumerate(reading.points):
            for alias_number, alias in enumerate(point.aliases):
                said = {token.stem for token in tokenize(alias, question.language)}
                if said <= asked:
                    where = (*place, "points", number, "aliases", alias_number)
                    yield where, f"{alias!r} says no more than the question does"


RULES: dict[str, Callable[[Pack], Iterator[Problem]]] = {
    "pack-id": _pack_id,
    "sample-kinds": _sample_kinds,
    "shared-wording": _shared_wordings,
    "prompt-alias": _aliases_from_the_prompt,
}


def reference_scores(pack: Pack, grade: GradeFunction) -> Iterator[Problem]:
    """Yield references that do not earn their own points."""
    for place, reading, question in _readings(pack):
        for number, reference in enumerate(reading.references):
            score = grade(question, reference).score
            if score < REFERENCE_SCORE:
                yield (
                    (*place, "references", number),
                    f"scores {score:.2f}; a reference should earn {REFERENCE_SCORE:.2f}",
                )


def sample_scores(pack: Pack, grade: GradeFunction) -> Iterator[Problem]:
    """Yield samples whose score belies their kind: either the label is wrong, or the grader is."""
    for index, question in enumerate(pack.questions):
        for number, sample in enumerate(question.samples):
            least, most = SAMPLE_SCORES.get(sample.kind, (0.0, 1.0))
            score = grade(question, sample.answer).score
            if not least <= score <= most:
                limit = f"at least {least:.2f}" if score < least else f"at most {most:.2f}"
                where = ("questions", index, "samples", number)
                yield where, f"scores {score:.2f}; a sample of the kind {sample.kind} should score {limit}"


# --- rules between packs


def _between_packs(loaded: Sequence[_Loaded]) -> Iterator[Finding]:
    packs: dict[str, str] = {}
    ids: dict[str, str] = {}
    prompts: dict[str, str] = {}
    for file in loaded:
        first = packs.setdefault(file.pack.id, file.path)
        if first != file.path:
            yield file.finding("duplicate", (("id",), f"the pack {file.pack.id!r} is in {first} too"))
        for index, question in enumerate(file.pack.questions):
            first = ids.setdefault(question.id, file.path)
            if first != file.path:
                told = f"the question {question.id!r} is in {first} too"
                yield file.finding("duplicate", (("questions", index, "id"), told))
            other = prompts.setdefault(normalize(question.prompt), question.id)
            if other != question.id:
                yield file.finding(
                    "duplicate", (("questions", index, "prompt"), f"the question {other!r} asks the same")
                )


def _readings(pack: Pack) -> Iterator[tuple[Location, Reading, Question]]:
    """Yield each reading of a pack with its place in the file."""
    for index, question in enumerate(pack.questions):
        for number, reading in enumerate(question.readings):
            own = len(question.readings) == 1 and reading.id == "main"
            yield ("questions", index) if own else ("questions", index, "readings", number), reading, question


def _parts(field: str) -> Location:
    return tuple(int(part) if part.isdigit() else part for part in field.split("."))
