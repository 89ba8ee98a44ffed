from hypothesis import given
from hypothesis import strategies as st

from crm_experience.tools.answer_search import MOST_WORDS, fold, score, split_words


def test_fold():
    assert fold("Ménu ÄRGER Straße") == "menu arger strasse"


def test_words():
    assert split_words("How do I move my photos? My PHOTOS!") == [
        "how",
        "do",
        "move",
        "my",
        "photos",
    ]
    assert split_words("怎么充电") == ["怎么", "么充", "充电"]
    assert split_words("Lumen充电器2个") == ["lumen", "充电", "电器", "个"]
    assert split_words("充") == ["充"]
    assert split_words("?! _ a") == []


def test_order_of_places():
    words = split_words("battery")
    title = score(words, {"title": "Battery", "body": ""})
    keywords = score(words, {"title": "", "keywords": "battery, charge"})
    body = score(words, {"body": "Change the battery"})
    beginning = score(words, {"body": "Change the batterypack"})
    assert title > keywords > body > beginning > 0
    assert score(words, {"title": "A rebattery"}) == 0
    assert score([], {"title": "A"}) == 0


def test_chinese_is_found_anywhere():
    assert score(split_words("屏幕维修"), {"title": "如何维修手机屏幕"}) > 0


@given(st.text())
def test_total(text):
    words = split_words(text)
    assert len(words) <= MOST_WORDS
    assert len(set(words)) == len(words)
    assert score(words, {"title": text}) >= 0
    if words:
        assert score(words, {"title": text}) > 0


@given(st.text(), st.text(), st.text())
def test_more_text_never_fits_less(query, title, body):
    words = split_words(query)
    assert score(words, {"title": title, "body": body}) >= score(words, {"title": title})
