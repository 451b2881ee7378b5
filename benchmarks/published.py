"""Figures that others published for these corpora, to stand beside ours; every table of them says where it is from.

They were measured on other cuts of the data (ASAG2024 takes training splits, SAF keeps empty submissions), so they are marks
to steer by and no paired comparison.
"""

from __future__ import annotations

from collections.abc import Mapping

# Meyer, Breuer and Fürst 2024, arXiv 2409.18596, Table 2: weighted RMSE, zero-shot.
WEIGHTED_RMSE: Mapping[str, Mapping[str, float]] = {
    "GPT-4o, zero-shot": {"beetle": 0.32, "scientsbank": 0.31, "saf": 0.24, "stita": 0.22},
    "GPT-3.5, zero-shot": {"beetle": 0.33, "scientsbank": 0.33, "saf": 0.28, "stita": 0.28},
    "embedding cosine": {"beetle": 0.32, "scientsbank": 0.37, "saf": 0.41, "stita": 0.40},
    "mean predictor": {"beetle": 0.41, "scientsbank": 0.39, "saf": 0.41, "stita": 0.34},
}

# Dzikovska et al. 2013, SemEval-2013 Task 7, two-way task: macro-averaged F1.
TWO_WAY_F1: Mapping[str, Mapping[str, float]] = {
    "majority": {
        "beetle/test_ua": 0.375, "beetle/test_uq": 0.367,
        "scientsbank/test_ua": 0.362, "scientsbank/test_uq": 0.371, "scientsbank/test_ud": 0.367,
    },
    "lexical baseline, trained on the task": {
        "beetle/test_ua": 0.788, "beetle/test_uq": 0.725,
        "scientsbank/test_ua": 0.617, "scientsbank/test_uq": 0.630, "scientsbank/test_ud": 0.650,
    },
    "SoftCardinality, trained on the task": {
        "beetle/test_ua": 0.774, "beetle/test_uq": 0.635,
        "scientsbank/test_ua": 0.715, "scientsbank/test_uq": 0.737, "scientsbank/test_ud": 0.705,
    },
}  # fmt: skip

# Filighera et al. 2022: RMSE on the test splits.
SAF_RMSE: Mapping[str, Mapping[str, float]] = {
    "majority": {"test_ua": 0.470, "test_uq": 0.512},
    "T5, fine-tuned": {"test_ua": 0.269, "test_uq": 0.248},
    "a second human": {"test_ua": 0.099, "test_uq": 0.086},
}
