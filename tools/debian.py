"""Odoo 19: an existing one, or Debian's package unpacked into the cache.

Debian's ``sid`` has the package; a private apt configuration with the mirror of this
machine downloads it without touching the system.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools import paths
from tools.steps import Failure, built, lock, output, run, step

SERIES = (19, 0)
PACKAGES = (
    "odoo-19",
    # what the links inside the package point to
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-glyphicons-halflings",
    "fonts-ocr-b",
)
# newer ones have other file names
STABLE_PACKAGES = ("fonts-font-awesome", "fonts-inconsolata")
# Debian strips this one; without it building the assets logs an error
STRIPPED = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
ROOTS = paths.CACHE / "odoo"


def odoo_path():
    """Return the folder to put on Python's path so that ``import odoo`` works."""
    return given_odoo() or importable_odoo() or packaged_odoo()


def given_odoo():
    """Return the checkout that ``ODOO_SRC`` names."""
    if not (given := os.environ.get("ODOO_SRC")):
        return None
    folder = Path(given).expanduser().resolve()
    if series_of(folder) != SERIES:
        raise Failure(
            f"ODOO_SRC={given} is not an Odoo 19.0: it must be the folder that "
            "contains odoo/release.py of that version."
        )
    return folder


def series_of(folder):
    """Return the version of the Odoo in a folder, or None."""
    release = folder / "odoo" / "release.py"
    if not release.is_file():
        return None
    found = re.search(r"^version_info = \(([\d, ]+)", release.read_text(), re.M)
    return tuple(int(part) for part in found[1].split(",")[:2] if part.strip())


def importable_odoo():
    """Return the folder of an Odoo 19 that Python finds by itself, or None."""
    code = "import odoo.release as r; print(r.__file__)"
    for python in dict.fromkeys(filter(None, map(shutil.which, ("python3", "python")))):
        done = subprocess.run(
            [python, "-c", code], capture_output=True, text=True, cwd="/"
        )
        if done.returncode == 0:
            folder = Path(done.stdout.strip().splitlines()[-1]).parents[1]
            if series_of(folder) == SERIES:
                return folder
    return None


def packaged_odoo():
    """Return the folder of Debian's Odoo in the cache; fetch it when absent."""
    if not (found := cached_root()):
        with lock(paths.CACHE / "lock", "the packages in the cache"):
            if not (found := cached_root()):
                fetch()
                found = cached_root()
    return found / "usr" / "lib" / "python3" / "dist-packages"


def cached_root():
    """Return the newest unpacked version in the cache, or None."""
    roots = [
        path for path in ROOTS.glob("*") if re.fullmatch(r"19[\w.+~-]*", path.name)
    ]
    roots = [path for path in roots if ".tmp-" not in path.name]
    return max(roots, key=lambda path: path.stat().st_mtime, default=None)


def fetch():
    """Download the packages and unpack them under the version of Odoo."""
    with step("Downloading Odoo 19 from the Debian mirror (about 130 MB)"):
        folder = download()
    version = deb_version(next(folder.glob("odoo-19_*.deb")))
    with step(f"Unpacking Odoo {version}"), built(ROOTS / version) as root:
        for package in sorted(folder.glob("*.deb")):
            run(["dpkg", "-x", package, root])
        stripped = root / "usr/lib/python3/dist-packages" / STRIPPED
        stripped.parent.mkdir(parents=True, exist_ok=True)
        stripped.touch()


def deb_version(package):
    """Return the version of a .deb without characters unfit for a file name."""
    version = output(["dpkg-deb", "--field", package, "Version"])
    return re.sub(r"[^\w.+~-]", "-", version)


def download():
    """Return the folder of the downloaded packages, all of them or none."""
    target = paths.CACHE / "debs"
    if target.is_dir():
        return target
    if not shutil.which("apt-get"):
        raise Failure(
            "Odoo comes from a Debian package, but this machine has no apt-get.\n"
            "   Get the source of Odoo 19.0 and set ODOO_SRC to its folder."
        )
    codename = stable_codename()
    uri, keyring = debian_mirror(codename)
    with built(target) as folder:
        config = private_apt(folder.with_suffix(".apt"), codename, uri, keyring)
        env = dict(os.environ, APT_CONFIG=str(config))
        hint = (
            f"The Debian mirror {uri} must be reachable. Run the same command again,\n"
            "   or set ODOO_SRC to the folder of an Odoo 19.0 source."
        )
        run(["apt-get", "update", "-q"], env=env, hint=hint)
        stable = [f"{name}/{codename}" for name in STABLE_PACKAGES]
        command = ["apt-get", "download", "-q", *PACKAGES, *stable]
        run(command, env=env, cwd=folder, hint=hint)
        shutil.rmtree(config.parent, ignore_errors=True)
    return target


