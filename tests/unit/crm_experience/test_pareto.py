import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.pareto import pareto

counts = st.dictionaries(st.integers(), st.integers(0, 1000))


@given(counts, st.floats(0, 1))
def test_the_vital_few_are_the_fewest_that_reach_the_threshold(values, threshold):
    bars = pareto(values, threshold)
    total = sum(values.values())
    assert sum(bar.value for bar in bars) == total
    assert [bar.value for bar in bars] == sorted((v for v in values.values() if v), reverse=True)
    vital = [bar for bar in bars if bar.is_vital]
    assert bars[: len(vital)] == vital
    if vital:
        assert sum(bar.value for bar in vital) >= threshold * total - 1e-9 * total
        assert sum(bar.value for bar in vital[:-1]) < threshold * total
    if bars:
        assert bars[-1].cumulative == pytest.approx(1)


def test_an_example():
    bars = pareto({"late": 50, "rude": 5, "broken": 30, "dear": 15, "none": 0})
    assert [(bar.key, bar.is_vital) for bar in bars] == [
        ("late", True),
        ("broken", True),
        ("dear", False),
        ("rude", False),
    ]
    assert [bar.cumulative for bar in bars] == pytest.approx([0.5, 0.8, 0.95, 1])
    assert pareto({}) == []
