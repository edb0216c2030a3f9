"""Results as Arrow columns: one row a post, the fields of `classifier.types.Result` by name and meaning."""

from __future__ import annotations

import pyarrow as pa

from classifier.labels import CATEGORIES, GROUNDS

CATEGORY_COLUMNS = tuple(f"category_{name}" for name in CATEGORIES)
GROUND_COLUMNS = tuple(f"ground_{name}" for name in GROUNDS)

TERM = pa.struct(
    [
        pa.field("text", pa.string()),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("weight", pa.float64(), nullable=False),
    ]
)
MENTION = pa.struct(
    [
        pa.field("kind", pa.string(), nullable=False),
        pa.field("text", pa.string()),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("lists", pa.list_(pa.string()), nullable=False),
    ]
)

#: What the model says of a post, in the order of the contract; categories and grounds have a column each.
RESULT_SCHEMA = pa.schema(
    [
        pa.field("risk", pa.float64(), nullable=False),
        pa.field("band", pa.string(), nullable=False),
        pa.field("basis", pa.string(), nullable=False),
        *(pa.field(name, pa.float64(), nullable=False) for name in (*CATEGORY_COLUMNS, *GROUND_COLUMNS)),
        pa.field("urgency", pa.string(), nullable=False),
        pa.field("cues", pa.list_(pa.string()), nullable=False),
        pa.field("logit", pa.float64(), nullable=False),
        pa.field("bias", pa.float64(), nullable=False),
        pa.field("terms", pa.list_(TERM), nullable=False),
        pa.field("rest", pa.float64(), nullable=False),
        pa.field("mentions", pa.list_(MENTION), nullable=False),
        pa.field("lang", pa.string(), nullable=False),
        pa.field("coverage", pa.float64(), nullable=False),
        pa.field("window_start", pa.int32(), nullable=False),
        pa.field("window_end", pa.int32(), nullable=False),
        pa.field("model", pa.string(), nullable=False),
        pa.field("forced", pa.bool_(), nullable=False),
    ]
)
