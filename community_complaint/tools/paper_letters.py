"""Letters that no font of this server has: papers would show boxes; no ORM."""

import re
import shutil
import subprocess  # noqa: S404  fontconfig's own program, no shell
import unicodedata
from functools import lru_cache

#: What every font for Chinese has.
_USUAL = re.compile(
    "[\u0000-\u024f\u2000-\u206f\u20a0-\u20bf\u2100-\u22ff\u2460-\u24ff\u25a0-\u25ff"
    "\u3000-\u30ff\u4e00-\u9fa5\ufe30-\ufe4f\uff00-\uffef]+"
)
#: So many different ones are looked up in one text.
_MOST = 50


def lacking(text):
    """Return the letters of a text that cannot be printed here, each once.

    >>> lacking("张三，向阳路12弄"), lacking("张\ue123三")
    ('', '\\ue123')
    """
    rest = dict.fromkeys(_USUAL.sub("", text or ""))
    letters = [
        letter
        for letter in rest
        if unicodedata.category(letter) not in ("Cc", "Cf", "Mn", "Zs", "Zl", "Zp")
    ]
    return "".join(letter for letter in letters[:_MOST] if not has_font(letter))


@lru_cache(maxsize=4096)
def has_font(letter):
    """Return whether a font has a letter; yes if this server cannot tell."""
    if unicodedata.category(letter) == "Co":
        # a private letter means something else in each font
        return False
    program = shutil.which("fc-list")
    if not program:
        return True
    found = subprocess.run(  # noqa: S603
        [program, f":charset={ord(letter):x}", "family"],
        capture_output=True,
        check=False,
        timeout=10,
    )
    return found.returncode != 0 or bool(found.stdout.strip())
