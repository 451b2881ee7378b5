"""The numbers beside the engine: what a good file holds, and one clear error for each bad one."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import InputError, VivaError, load_calibration
from grader.calibration import DEFAULT_PATH, company, default_calibration, logistic
from grader.features import NAMES

Data = dict[str, Any]


def good() -> Data:
    data: Data = json.loads(DEFAULT_PATH.read_text(encoding="utf-8"))
    return data


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def leaves(data: Data, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the path of every field that is no object."""
    found: list[tuple[str, ...]] = []
    for key, value in data.items():
        found += leaves(value, (*prefix, key)) if isinstance(value, dict) else [(*prefix, key)]
    return found


def changed(data: Data, path: tuple[str, ...], change: Callable[[Data, str], object]) -> Data:
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    change(inner, path[-1])
    return data


def test_the_shipped_file_loads_and_says_where_it_comes_from() -> None:
    found = load_calibration()
    assert found == default_calibration()
    assert found.provenance
    assert len(found.digest) == 8


def test_a_copy_has_the_same_digest_and_another_content_another(tmp_path: Path) -> None:
    text = DEFAULT_PATH.read_text(encoding="utf-8")
    assert load_calibration(write(tmp_path / "a.json", text)).digest == load_calibration().digest
    data = good()
    data["provenance"] = "elsewhere"
    assert load_calibration(write(tmp_path / "b.json", json.dumps(data))).digest != load_calibration().digest


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"7", b'"text"', b"\xff\xfe\x00", b"{}", b'{"features": {}}', b'{"features": null}'],
)
def test_what_is_no_calibration_is_one_clear_error(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path / "bad.json", content)
    with pytest.raises(InputError) as caught:
        load_calibration(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, VivaError)


def test_a_missing_file_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="absent"):
        load_calibration(tmp_path / "absent.json")


def test_a_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        load_calibration(tmp_path)


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    for path in leaves(good()):
        if path == ("digest",):
            continue
        data = changed(good(), path, lambda inner, key: inner.pop(key))
        with pytest.raises(InputError) as caught:
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))
        assert path[0] in str(caught.value)
        assert "\n" not in str(caught.value)


def test_text_in_place_of_a_number_is_refused(tmp_path: Path) -> None:
    numbers = [path for path in leaves(good()) if path[-1] not in ("provenance", "format", "digest")]
    assert len(numbers) > len(NAMES)
    for path in numbers:
        data = changed(good(), path, lambda inner, key: inner.update({key: "much"}))
        with pytest.raises(InputError) as caught:
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))
        assert path[0] in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_are_finite(tmp_path: Path, value: float) -> None:
    for path in leaves(good()):
        if path[-1] in ("provenance", "format", "digest"):
            continue
        data = changed(good(), path, lambda inner, key: inner.update({key: value}))
        with pytest.raises(InputError):
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))


def test_a_feature_more_or_less_is_refused(tmp_path: Path) -> None:
    weights = [path for path in leaves(good()) if path[-1] == NAMES[0]]
    assert weights
    for path in weights:
        data = changed(good(), path, lambda inner, key: inner.update({f"{key}_length": 0.1}))
        with pytest.raises(InputError, match="bad"):
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))


def test_a_negative_weight_is_refused(tmp_path: Path) -> None:
    # Credit would fall where more is found.
    for path in [path for path in leaves(good()) if path[-1] in NAMES]:
        data = changed(good(), path, lambda inner, key: inner.update({key: -0.5}))
        with pytest.raises(InputError):
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))


@pytest.mark.parametrize(("none", "full"), [(0.5, 0.5), (0.6, 0.4)])
def test_a_ramp_that_does_not_rise_is_refused(tmp_path: Path, none: float, full: float) -> None:
    ramps = [path[:-1] for path in leaves(good()) if path[-1] == "none"]
    assert ramps
    for ramp in ramps:
        data = changed(good(), ramp, lambda inner, key: inner[key].update({"none": none, "full": full}))
        with pytest.raises(InputError, match="ramp"):
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))


def test_partly_is_less_than_met(tmp_path: Path) -> None:
    data = good() | {"met": 0.4, "partial": 0.7}
    with pytest.raises(InputError):
        load_calibration(write(tmp_path / "bad.json", json.dumps(data)))


def test_a_calibration_is_frozen() -> None:
    found: Any = default_calibration()
    with pytest.raises((ValueError, AttributeError)):
        found.met = 0.1


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(("required", "bonus", "misconception")))
def test_credit_rises_with_the_chance(one: float, other: float, kind: Any) -> None:
    ramp = default_calibration().ramp(kind)
    low, high = sorted((one, other))
    assert 0.0 <= ramp.credit(low) <= ramp.credit(high) <= 1.0
    assert ramp.credit(0.0) == 0.0
    assert ramp.credit(1.0) == 1.0


@given(st.integers(0, 2**32 - 1), st.integers(0, len(NAMES) - 1), st.floats(0, 1))
def test_chances_never_fall_when_more_of_a_point_is_found(seed: int, feature: int, more: float) -> None:
    values = np.random.default_rng(seed).random((4, len(NAMES))).astype(np.float32)
    kinds: Any = ("required", "required", "bonus", "misconception")
    denied = np.zeros(4, dtype=np.float32)
    before = default_calibration().chances(values, denied, kinds)
    values[0, feature] = max(float(values[0, feature]), more)
    after = default_calibration().chances(values, denied, kinds)
    assert (after >= before - 1e-6).all()
    assert ((before >= 0.0) & (before <= 1.0)).all()


def test_denial_never_helps() -> None:
    values = np.full((2, len(NAMES)), 0.6, dtype=np.float32)
    plain = default_calibration().chances(values, np.zeros(2, dtype=np.float32), ("required", "bonus"))
    denied = default_calibration().chances(values, np.ones(2, dtype=np.float32), ("required", "bonus"))
    assert (denied <= plain).all()


probabilities = st.lists(st.floats(0, 1), min_size=2, max_size=6)


@given(probabilities, st.floats(0, 1))
def test_company_is_the_others_and_never_oneself(chances: list[float], own: float) -> None:
    required = np.ones(len(chances), dtype=np.bool_)
    before = company(np.array(chances), required)
    after = company(np.array([own, *chances[1:]]), required)
    assert before[0] == after[0]
    assert ((before >= 0.0) & (before <= 1.0)).all()


@given(probabilities, st.floats(0, 1))
def test_better_company_is_never_worse(chances: list[float], better: float) -> None:
    required = np.ones(len(chances), dtype=np.bool_)
    improved = [chances[0], max(chances[1], better), *chances[2:]]
    assert company(np.array(improved), required)[0] >= company(np.array(chances), required)[0]


@given(probabilities, st.floats(0, 1))
def test_bonus_points_and_misconceptions_are_no_company(chances: list[float], other: float) -> None:
    required = np.array([True] * (len(chances) - 1) + [False])
    changed = [*chances[:-1], other]
    assert company(np.array(chances), required)[0] == company(np.array(changed), required)[0]


def test_the_ends_of_company() -> None:
    both = np.array([True, True])
    assert company(np.array([1.0, 1.0]), both).tolist() == [1.0, 1.0]
    assert company(np.array([0.0, 0.0]), both).tolist() == [0.0, 0.0]
    assert company(np.array([1.0, 0.0]), both).tolist() == [0.0, 1.0]


def test_logistic_at_the_ends_warns_of_nothing() -> None:
    found = logistic(np.array([-1e3, 0.0, 1e3], dtype=np.float32)).tolist()
    assert found == pytest.approx([0.0, 0.5, 1.0])
