"""``watchword calibrate``: bands from the owner's own posts, published as a new version."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from classifier.commands.score import ModelReference, ModelsFolder

if TYPE_CHECKING:
    from classifier.decide import Policy
    from classifier.model import Model

Traffic = Annotated[
    Path | None, typer.Option(help="A random sample of your posts, unlabelled: .jsonl, .csv or .parquet.")
]
FlagRate = Annotated[float | None, typer.Option(help="With --traffic: at most this share is flagged.")]
ReviewRate = Annotated[
    float | None, typer.Option(help="With --traffic: at most this share is flagged or reviewed; 4 times the flag rate.")
]
Labels = Annotated[Path | None, typer.Option(help="Labelled posts that the model has not learnt from.")]
MaxMiss = Annotated[float | None, typer.Option(help="With --labels: at most this share of the harm passes.")]
MinPrecision = Annotated[float | None, typer.Option(help="With --labels: flag where at least this share is right.")]


def calibrate(  # noqa: PLR0913 - one parameter an option
    traffic: Traffic = None,
    flag_rate: FlagRate = None,
    review_rate: ReviewRate = None,
    labels: Labels = None,
    max_miss: MaxMiss = None,
    min_precision: MinPrecision = None,
    model: ModelReference = None,
    models: ModelsFolder = Path("models"),
    *,
    promote: Annotated[bool, typer.Option("--promote", help="Use the new version from now on.")] = False,
) -> None:
    """Set the bands by your own traffic (a flag rate) or labels (a miss rate, a precision), as a new version."""
    from classifier.model import load
    from training.publish import publish_policy

    rates = {"flag rate": flag_rate, "review rate": review_rate, "max miss": max_miss, "min precision": min_precision}
    check_options(traffic, labels, rates)
    loaded = load(models, model)
    if traffic is not None:
        policy, facts = _by_traffic(loaded, traffic, flag_rate or 0.0, review_rate)
    else:
        policy, facts = _by_labels(loaded, labels or Path(), max_miss or 0.0, min_precision)
    published = publish_policy(loaded.bundle, models, policy, facts)
    typer.echo(published.path)
    typer.echo(policy.promise, err=True)
    flag = "nothing is flagged" if policy.flag is None else f"flag from {policy.flag:.4f}"
    typer.echo(f"review from risk {policy.review:.4f}, {flag}", err=True)
    if promote:
        from training.gate import promote_checked

        promote_checked(models, published.name)
        typer.echo(f"in use from now on: {published.name}", err=True)
    else:
        typer.echo(f"to use it: watchword models promote {published.name}", err=True)


def check_options(traffic: Path | None, labels: Path | None, rates: dict[str, float | None]) -> None:
    """Refuse options that do not go together, and shares that are none.

    Raises
    ------
    InputError
        Saying what to write instead.
    """
    from classifier.errors import InputError

    if (traffic is None) == (labels is None):
        msg = "give either --traffic FILE --flag-rate 0.005 or --labels FILE --max-miss 0.05"
        raise InputError(msg)
    of_traffic, of_labels = ("flag rate", "review rate"), ("max miss", "min precision")
    own, other = (of_traffic, of_labels) if traffic is not None else (of_labels, of_traffic)
    if rates[own[0]] is None:
        msg = f"--{'traffic' if traffic is not None else 'labels'} needs --{own[0].replace(' ', '-')}"
        raise InputError(msg)
    for name, value in rates.items():
        if value is not None and name in other:
            msg = f"--{name.replace(' ', '-')} does not go with --{'traffic' if traffic is not None else 'labels'}"
            raise InputError(msg)
        if value is not None and not 0 < value < 1:
            msg = f"--{name.replace(' ', '-')} {value:g} must lie between 0 and 1, as 0.005 for half a percent"
            raise InputError(msg)
    flag, review = rates["flag rate"], rates["review rate"]
    if flag is not None and review is not None and review < flag:
        msg = "--review-rate counts flagged posts too: it must not be smaller than --flag-rate"
        raise InputError(msg)


def _by_traffic(model: Model, path: Path, flag_rate: float, review_rate: float | None) -> tuple[Policy, dict[str, Any]]:
    from classifier.errors import InputError
    from classifier.files import read_posts
    from classifier.types import Post
    from training.bands import traffic_policy
    from training.labelled import file_facts

    rows = list(read_posts(str(path), sys.stdin.buffer))
    posts = [row for row in rows if isinstance(row, Post)]
    if len(posts) < len(rows):
        first = next(row for row in rows if not isinstance(row, Post))
        msg = f"{path}: {first}; {len(rows) - len(posts)} rows are no posts, and a sample without them is no sample: mend them"
        raise InputError(msg)
    policy, facts = traffic_policy(model.policy, model.risk([post.text for post in posts]), flag_rate, review_rate)
    return policy, facts | file_facts(path)


def _by_labels(model: Model, path: Path, max_miss: float, min_precision: float | None) -> tuple[Policy, dict[str, Any]]:
    import numpy as np

    from classifier.errors import InputError
    from training.bands import labels_policy
    from training.labelled import file_facts, read_all
    from training.report import learnt

    posts = read_all(path, sys.stdin.buffer)
    facts = file_facts(path)
    if learnt(model, facts["sha256"]):
        msg = f"{model.name} learnt from {path}: nothing can be promised on it; set labels aside that it has not seen"
        raise InputError(msg)
    harmful = np.array([post.harmful for post in posts])
    policy, found = labels_policy(model.policy, model.risk([p.text for p in posts]), harmful, max_miss, min_precision)
    return policy, found | facts
