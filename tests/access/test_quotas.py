import re
from dataclasses import asdict

import pytest

from digitnet.access.quotas import Quotas, read_quotas
from digitnet.batches.keeping import Keeping
from digitnet.errors import SettingsError
from digitnet.paths import ROOT


@pytest.fixture
def write(tmp_path, monkeypatch):
    path = tmp_path / "settings.toml"
    monkeypatch.setenv("DIGITNET_SETTINGS", str(path))
    return path.write_text


def test_quotas_that_are_not_named_have_defaults(write):
    write("[quotas]\nupload_files = 7\nkeep_minutes = 0.5\n")
    assert read_quotas() == Quotas(upload_files=7, keep_minutes=0.5)


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("files = 3", "'files'"),
        ("upload_files = 1.5", "'upload_files'"),
        ("upload_files = true", "'upload_files'"),
        ("upload_files = 0", "'upload_files'"),
        ("upload_megabytes = -1", "'upload_megabytes'"),
        ("upload_megabytes = nan", "'upload_megabytes'"),
        ("upload_megabytes = inf", "'upload_megabytes'"),
        ('rows_per_day = "many"', "'rows_per_day'"),
    ],
)
def test_wrong_quota_is_refused_by_its_name(line, key, write):
    write(f"[quotas]\n{line}\n")
    with pytest.raises(SettingsError, match=key):
        read_quotas()


def test_quota_that_turns_something_off_may_be_zero(write):
    write("[quotas]\nfree_disk_megabytes = 0\n")
    assert read_quotas().free_disk_megabytes == 0


def test_operators_read_the_quotas_and_their_defaults():
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    section = text[text.index("## Limits and quotas") :]
    rows = re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", section[: section.index("\n## ")], re.MULTILINE)
    assert {name: float(value) for name, value in rows} == asdict(Quotas()) | asdict(Keeping())
