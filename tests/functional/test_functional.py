"""A small real model on the functional suite: floors a little below what it reaches, so that a loss shows."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from classifier import Model
from classifier.labels import CATEGORIES, KINDS
from tests.functional.table import WIDTH, measure, show
from training.functional import Functional
from training.functional_table import functional_markdown, print_functional, sheets

#: A little below what was measured on 24 November 2026 with the small model, taught by opinions: en 0.82, ur 0.76,
#: ur-Latn 0.68, ar 0.70. On labels alone it was en 0.89, ur 0.85, ur-Latn 0.80: see docs/decisions/0010-what-transfers.md.
LEAST_AUC = {"en": 0.77, "ur": 0.70, "ur-Latn": 0.62, "ar": 0.60}
LEAST_AUC_OF_A_LABEL = 0.58
#: Counter-speech quotes what it rejects, and a bag of n-grams hears the quotation: the weakest kind, as docs/limits.md says.
LEAST_AUC_OF_KINDS = {"counter_speech": 0.5}
#: Kinds with fewer cases are too small to be judged one by one.
FEWEST_CASES = 20


@pytest.fixture(scope="module")
def figures(model: Model) -> Functional:
    return measure(model)


def test_tables_are_printed(figures: Functional) -> None:
    show(figures)  # pytest -s shows them
    console = Console(width=WIDTH, record=True, quiet=True)
    print_functional(figures, console, titles=["Urgency"])
    assert {sheet.title for sheet in sheets(figures)} >= {"All cases", "By function", "Urgency"}


def test_the_markdown_has_a_row_for_each_function(figures: Functional) -> None:
    lines = functional_markdown(figures).splitlines()
    for row in figures.sections["function"]:
        assert sum(line.startswith(f"| {row.name} | {row.cases} |") for line in lines) == 1
    tables = [line for line in lines if line.startswith("|")]
    assert all(line.endswith(" |") for line in tables)


def test_figures_are_ready_for_json(figures: Functional) -> None:
    assert json.loads(json.dumps(figures.to_dict()))["suite"] == figures.suite


def test_every_label_has_its_row(figures: Functional) -> None:
    assert [row.name for row in figures.sections["category"]] == list(CATEGORIES)
    assert [row.name for row in figures.sections["kind"]] == list(KINDS)
    assert sum(row.cases for row in figures.sections["function"]) == figures.row("all", "all").cases


def test_rows_agree_with_the_model(model: Model, figures: Functional) -> None:
    assert figures.model == model.name
    assert figures.threshold == model.policy.review
    row = figures.row("all", "all")
    assert row.recall is not None
    assert row.false_alarms is not None
    harmless = row.cases - row.harmful
    assert row.right * row.cases == pytest.approx(row.recall * row.harmful + (1 - row.false_alarms) * harmless)


@pytest.mark.parametrize("lang", LEAST_AUC)
def test_harm_scores_above_look_alikes_in_each_language(figures: Functional, lang: str) -> None:
    assert at_least(figures.row("language", lang).auc, LEAST_AUC[lang])


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_scores_above_look_alikes(figures: Functional, category: str) -> None:
    assert at_least(figures.row("category", category).auc, LEAST_AUC_OF_A_LABEL)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_scores_below_harm(figures: Functional, kind: str) -> None:
    assert at_least(figures.row("kind", kind).auc, LEAST_AUC_OF_KINDS.get(kind, LEAST_AUC_OF_A_LABEL))


def test_stance_decides_pairs(figures: Functional) -> None:
    assert at_least(figures.row("all", "all").pair_accuracy, 0.7)


def test_a_name_alone_does_not_decide(figures: Functional) -> None:
    overall, rule = figures.row("all", "all").auc, figures.mention_rule
    assert overall is not None
    assert rule is not None
    assert overall > rule + 0.15
    assert all(at_least(row.auc, 0.68) for row in figures.sections["naming"])


def test_look_alikes_stay_below_the_threshold(figures: Functional) -> None:
    assert at_most(figures.row("all", "all").false_alarms, 0.05)
    for row in figures.sections["kind"]:
        if row.cases >= FEWEST_CASES:
            assert at_most(row.false_alarms, 0.1), row.name


def test_saying_who_one_is_is_no_harm(figures: Functional) -> None:
    assert at_most(figures.row("function", "identity_mentions: I am a … person").false_alarms, 0.05)


def test_insertions_hardly_move_the_risk(figures: Functional) -> None:
    assert figures.insertions[0].name == "all"
    assert figures.insertions[0].median <= 0.1  # the target is 0.02


def test_t0_is_rarely_said_where_nobody_is_in_danger(figures: Functional) -> None:
    assert at_most(figures.urgency[0].wrong, 0.08)  # of the small model 6 %, of the default one 4 %


def test_unknown_languages_and_junk_are_unknown(figures: Functional) -> None:
    rates = {row.name: row for row in figures.unknown}
    assert at_least(rates["all"].right, 0.85)
    assert at_least(rates["junk"].right, 0.9)
    assert at_most(rates["all"].wrong, 0.15)


def test_a_row_that_is_not_there(figures: Functional) -> None:
    with pytest.raises(KeyError):
        figures.row("function", "none")


def at_least(figure: float | None, floor: float) -> bool:
    return figure is not None and figure >= floor


def at_most(figure: float | None, ceiling: float) -> bool:
    return figure is not None and figure <= ceiling
