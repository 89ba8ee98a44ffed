"""Both of apt's formats are read, and only Debian's own archive is taken for a mirror."""

from scripts.apt_sources import (
    Mirror,
    Source,
    debian_mirrors,
    machine_codename,
    parse_deb822,
    parse_one_line,
    read_sources,
)

DEB822 = """\
# written by the installer
Types: deb deb-src
URIs: http://mirror.example/debian http://other.example/debian
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://sources.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://keyed.example/debian
Suites: trixie
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mDMEYSJ7xxYJKwYBBAHaRw8BAQdA
 -----END PGP PUBLIC KEY BLOCK-----
"""


def test_one_line_format():
    sources = parse_one_line(
        "# deb http://commented.example/debian sid main\n"
        "deb http://mirror.example/debian bookworm main contrib # inline\n"
        "deb [ arch=amd64 signed-by=/k.gpg ] https://signed.example/debian sid main\n"
        "deb-src http://mirror.example/debian bookworm main\n"
        "\n"
    )
    assert sources == [
        Source("http://mirror.example/debian", ("bookworm",), ("main", "contrib")),
        Source("https://signed.example/debian", ("sid",), ("main",), "/k.gpg"),
    ]


def test_deb822_format():
    suites, components = ("bookworm", "bookworm-updates"), ("main", "contrib")
    keyring = "/usr/share/keyrings/debian-archive-keyring.gpg"
    found = parse_deb822(DEB822)
    assert found[:2] == [
        Source("http://mirror.example/debian", suites, components, keyring),
        Source("http://other.example/debian", suites, components, keyring),
    ]
    assert [source.uri for source in found[2:]] == ["http://keyed.example/debian"]
    assert "BEGIN PGP" in found[2].signed_by


def test_only_debian_archives_are_mirrors_and_the_machines_release_comes_first():
    sources = [
        Source("http://chrome.example/deb", ("stable",), ("main",), "/chrome.gpg"),
        Source("http://node.example", ("nodistro",), ("main",)),
        Source("http://security.example", ("bookworm-security",), ("main",)),
        Source("http://mirror.example/debian", ("bookworm",), ("main",), "/debian.gpg"),
        Source("http://mirror.example/debian", ("bookworm-updates",), ("main",), "/debian.gpg"),
        Source("http://docker.example", ("bookworm",), ("stable",)),
    ]
    assert debian_mirrors(sources, "bookworm") == [
        Mirror("http://mirror.example/debian", "/debian.gpg"),
        Mirror("http://chrome.example/deb", "/chrome.gpg"),
    ]


def test_a_key_inside_the_entry_is_never_written_as_a_path():
    (mirror,) = debian_mirrors([Source("http://m.example", ("sid",), ("main",), "-----BEGIN")])
    assert mirror.signed_by == "" or mirror.signed_by.startswith("/")


def test_sources_of_a_machine_in_both_formats(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text("deb http://a.example/debian sid main\n")
    (tmp_path / "sources.list.d/b.list").write_text("deb http://b.example/debian sid main\n")
    (tmp_path / "sources.list.d/c.sources").write_text(DEB822)
    (tmp_path / "sources.list.d/d.save").write_text("deb http://d.example/debian sid main\n")
    uris = [source.uri for source in read_sources(tmp_path)]
    assert uris[:2] == ["http://a.example/debian", "http://b.example/debian"]
    assert "http://mirror.example/debian" in uris
    assert "http://d.example/debian" not in uris


def test_a_machine_without_apt_has_no_sources(tmp_path):
    assert read_sources(tmp_path / "nothing") == []


def test_codename_of_the_release(tmp_path):
    release = tmp_path / "os-release"
    release.write_text('ID=debian\nVERSION_CODENAME="bookworm"\n')
    assert machine_codename(release) == "bookworm"
    assert machine_codename(tmp_path / "missing") == ""
