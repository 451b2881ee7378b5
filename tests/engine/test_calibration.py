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
from grader.calibration import DEFAULT_PATH, Calibration, Logit, Profile, default_calibration, is_described, logistic
from grader.features import NAMES
from grader.types import Point, PointKind, Reading

Data = dict[str, Any]
REQUIRED: tuple[PointKind, ...] = ("required",)


def good() -> Data:
    data: Data = json.loads(DEFAULT_PATH.read_text(encoding="utf-8"))
    return data


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def leaves(data: Data, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the path of every field that is no object; lists, which scales have, are left to test_scale.py."""
    found: list[tuple[str, ...]] = []
    for key, value in data.items():
        if not prefix and key in ("provenance", "digest"):
            continue
        if isinstance(value, dict):
            found += leaves(value, (*prefix, key))
        elif not isinstance(value, list):
            found.append((*prefix, key))
    return found


def numbers() -> list[tuple[str, ...]]:
    return [path for path in leaves(good()) if path[-1] != "format"]


def reading(*wordings: int, kinds: tuple[PointKind, ...] = ()) -> Reading:
    """Return a reading whose points have so many wordings, and these kinds (required ones if they are not given)."""
    points = (
        Point(f"p{place}", f"text {place}", kind=kind, aliases=tuple(f"other {n}" for n in range(number - 1)))
        for place, (number, kind) in enumerate(zip(wordings, kinds or REQUIRED * len(wordings), strict=True))
    )
    return Reading("main", tuple(points), ())


KINDS: tuple[PointKind, ...] = ("required", "required", "bonus", "misconception")
READINGS = {"described": reading(3, 4, 1, 1, kinds=KINDS), "plain": reading(1, 2, 1, 1, kinds=KINDS)}
either = st.sampled_from(list(READINGS.values()))


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
    data["provenance"] = {"by": "somebody else"}
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
        if path[-1] == "format":
            continue
        data = changed(good(), path, lambda inner, key: inner.pop(key))
        with pytest.raises(InputError) as caught:
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))
        assert path[0] in str(caught.value)
        assert "\n" not in str(caught.value)


def test_text_in_place_of_a_number_is_refused(tmp_path: Path) -> None:
    assert len(numbers()) > 3 * len(NAMES)
    for path in numbers():
        data = changed(good(), path, lambda inner, key: inner.update({key: "much"}))
        with pytest.raises(InputError) as caught:
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))
        assert path[0] in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_are_finite(tmp_path: Path, value: float) -> None:
    for path in numbers():
        data = changed(good(), path, lambda inner, key: inner.update({key: value}))
        with pytest.raises(InputError):
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))


def test_a_feature_more_or_less_is_refused(tmp_path: Path) -> None:
    weights = [path for path in leaves(good()) if path[-1] == NAMES[0]]
    assert len(weights) == 3
    for path in weights:
        data = changed(good(), path, lambda inner, key: inner.update({f"{key}_length": 0.1}))
        with pytest.raises(InputError, match="bad"):
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))
        data = changed(good(), path, lambda inner, key: inner.pop(key))
        with pytest.raises(InputError, match=path[0]):
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))


@pytest.mark.parametrize("text", ["viva-calibration/1", "viva-calibration/3", ""])
def test_another_format_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="format"):
        load_calibration(write(tmp_path / "bad.json", json.dumps(good() | {"format": text})))


@pytest.mark.parametrize("value", ["elsewhere", None, ["x"], 7])
def test_a_provenance_is_a_table(tmp_path: Path, value: object) -> None:
    with pytest.raises(InputError, match="provenance"):
        load_calibration(write(tmp_path / "bad.json", json.dumps(good() | {"provenance": value})))


def test_a_negative_weight_is_refused(tmp_path: Path) -> None:
    # Credit would fall where more is found.
    for path in [path for path in leaves(good()) if path[-1] in (*NAMES, "denied")]:
        data = changed(good(), path, lambda inner, key: inner.update({key: -0.5}))
        with pytest.raises(InputError):
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))


@pytest.mark.parametrize(("none", "full"), [(0.5, 0.5), (0.6, 0.4)])
def test_a_ramp_that_does_not_rise_is_refused(tmp_path: Path, none: float, full: float) -> None:
    ramps = [path[:-1] for path in leaves(good()) if path[-1] == "none"]
    assert len(ramps) == 3
    for ramp in ramps:
        data = changed(good(), ramp, lambda inner, key: inner[key].update({"none": none, "full": full}))
        with pytest.raises(InputError, match="ramp"):
            load_calibration(write(tmp_path / "bad.json", json.dumps(data)))


@pytest.mark.parametrize("profile", ["described", "plain"])
def test_partly_is_less_than_met(tmp_path: Path, profile: str) -> None:
    data = good()
    data[profile] |= {"met": 0.4, "partial": 0.7}
    with pytest.raises(InputError, match=profile):
        load_calibration(write(tmp_path / "bad.json", json.dumps(data)))


def test_a_calibration_is_frozen() -> None:
    found: Any = default_calibration()
    with pytest.raises((ValueError, AttributeError)):
        found.plain = found.described
    with pytest.raises((ValueError, AttributeError)):
        found.plain.met = 0.1


# --- which numbers a question gets


@pytest.mark.parametrize(
    ("wordings", "kinds", "described"),
    [
        ((3,), (), True),
        ((2,), (), False),
        ((1,), (), False),
        ((9, 9), (), True),
        # most of them, not half
        ((3, 1), (), False),
        ((3, 3, 1), (), True),
        ((3, 1, 1), (), False),
        # only the required points count
        ((3, 1, 1), ("required", "bonus", "misconception"), True),
        ((1, 5, 5), ("required", "bonus", "misconception"), False),
        ((5, 5), ("bonus", "misconception"), False),
    ],
)
def test_the_number_of_wordings_chooses_the_profile(
    wordings: tuple[int, ...], kinds: tuple[PointKind, ...], described: bool
) -> None:
    found, asked = default_calibration(), reading(*wordings, kinds=kinds)
    assert found.described != found.plain
    assert is_described(asked) is described
    assert found.profile(asked) is (found.described if described else found.plain)
    assert found.ramp(asked, "required") is found.ramp(asked, "bonus") is found.profile(asked).ramp
    assert found.ramp(asked, "misconception") is found.misconception_ramp


def test_the_chances_are_those_of_the_profile() -> None:
    def logit(intercept: float) -> Logit:
        return Logit(weights=dict.fromkeys(NAMES, 0.0), denied=0.0, intercept=intercept)

    base = default_calibration()
    made = base.model_copy(
        update={
            "described": base.described.model_copy(update={"sound": logit(2.0)}),
            "plain": base.plain.model_copy(update={"sound": logit(-2.0)}),
            "misconception": logit(0.0),
        }
    )
    values, denied = np.zeros((2, 4, len(NAMES)), dtype=np.float32), np.zeros((2, 4), dtype=np.float32)
    for name, sound in (("described", 0.8808), ("plain", 0.1192)):
        chances = made.chances(READINGS[name], values, denied)
        assert chances.shape == (2, 4)
        assert chances[0] == pytest.approx([sound, sound, sound, 0.5], abs=1e-4)


# --- what always holds


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(KINDS), either)
def test_credit_rises_with_the_chance(one: float, other: float, kind: PointKind, asked: Reading) -> None:
    ramp = default_calibration().ramp(asked, kind)
    low, high = sorted((one, other))
    assert 0.0 <= ramp.credit(low) <= ramp.credit(high) <= 1.0
    assert ramp.credit(0.0) == 0.0
    assert ramp.credit(1.0) == 1.0


@given(st.integers(0, 2**32 - 1), st.integers(0, 3), st.integers(0, len(NAMES) - 1), st.floats(0, 1), either)
def test_chances_never_fall_when_a_feature_rises(
    seed: int, point: int, feature: int, more: float, asked: Reading
) -> None:
    values = np.random.default_rng(seed).random((1, 4, len(NAMES))).astype(np.float32)
    denied = np.zeros((1, 4), dtype=np.float32)
    before = default_calibration().chances(asked, values, denied)
    values[0, point, feature] = max(float(values[0, point, feature]), more)
    after = default_calibration().chances(asked, values, denied)
    assert (after >= before - 1e-6).all()
    assert ((before >= 0.0) & (before <= 1.0)).all()


@given(st.integers(0, 2**32 - 1), st.floats(0, 1), either)
def test_denial_never_helps(seed: int, share: float, asked: Reading) -> None:
    values = np.random.default_rng(seed).random((1, 4, len(NAMES))).astype(np.float32)
    plain = default_calibration().chances(asked, values, np.zeros((1, 4), dtype=np.float32))
    denied = default_calibration().chances(asked, values, np.full((1, 4), share, dtype=np.float32))
    assert (denied <= plain + 1e-6).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), either)
def test_what_stands_beside_an_answer_does_not_bear_on_it(seed: int, answers: int, asked: Reading) -> None:
    values = np.random.default_rng(seed).random((answers, 4, len(NAMES))).astype(np.float32)
    denied = np.zeros((answers, 4), dtype=np.float32)
    together = default_calibration().chances(asked, values, denied)
    for number in range(answers):
        alone = default_calibration().chances(asked, values[number : number + 1], denied[number : number + 1])
        assert alone[0] == pytest.approx(together[number], abs=1e-6)


@pytest.mark.parametrize("name", ["described", "plain"])
def test_a_point_that_all_features_show_is_met_and_one_that_none_shows_is_not(name: str) -> None:
    found = default_calibration()
    profile: Profile = getattr(found, name)
    ones, nothing = np.ones((1, 4, len(NAMES)), dtype=np.float32), np.zeros((1, 4), dtype=np.float32)
    seen = found.chances(READINGS[name], ones, nothing)[0]
    unseen = found.chances(READINGS[name], 0 * ones, nothing)[0]
    assert profile.ramp.credit(float(seen[0])) >= profile.met
    assert profile.ramp.credit(float(unseen[0])) < max(profile.partial, 1e-9)


def test_a_calibration_says_of_itself_what_it_is_made_of() -> None:
    assert set(good()) == set(Calibration.model_fields) - {"digest"}


def test_logistic_at_the_ends_warns_of_nothing() -> None:
    found = logistic(np.array([-1e3, 0.0, 1e3], dtype=np.float32)).tolist()
    assert found == pytest.approx([0.0, 0.5, 1.0])
