"""What makes packages of the add-ons: their parts, and that they are up to date."""

import ast
import io

from tools import paths

PYPROJECT = """[build-system]
requires = ["whool"]
build-backend = "whool.buildapi"
"""
REQUIREMENTS = (
    "# What the add-ons need beyond Odoo's own requirements; ``./run lint --fix``"
    " writes it.\n"
)


def faults(fix):
    """Yield what is missing or outdated; with ``fix`` what is generated is written."""
    for addon in addons():
        folder = paths.ROOT / addon
        if _text(folder / "pyproject.toml") != PYPROJECT:
            yield f"{addon}/pyproject.toml: not as in the other add-ons"
        described = folder / "static" / "description" / "index.html"
        yield from _outdated(described, page(_text(folder / "README.rst")), fix)
    yield from _outdated(paths.ROOT / "requirements.txt", requirements(), fix)


def addons():
    """Return the names of all add-ons that become a package."""
    return [*paths.present_addons(), *paths.BESIDE]


def requirements():
    """Return ``requirements.txt``: what the manifests name, as the OCA has it."""
    names = set()
    for addon in addons():
        names.update(manifest(addon).get("external_dependencies", {}).get("python", ()))
    return REQUIREMENTS + "".join(f"{name}\n" for name in sorted(names, key=str.lower))


def manifest(addon):
    """Return the manifest of an add-on, as a dict."""
    return ast.literal_eval(_text(paths.ROOT / addon / "__manifest__.py"))


def page(text):
    """Return what Odoo shows of an add-on: its README as HTML.

    >>> page("Title\\n=====\\n\\nWords.")
    '<section class="oe_container">\\n<h1>Title</h1>\\n<p>Words.</p>\\n</section>\\n'
    """
    from docutils.core import publish_parts

    parts = publish_parts(
        text,
        writer_name="html5",
        settings_overrides={
            "initial_header_level": 2,
            "file_insertion_enabled": False,
            "raw_enabled": False,
            "warning_stream": io.StringIO(),
            "halt_level": 3,
        },
    )
    title, body = parts["title"], parts["body"].strip()
    return f'<section class="oe_container">\n<h1>{title}</h1>\n{body}\n</section>\n'


def _text(path):
    return path.read_text() if path.is_file() else ""


def _outdated(path, wanted, fix):
    if _text(path) == wanted:
        return
    if fix:
        path.write_text(wanted)
    else:
        name = path.relative_to(paths.ROOT)
        yield f"{name}: outdated; ./run lint --fix writes it"
