"""Say what is doubtful in a reading, and what else it may be."""

from __future__ import annotations

from digitnet.reading.result import Reading
from digitnet.reading.signs import Symbol
from pages.shared import formatting
from pages.shared.sign_names import name_sign


def list_doubts(reading: Reading) -> list[Symbol]:
    """List the doubtful digits and signs in reading order."""
    return reading.find_doubtful([symbol for row in reading.symbols for number in row for symbol in number])


def ask(reading: Reading, symbol: Symbol) -> str:
    """Return what to check: "0 or 6?", "the 0" if no other digit is likely, or "the comma"."""
    if symbol.is_sign:
        return name_sign(str(reading.signs.labels[symbol.at]))
    digit, name = reading.labels[symbol.at], name_runner_up(reading, symbol.at)
    return f"{digit} or {name}?" if name.isdigit() else f"the {digit}"


def describe_doubt(reading: Reading, symbol: Symbol) -> str:
    """Return the runner-up of a digit: "or 9: 12.0%", or how sure a sign is: "54.0% sure"."""
    if symbol.is_sign:
        return f"{formatting.format_percent(float(reading.signs.confidence[symbol.at]))} sure"
    return describe_runner_up(reading, symbol.at)


def describe_runner_up(reading: Reading, index: int) -> str:
    """Return the runner-up of a digit: "or 9: 12.0%", or "or not a digit: 30.0%"."""
    probabilities, name = reading.probabilities[index], name_runner_up(reading, index)
    share = float(probabilities[int(name)]) if name.isdigit() else 1 - float(probabilities.sum())
    return f"or {name}: {formatting.format_percent(share)}"


def name_runner_up(reading: Reading, index: int) -> str:
    """Return the runner-up of a digit: "9" or "not a digit"."""
    probabilities, second = reading.probabilities[index], int(reading.runner_up[index])
    return "not a digit" if 1 - float(probabilities.sum()) > float(probabilities[second]) else str(second)
