"""Watchword's classifier: the model in use.

>>> from classifier import load
>>> model = load("models")  # doctest: +SKIP
>>> model.risk(["See you at the game tonight"])  # doctest: +SKIP
array([0.0031])
"""

from classifier.errors import (
    InputError,
    MirrorError,
    MirrorTooNew,
    ModelChanged,
    ModelError,
    ModelMissing,
    ModelTooNew,
    PostError,
    SeedError,
    StoreError,
    TrainingError,
    WatchwordError,
)
from classifier.model import Model, load
from classifier.types import Mention, Post, Result, Term, Urgency

__all__ = [
    "InputError",
    "Mention",
    "MirrorError",
    "MirrorTooNew",
    "Model",
    "ModelChanged",
    "ModelError",
    "ModelMissing",
    "ModelTooNew",
    "Post",
    "PostError",
    "Result",
    "SeedError",
    "StoreError",
    "Term",
    "TrainingError",
    "Urgency",
    "WatchwordError",
    "load",
]
