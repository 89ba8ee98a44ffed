"""Templates merge into translations without losing one, and dates alone change nothing."""

from scripts.translations import is_same, merge

TEMPLATE = """\
msgid ""
msgstr ""
"POT-Creation-Date: 2026-01-01 10:00+0000\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

#. module: crm_x
#: model:crm.a,name:crm_x.a
msgid "Store"
msgstr ""

#. module: crm_x
msgid "Wheel"
msgstr ""
"""


def test_translations_are_kept_and_what_is_gone_goes():
    catalogue = merge("", TEMPLATE).replace(
        'msgid "Store"\nmsgstr ""', 'msgid "Store"\nmsgstr "门店"'
    )
    catalogue += '\nmsgid "Gone"\nmsgstr "没了"\n'
    merged = merge(catalogue, TEMPLATE)
    assert 'msgid "Store"\nmsgstr "门店"' in merged
    assert "Gone" not in merged
    assert merged.index("Store") < merged.index("Wheel")
    assert '"Language: zh_CN\\n"' in merged


def test_merging_twice_changes_nothing():
    once = merge("", TEMPLATE)
    assert merge(once, TEMPLATE) == once


def test_dates_do_not_count():
    assert is_same(TEMPLATE, TEMPLATE.replace("2026-01-01", "2026-02-02"))
    assert not is_same(TEMPLATE, TEMPLATE.replace("Wheel", "Ring"))
