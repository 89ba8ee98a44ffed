"""The translation files of the addons: what lacks a translation, and how templates merge."""

import re
from pathlib import Path

import polib

from .addons import ADDONS
from .database import CHINESE
from .naming import Complaint
from .place import ROOT


def complaints() -> list[Complaint]:
    """Return every string of the templates that lacks a translation."""
    found = []
    for addon in ADDONS:
        template = template_of(addon)
        if not template.is_file():
            continue
        translated = _translated(catalogue_of(addon))
        name = str(catalogue_of(addon).relative_to(ROOT))
        found += [
            Complaint(name, entry.linenum, f"no translation of: {entry.msgid}")
            for entry in polib.pofile(str(template))
            if _key(entry) not in translated
        ]
    return found


def template_of(addon: str) -> Path:
    """Return the file with all strings of an addon."""
    return ROOT / addon / f"i18n/{addon}.pot"


def catalogue_of(addon: str) -> Path:
    """Return the file with the Chinese of an addon."""
    return ROOT / addon / f"i18n/{CHINESE}.po"


def is_same(text: str, other: str) -> bool:
    """Tell whether two templates differ in nothing but their dates."""
    return _without_dates(text) == _without_dates(other)


def merge(catalogue: str, template: str) -> str:
    """Return a catalogue with the strings of a template, in the template's order.

    Translations are kept; strings that are gone, go.
    """
    wanted = polib.pofile(template)
    known = {_key(entry): entry for entry in polib.pofile(catalogue)} if catalogue else {}
    merged = polib.POFile()
    merged.header = wanted.header
    merged.metadata = {
        **wanted.metadata,
        "Language": CHINESE,
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for entry in wanted:
        before = known.get(_key(entry))
        if before:
            entry.msgstr = before.msgstr
        merged.append(entry)
    return str(merged).rstrip("\n") + "\n"


def _translated(catalogue: Path) -> set[tuple[str, str]]:
    if not catalogue.is_file():
        return set()
    return {_key(entry) for entry in polib.pofile(str(catalogue)) if entry.translated()}


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def _without_dates(text: str) -> str:
    return re.sub(r'^"(POT-Creation-Date|PO-Revision-Date): .*\n', "", text, flags=re.MULTILINE)
