"""What produced a score, derived from the things themselves.

The engine's part is a digest of the source files and word lists that bear on a score, so no setting in them can be forgotten; the
calibration and the lexicon add the digests of their files, the libraries their versions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from grader.lexicon import lexicon_signature

if TYPE_CHECKING:
    from grader.calibration import Calibration
    from grader.embedding import Embedder

VERSION = "0.1.0"
_FOLDER = Path(__file__).parent
# What only reads packs, speaks to people, moves rows about, tries the engine or fits a calibration does not bear on a score.
_OUTSIDE = (
    *("bank", "batch", "cli", "__main__.py", "session.py", "feedback.py", "errors.py"),
    *("attack", "calibrate", "exam", "fit_scale.py"),
)
# What bears only on grades that a model had a part in; and what of it merely carries requests, counts money or writes feedback.
_WITH_MODEL = ("llm", "combine.py", "hybrid.py", "trust.py", "support.py")
_CARRYING = frozenset(
    "client.py wire.py retry.py limiter.py loop.py probe.py cost.py prices.toml budget.py cache.py openai_batch.py "
    "feedback.py feedback-1.toml".split()
)
_LIBRARIES = ("rapidfuzz", "PyStemmer", "numpy")


@lru_cache(maxsize=1)
def engine_digest() -> str:
    """Return a digest of the source files of the engine.

    >>> len(engine_digest())
    8
    """
    paths = [*_FOLDER.rglob("*.py"), *_FOLDER.rglob("data/**/*.txt")]
    return _digest(path for path in paths if path.relative_to(_FOLDER).parts[0] not in (*_OUTSIDE, *_WITH_MODEL))


@lru_cache(maxsize=1)
def llm_digest() -> str:
    """Return a digest of the source files and prompts that bear on grades which a model had a part in.

    >>> len(llm_digest())
    8
    """
    paths = [*_FOLDER.rglob("*.py"), *_FOLDER.rglob("llm/**/*.toml")]
    return _digest(
        path for path in paths if path.relative_to(_FOLDER).parts[0] in _WITH_MODEL and path.name not in _CARRYING
    )


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.relative_to(_FOLDER).as_posix().encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:8]


@lru_cache(maxsize=1)
def library_versions() -> str:
    """Return name and version of the libraries that bear on a score, joined by plus signs."""
    return "+".join(f"{name}-{version(name)}" for name in _LIBRARIES)


def offline_signature(calibration: Calibration, embedder: Embedder) -> str:
    """Return the signature of an offline grade as ``name:value`` parts joined by bars."""
    return (
        f"viva:{VERSION}|grader:offline|engine:{engine_digest()}|calibration:{calibration.digest}"
        f"|lexicon:{lexicon_signature()}|embedder:{embedder.signature}|libraries:{library_versions()}"
    )