def private_apt(folder, codename, uri, keyring):
    """Write an apt configuration with its own lists and return its path."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in ("lists/partial", "cache/archives/partial", "parts", "preferences"):
        (folder / name).mkdir(parents=True)
    signed = f"Signed-By: {keyring}\n" if keyring else ""
    (folder / "parts" / "debian.sources").write_text(
        f"Types: deb\nURIs: {uri}\nSuites: sid {codename}\nComponents: main\n{signed}"
    )
    config = folder / "apt.conf"
    architecture = output(["dpkg", "--print-architecture"])
    config.write_text(
        'Dir::Etc::SourceList "/dev/null";\n'
        f'Dir::Etc::SourceParts "{folder}/parts";\n'
        'Dir::Etc::Preferences "/dev/null";\n'
        f'Dir::Etc::PreferencesParts "{folder}/preferences";\n'
        f'Dir::State::Lists "{folder}/lists";\n'
        f'Dir::Cache "{folder}/cache";\n'
        'Dir::State::status "/dev/null";\n'
        f'APT::Architecture "{architecture}";\n'
        f'APT::Sandbox::User "{"root" if not os.geteuid() else ""}";\n'
    )
    return config


def stable_codename():
    """Return the code name of this Debian."""
    text = Path("/etc/os-release").read_text()
    found = re.search(r"^VERSION_CODENAME=\"?([\w-]+)", text, re.M)
    if not found or not re.search(r"^ID=\"?debian", text, re.M):
        raise Failure(
            "Odoo is fetched as a package of Debian, but this system is another one.\n"
            "   Get the source of Odoo 19.0 and set ODOO_SRC to its folder."
        )
    return found[1]


def debian_mirror(codename):
    """Return the URI and keyring of the mirror in this machine's own apt sources."""
    apt = Path("/etc/apt")
    for path in sorted(apt.glob("sources.list.d/*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text()):
            if found := deb822_mirror(stanza, codename):
                return found
    for path in (apt / "sources.list", *sorted(apt.glob("sources.list.d/*.list"))):
        for line in path.read_text().splitlines() if path.is_file() else ():
            if found := line_mirror(line, codename):
                return found
    raise Failure(
        f"No Debian mirror for {codename} main is named in /etc/apt; add one or set\n"
        "   ODOO_SRC to the folder of an Odoo 19.0 source."
    )


def deb822_mirror(stanza, codename):
    """Return (URI, keyring) of a stanza of a .sources file if it is the mirror.

    >>> deb822_mirror("Types: deb\\nURIs: http://a/debian\\nSuites: x x-updates\\n"
    ...               "Components: main\\nSigned-By: /k.gpg", "x")
    ('http://a/debian', '/k.gpg')
    >>> deb822_mirror("Types: deb\\nURIs: http://a/s\\nSuites: x-security\\n"
    ...               "Components: main", "x")
    """
    pairs = re.findall(r"^([A-Za-z-]+):[ \t]*(.+)$", stanza, re.M)
    fields = {name.lower(): value.split() for name, value in pairs}
    if fields.get("enabled", ["yes"])[0].lower() in ("no", "false", "0"):
        return None
    if codename not in fields.get("suites", ()) or "deb" not in fields.get("types", ()):
        return None
    if "main" not in fields.get("components", ()):
        return None
    keyring = fields.get("signed-by", [None])[0]
    return fields["uris"][0], keyring if (keyring or "").startswith("/") else None


def line_mirror(line, codename):
    """Return (URI, keyring) of a line of a sources.list if it is the mirror.

    >>> line_mirror("deb [signed-by=/k.gpg arch=amd64] http://a/debian x main", "x")
    ('http://a/debian', '/k.gpg')
    >>> line_mirror("deb http://a/security x-security main", "x")
    """
    found = re.match(r"deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s+(.*)", line.strip())
    if not found or found[3] != codename or "main" not in found[4].split():
        return None
    keyring = re.search(r"signed-by=(/\S+)", found[1] or "")
    return found[2], keyring[1] if keyring else None
