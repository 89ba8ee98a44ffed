from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.likeness import likeness


@given(st.text(), st.text())
def test_it_is_a_share_and_the_same_both_ways(one, other):
    value = likeness(one, other)
    assert 0 <= value <= 1
    assert value == likeness(other, one)


@given(st.text(alphabet=st.characters(categories=["Ll", "Lo", "Nd"]), min_size=2))
def test_a_text_is_like_itself(text):
    assert likeness(text, text) == 1


def test_published_example():
    # the example that textbooks give for bigrams: {ni, ig, gh, ht} and {na, ac, ch, ht}
    assert likeness("night", "nacht") == 0.25


def test_what_does_not_count():
    assert likeness("Battery, empty!", "BATTERY empty") == 1
    assert likeness("电池没电了", "電池") < likeness("电池没电了", "电池没电") == 6 / 7
    assert likeness("", "") == 0
    assert likeness("a", "a") == 1
    assert likeness("a", "b") == 0
