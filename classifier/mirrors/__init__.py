"""Mirrors: content that comes back, a little reworded, on another account.

A match proposes review; it never flags.
"""

from classifier.mirrors.background import Background
from classifier.mirrors.build import Builder
from classifier.mirrors.clusters import Clusterer, Clusters
from classifier.mirrors.index import Match, MirrorIndex
from classifier.mirrors.keys import Key, create_key, read_key
from classifier.mirrors.store import load, save

__all__ = [
    "Background",
    "Builder",
    "Clusterer",
    "Clusters",
    "Key",
    "Match",
    "MirrorIndex",
    "create_key",
    "load",
    "read_key",
    "save",
]
