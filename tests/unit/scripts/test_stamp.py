"""Fingerprints change with what counts, and with nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from scripts import stamp


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_two_fingerprints_are_equal_only_for_equal_parts(parts, others):
    assert (stamp.fingerprint(*parts) == stamp.fingerprint(*others)) == (parts == others)


def test_files_count_by_name_and_content(tmp_path):
    (tmp_path / "models").mkdir()
    file = tmp_path / "models/a.py"
    file.write_text("a")
    first = stamp.fingerprint_of_files(tmp_path)
    file.write_text("b")
    second = stamp.fingerprint_of_files(tmp_path)
    file.rename(tmp_path / "models/b.py")
    third = stamp.fingerprint_of_files(tmp_path)
    assert len({first, second, third}) == 3


def test_bytecode_and_skipped_paths_do_not_count(tmp_path):
    (tmp_path / "static/src").mkdir(parents=True)
    (tmp_path / "__pycache__").mkdir()
    before = stamp.fingerprint_of_files(tmp_path, ["static/src"])
    (tmp_path / "static/src/a.js").write_text("x")
    (tmp_path / "__pycache__/a.pyc").write_text("x")
    assert stamp.fingerprint_of_files(tmp_path, ["static/src"]) == before
    (tmp_path / "static/src.js").write_text("x")
    assert stamp.fingerprint_of_files(tmp_path, ["static/src"]) != before


def test_a_stamp_is_current_for_its_value_only(tmp_path):
    place = tmp_path / "deep/stamp"
    assert not stamp.is_current(place, "one")
    stamp.write(place, "one")
    assert stamp.is_current(place, "one")
    assert not stamp.is_current(place, "two")
