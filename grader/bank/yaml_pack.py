"""The native form of a pack, YAML: read fast, and every problem of it named with file, line and field."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from grader.bank.checks import Problem, check_question, repeated
from grader.bank.files import read_text
from grader.bank.model import PackHead, PointModel, QuestionModel, ReadingModel, SampleModel
from grader.bank.pack import Pack
from grader.bank.tree import Location, dotted, read_tree
from grader.errors import PackError
from grader.language import detect_in

_MODELS: dict[str, type[BaseModel]] = {"points": PointModel, "readings": ReadingModel, "samples": SampleModel}


def load_yaml(path: Path) -> Pack:
    """Return the pack of a YAML file. Raises PackError, naming the first problem and how many others there are."""
    pack, problems = read_yaml(path)
    if pack is None:
        first, others = problems[0], len(problems) - 1
        more = f" (and {others} more problem{'s' if others > 1 else ''} in this file)" if others else ""
        raise PackError(first.message + more, first.path, first.line, first.field)
    return pack


def read_yaml(path: Path) -> tuple[Pack | None, tuple[PackError, ...]]:
    """Return the pack, or None and all problems of the file in the order of its lines."""
    try:
        return parse_yaml(read_text(path), path)
    except PackError as error:
        return None, (error,)


def parse_yaml(text: str, path: Path) -> tuple[Pack | None, tuple[PackError, ...]]:
    """Return the pack in a YAML text, or None and all its problems; ``path`` is for messages and the result."""
    try:
        tree, problems = read_tree(text, str(path))
    except PackError as error:
        return None, (error,)
    head: PackHead | None = None
    questions: list[QuestionModel] = []
    content: Any = tree.plain()
    if not isinstance(content, dict):
        return None, (PackError("must be a mapping that begins with 'format: viva-pack/1'", str(path), tree.line),)

    def report(found: Iterator[Problem], around: Location = ()) -> None:
        for location, message in found:
            place = (*around, *location)
            problems.append(PackError(message, str(path), tree.line_of(place), dotted(place)))

    try:
        head = PackHead.model_validate(content)
    except ValidationError as error:
        report(_explain(error, PackHead))
    listed = content.get("questions")
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        try:
            question = QuestionModel.model_validate(item)
        except ValidationError as error:
            report(_explain(error, QuestionModel), ("questions", index))
            continue
        questions.append(question)
        report(check_question(question), ("questions", index))
    report(_repeated_questions(listed))
    if head is None or problems:
        return None, tuple(sorted(problems, key=lambda problem: problem.line or 0))
    return _to_pack(head, questions, path), ()


def _to_pack(head: PackHead, questions: list[QuestionModel], path: Path) -> Pack:
    language = head.language or detect_in(text for question in questions for text in _texts(question)).language
    return Pack(
        id=head.id,
        title=head.title,
        questions=tuple(question.to_question(language) for question in questions),
        subject=head.subject or "",
        description=head.description or "",
        language=language,
        licence=head.licence or "",
        path=path,
        is_detected=head.language is None,
    )


def _texts(question: QuestionModel) -> Iterator[str]:
    """Yield what tells the language of a question: its prompt and references."""
    yield question.prompt
    for reading in question.all_readings():
        yield from reading.references


def _repeated_questions(listed: Any) -> Iterator[Problem]:
    """Compare the ids of all questions, of those too that are wrong otherwise."""
    if isinstance(listed, list):
        ids = (item.get("id") if isinstance(item, dict) else None for item in listed)
        yield from repeated(
            (name if isinstance(name, str) else None for name in ids), ("questions",), "two questions share the id"
        )


def _explain(error: ValidationError, model: type[BaseModel]) -> Iterator[Problem]:
    """Put what pydantic found into the words of someone who writes a pack."""
    for detail in error.errors(include_url=False):
        location = detail["loc"]
        if detail["type"] == "extra_forbidden":
            yield location, _unknown_key(location, model)
        else:
            yield location, _message(detail["type"], detail.get("ctx", {}), detail["input"]) or detail["msg"]


def _message(kind: str, context: dict[str, Any], value: Any) -> str | None:
    match kind:
        case "missing":
            return "is missing"
        case "string_type":
            return f"must be text, not {_name(value)}"
        case "tuple_type":
            return f"must be a list, not {_name(value)}"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"must be a mapping (key: value), not {_name(value)}"
        case "float_type" | "int_type" | "int_from_float":
            return f"must be a {'whole ' if kind.startswith('int') else ''}number, not {_name(value)}"
        case "literal_error":
            return f"must be {context['expected']}, not {_name(value)}"
        case "greater_than":
            return f"must be greater than {context['gt']:g}"
        case "greater_than_equal":
            return f"must be at least {context['ge']:g}"
        case "too_short":
            return "must not be empty"
        case "string_too_long":
            return f"is longer than {context['max_length']:,} characters"
        case "value_error":
            return str(context["error"])
    return None


def _unknown_key(location: Location, model: type[BaseModel]) -> str:
    for part in location[:-1]:
        model = _MODELS.get(str(part), model)
    known = list(model.model_fields)
    near = get_close_matches(str(location[-1]), known, n=1, cutoff=0.75)
    return (
        f"is no key of this format; did you mean {near[0]!r}?"
        if near
        else f"is no key here; these are: {', '.join(known)}"
    )


def _name(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return repr(text if len(text) <= 40 else text[:37] + "...") if text else "empty"
