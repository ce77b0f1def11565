import pytest

from pages.shared.formatting import escape_markdown, format_duration


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.54, "4.5 s"), (59.9, "60 s"), (119, "2 min"), (2962, "49 min"), (4800, "1 h 20 min")]
)
def test_duration_is_given_in_seconds_minutes_and_hours(seconds, text):
    assert format_duration(seconds) == text


def test_only_signs_of_markdown_are_escaped():
    assert escape_markdown("*a_b* £1 ÷ €2 [x](y) #1.") == r"\*a_b\* £1 ÷ €2 \[x\]\(y\) \#1\."
