"""From confirmed posts to an index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from classifier.batches import batched
from classifier.errors import InputError
from classifier.mirrors.background import Background
from classifier.mirrors.contents import Contents, Digester, join
from classifier.mirrors.index import LEAST_BITS, THRESHOLD, MirrorIndex, entries_of
from classifier.mirrors.keys import Key
from classifier.mirrors.reading import plain_reader
from classifier.types import Post

BATCH = 16384


@dataclass
class Builder:
    """Collects posts for an index.

    Parameters
    ----------
    key
        The key.
    background
        What is commonplace.
    threshold, least_bits
        When a post matches; see `MirrorIndex`.
    keep_text
        Keep canonical texts, to show the words that a copy drops.
    """

    key: Key
    background: Background
    threshold: float = THRESHOLD
    least_bits: float = LEAST_BITS
    keep_text: bool = False
    #: Ids of posts that hold nothing rare enough to be recognised by.
    commonplace: list[str] = field(default_factory=list)

    def build(self, posts: Iterable[Post]) -> MirrorIndex:
        """Return the index of posts, those left out that are commonplace.

        Raises
        ------
        InputError
            If two posts have one id, or none is left.
        """
        digest = Digester(self.key, self.background)
        ids: dict[str, None] = {}
        texts: list[str] = []
        parts: list[Contents] = []
        for batch in batched(posts, BATCH):
            contents = digest([post.text for post in batch])
            kept = contents.weights >= self.least_bits
            for post, keep in zip(batch, kept.tolist(), strict=True):
                if not keep:
                    self.commonplace.append(post.id)
                elif post.id in ids:
                    msg = f"two posts have the id {post.id!r}; ids name entries, so that they can be withdrawn"
                    raise InputError(msg)
                else:
                    ids[post.id] = None
                    if self.keep_text:
                        texts.append(" ".join(plain_reader()(post.text)))
            parts.append(contents.take(np.flatnonzero(kept)))
        if not ids:
            msg = "no post holds enough rare words to be recognised by"
            raise InputError(msg)
        contents = join(parts)
        parts.clear()
        entries = entries_of(contents, tuple(ids), tuple(texts) if self.keep_text else None)
        return MirrorIndex(self.key, self.background, entries, digest.signature, self.threshold, self.least_bits)
