"""The office's web server as a test reaches it, and what its papers say."""

import io
import re

from pypdf import PdfReader


class Web:
    """Requests of people who are logged in.

    :param test: a running ``HttpCase``
    """

    def __init__(self, test):
        self.test = test

    def get(self, user, address):
        """Return the answer to an address, as somebody's browser gets it."""
        self.test.env.flush_all()
        self.test.authenticate(user.login, user.login)
        return self.test.url_open(address, timeout=120)


def paper_text(content):
    """Return the text of a PDF, without white space between Chinese characters.

    :param content: bytes
    """
    pages = PdfReader(io.BytesIO(content)).pages
    text = "\n".join(page.extract_text() for page in pages).replace("\t", " ")
    return re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", "", text)
