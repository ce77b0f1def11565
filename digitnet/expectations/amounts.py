"""Read amounts with a fixed count of decimals, such as "1,234.50"."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from itertools import product

CURRENCIES = "$€£"
_DECIMAL_SIGNS = ".,"
_GROUPINGS = ".,'"
_MAX_WHOLE_DIGITS = 9


@lru_cache(maxsize=64)
def list_amount_shapes(decimals: int, signed: bool) -> frozenset[str]:
    """Return the shapes of amounts, with "d" for each digit: "d.dd" to "€ddd,ddd,ddd.dd".

    Args:
        decimals: count of decimals, above 0.
        signed: whether a minus may stand first.
    """
    wholes = {"d" * count for count in range(1, _MAX_WHOLE_DIGITS + 1)}
    shapes = {whole + sign + "d" * decimals for whole in wholes for sign in _DECIMAL_SIGNS}
    for count, grouping, sign in product(range(4, _MAX_WHOLE_DIGITS + 1), _GROUPINGS, _DECIMAL_SIGNS):
        if grouping != sign:
            head = (count - 1) % 3 + 1
            shapes.add("d" * head + (grouping + "ddd") * ((count - head) // 3) + sign + "d" * decimals)
    shapes |= {f"{currency}{shape}" for currency, shape in product(CURRENCIES, shapes)} | {
        f"{shape}{currency}" for currency, shape in product(CURRENCIES, shapes)
    }
    return frozenset(shapes | {f"-{shape}" for shape in shapes} if signed else shapes)


def parse_amount(text: str, decimals: int) -> Decimal:
    """Return what a text of one of the shapes is worth; its last digits are the decimals."""
    sign = "-" * text.startswith("-")
    return Decimal(f"{sign}{re.sub('[^0-9]', '', text)}e-{decimals}")
