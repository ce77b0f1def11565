"""Export what came of pictures that were scored: CSV, JSON, and lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from digitnet.formulas import guard_text
from digitnet.reading.export import format_csv
from digitnet.scoring.outcome import Difference, Outcome, PictureScore, list_differences, sum_up
from digitnet.scoring.score import Score

COLUMNS = (
    *("model", "file", "field", "expected", "read", "exact", "digits", "wrong_digits", "accepted", "confidence"),
    *("seconds", "error"),
)

Scores = Mapping[str, Sequence[PictureScore]]  # What each model made of the same pictures.


def to_score_csv(scores: Scores) -> str:
    """Return a line for each picture, or field of a form, and model.

    `exact` and `accepted` are 1 or 0. A name that a spreadsheet would run as a formula follows an apostrophe.
    """
    lines: list[list[Any]] = [list(COLUMNS)]
    for model, score, outcome in _iterate(scores):
        entry = _to_dict(score, outcome)
        texts = [guard_text(entry[name]) for name in ("file", "field", "expected", "read")]
        flags = int(entry["exact"]), entry["digits"], entry["wrong_digits"], int(entry["accepted"])
        lines.append([model, *texts, *flags, entry["confidence"], entry["seconds"], entry["error"]])
    return format_csv(lines)


def to_score_json(scores: Scores) -> str:
    """Return the sums of each model, and its pictures or fields, as JSON."""
    return json.dumps(
        [
            {"model": model, **sums_to_dict(sum_up(each))}
            | {"readings": [_to_dict(score, outcome) for score in each for outcome in score.outcomes]}
            for model, each in scores.items()
        ],
        indent=1,
        ensure_ascii=False,
    )


def sums_to_dict(score: Score) -> dict[str, Any]:
    """Return the sums of a model as plain values; shares are from 0 to 1."""
    return {
        "count": score.count,
        "exact": score.exact,
        "exact_share": round(score.exact_share, 4),
        "digits": score.digits,
        "wrong_digits": score.wrong,
        "wrong_digits_share": round(score.wrong_share, 4),
        "accepted": score.accepted,
        "accepted_share": round(score.accepted_share, 4),
        "accepted_wrong": score.accepted_wrong,
        "accepted_wrong_share": round(score.accepted_wrong_share, 4),
        "median_seconds": round(score.median_seconds, 4),
    }


def list_figures(score: Score) -> dict[str, str]:
    """Return the figures of a model for people, by their names."""
    return {
        "exactly right": f"{score.exact_share:.1%} ({score.exact:,} of {score.count:,})",
        "digits wrong": f"{score.wrong_share:.1%} ({score.wrong:,} of {score.digits:,})",
        "without a doubt": f"{score.accepted_share:.1%} ({score.accepted:,})",
        "wrong among these": f"{score.accepted_wrong_share:.1%} ({score.accepted_wrong:,})",
        "time for a picture": f"{score.median_seconds:.2f} s",
    }


def list_wrong(scores: Sequence[PictureScore]) -> list[tuple[str, Outcome]]:
    """List the outcomes that are not exactly right, with the names of their pictures and fields."""
    return [(each.name(outcome), outcome) for each in scores for outcome in each.outcomes if not outcome.is_exact]


def describe_wrong(name: str, outcome: Outcome, error: str = "") -> str:
    """Return a line about a wrong outcome: "a.jpg: 12, read as 17, without a doubt"."""
    read = f"read as {outcome.text}" if outcome.text else error or "nothing was read"
    return f"{name}: {outcome.truth or 'empty'}, {read}{', without a doubt' * outcome.is_accepted}"


def describe_difference(difference: Difference, first: str, second: str) -> str:
    """Return a line about a difference: "a.jpg: 12; cnn 12, mlp 17"."""
    texts = [
        f"{model} {outcome.text or 'nothing'}" for model, outcome in zip((first, second), difference[1:], strict=True)
    ]
    return f"{difference.name}: {difference.first.truth or 'empty'}; {', '.join(texts)}"


def describe_sides(scores: Scores) -> str:
    """Say how many pictures only one of two models reads right."""
    (first, mine), (second, others) = scores.items()
    differences = list_differences(mine, others)
    only = sum(difference.first.is_exact for difference in differences)
    return f"Right only with {first}: {only:,}. Right only with {second}: {len(differences) - only:,}."


def _iterate(scores: Scores) -> Iterator[tuple[str, PictureScore, Outcome]]:
    for model, each in scores.items():
        for score in each:
            for outcome in score.outcomes:
                yield model, score, outcome


def _to_dict(score: PictureScore, outcome: Outcome) -> dict[str, Any]:
    return {
        "file": score.file,
        "field": outcome.place,
        "expected": outcome.truth,
        "read": outcome.text,
        "exact": outcome.is_exact,
        "digits": outcome.comparison.digits,
        "wrong_digits": outcome.comparison.wrong,
        "accepted": outcome.is_accepted,
        "confidence": round(outcome.confidence, 4),
        "seconds": round(score.seconds, 4),
        "error": score.error,
    }
