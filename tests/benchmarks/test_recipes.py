import pytest

from benchmarks.recipes import load_results
from digitnet.experiments.recipes import RECIPES


@pytest.mark.parametrize("name", load_results())
def test_saved_result_belongs_to_the_recipe_of_today(name):
    assert load_results()[name]["epochs"] == RECIPES[name].epochs
