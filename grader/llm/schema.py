"""What a reply looks like: a strict JSON schema, keyed by point id, made from a pydantic model.

The quote comes first and the verdict last, so that a model that writes from left to right looks before it decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

ModelVerdict = Literal["met", "partial", "unmet", "cannot_assess"]
SCHEMA_NAME = "verdicts"


class PointVerdict(BaseModel):
    """What a model says of one point. There is no field for marks."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    quote: str = Field(
        description="The words of the answer that say the point, copied exactly; empty where there are none."
    )
    why: str = Field(description="One short sentence: why this verdict.")
    verdict: ModelVerdict


def reply_schema(ids: Sequence[str]) -> dict[str, Any]:
    """Return the strict JSON schema of a reply about these points: every property is required and no other is allowed.

    The schema is written out in full, since some servers follow no references.

    >>> schema = reply_schema(["cost"])
    >>> schema["required"], schema["additionalProperties"], list(schema["properties"]["cost"]["properties"])
    (['cost'], False, ['quote', 'why', 'verdict'])
    """
    return {
        "type": "object",
        "properties": dict.fromkeys(ids, _point_schema()),
        "required": list(ids),
        "additionalProperties": False,
    }


@lru_cache(maxsize=1)
def _point_schema() -> dict[str, Any]:
    # Half a millisecond of pydantic's, and the same for every point of every question.
    own = PointVerdict.model_json_schema()
    properties = {
        name: {key: value for key, value in field.items() if key != "title"}
        for name, field in own["properties"].items()
    }
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
