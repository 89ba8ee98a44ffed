"""Read the mirror out of the machine's own apt configuration, in both of apt's formats."""

import re
from dataclasses import dataclass
from pathlib import Path

ARCHIVE_KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
DEBIAN_SUITES = {
    *("bookworm", "trixie", "forky", "duke"),
    *("oldstable", "stable", "testing", "unstable", "sid"),
}
ONE_LINE = re.compile(r"deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<rest>\S.*)")


@dataclass(frozen=True)
class Mirror:
    """A Debian mirror, and the keyring that its signature is checked with (empty: apt's own)."""

    uri: str
    signed_by: str = ""


@dataclass(frozen=True)
class Source:
    """One entry of apt's sources: a place, its suites and its components."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str = ""


def parse_one_line(text: str) -> list[Source]:
    """Read the format of `sources.list`."""
    sources = []
    for line in text.splitlines():
        match = ONE_LINE.fullmatch(line.partition("#")[0].strip())
        if not match:
            continue
        suite, *components = match["rest"].split()
        options = dict(
            part.split("=", 1) for part in (match["options"] or "").split() if "=" in part
        )
        sources.append(
            Source(match["uri"], (suite,), tuple(components), options.get("signed-by", ""))
        )
    return sources


def parse_deb822(text: str) -> list[Source]:
    """Read the format of `*.sources`: paragraphs of fields."""
    sources = []
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
        unfolded = re.sub(r"\n[ \t]+", " ", paragraph)
        fields = {
            name.strip().lower(): value.strip()
            for name, separator, value in (line.partition(":") for line in unfolded.splitlines())
            if separator
        }
        if (
            "deb" not in fields.get("types", "").split()
            or fields.get("enabled", "").lower() == "no"
        ):
            continue
        for uri in fields.get("uris", "").split():
            sources.append(
                Source(
                    uri,
                    tuple(fields.get("suites", "").split()),
                    tuple(fields.get("components", "").split()),
                    fields.get("signed-by", ""),
                )
            )
    return sources


def read_sources(folder: Path = Path("/etc/apt")) -> list[Source]:
    """Return all entries of the machine's apt."""
    lists = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]
    found = [
        source
        for path in lists
        if path.is_file()
        for source in parse_one_line(path.read_text(errors="replace"))
    ]
    for path in sorted(folder.glob("sources.list.d/*.sources")):
        found += parse_deb822(path.read_text(errors="replace"))
    return found


def debian_mirrors(sources: list[Source], codename: str = "") -> list[Mirror]:
    """Return the mirrors that carry Debian's main archive, the likeliest first.

    :param codename: the machine's release; other vendors have a suite called `stable`, too
    """
    archives = [
        source
        for source in sources
        if "main" in source.components and DEBIAN_SUITES & set(source.suites)
    ]
    archives.sort(key=lambda source: codename not in source.suites)
    return list(
        dict.fromkeys(Mirror(source.uri, _keyring(source.signed_by)) for source in archives)
    )


def _keyring(signed_by: str) -> str:
    """Return the keyring file of an entry; a key within the entry itself is Debian's as well."""
    if signed_by.startswith("/"):
        return signed_by
    return str(ARCHIVE_KEYRING) if ARCHIVE_KEYRING.is_file() else ""


def machine_codename(release: Path = Path("/etc/os-release")) -> str:
    """Return the codename of the machine's Debian release, or nothing."""
    text = release.read_text() if release.is_file() else ""
    match = re.search(r'^(?:DEBIAN_CODENAME|VERSION_CODENAME)="?(\w+)', text, re.MULTILINE)
    return match[1] if match else ""
