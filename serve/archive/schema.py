"""The columns of a folder of scored posts.

The types never change with the data: a column that is null throughout has the type it always has. `SCHEMA_VERSION` is raised
when a column is renamed, removed or changes its type or meaning; a new column at the end does not raise it.

==============  =========================================================================================
column          meaning
==============  =========================================================================================
source, row     the input file, and the 1-based line (JSONL, CSV) or row (Parquet) in it: a post's address
id              as given; an integer is written as its digits. Not unique where the archive's are not
account         as given, or null
lang_declared   the language that the archive says the post is in, or null
created_at      as given, or null
created_utc     the same as a moment, where it is ISO 8601 (without an offset: UTC); null elsewhere
url             as given, or null
text            the post; null throughout with ``--drop-text``
risk … forced   what the model says: `classifier.columns.RESULT_SCHEMA`, the fields of a result by their names, except that
                each category and each ground has a column (``category_threat``, ``ground_violent_hate``), urgency's tier is
                ``urgency`` and its cues are ``cues``, and the window is ``window_start``, ``window_end``.
                With ``--drop-text`` the texts in ``terms`` and ``mentions`` are null, their places stay
extra           every other column of the input as one JSON object, or null where there is none
==============  =========================================================================================
"""

from __future__ import annotations

import pyarrow as pa

from classifier.columns import RESULT_SCHEMA

SCHEMA_VERSION = 1

#: What a post is known by, before it is scored: what every reader of input gives.
POST_SCHEMA = pa.schema(
    [
        pa.field("row", pa.int64(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("account", pa.string()),
        pa.field("lang", pa.string()),
        pa.field("created_at", pa.string()),
        pa.field("url", pa.string()),
        pa.field("extra", pa.string()),
    ]
)

SCORED_SCHEMA = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("account", pa.string()),
        pa.field("lang_declared", pa.string()),
        pa.field("created_at", pa.string()),
        pa.field("created_utc", pa.timestamp("us", tz="UTC")),
        pa.field("url", pa.string()),
        pa.field("text", pa.string()),
        *RESULT_SCHEMA,
        pa.field("extra", pa.string()),
    ],
    metadata={"watchword.schema": str(SCHEMA_VERSION)},
)
