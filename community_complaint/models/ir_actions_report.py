import logging
import subprocess
import tempfile
from pathlib import Path

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import split_every
from odoo.tools.misc import find_in_path

from ..tools import paper_pdf

_logger = logging.getLogger(__name__)

#: How a paper is printed: nothing is loaded, nothing runs, so nothing is waited for.
_PAPER_ARGS = (
    "--quiet --encoding utf-8 --disable-local-file-access --disable-javascript "
    "--no-images --disable-plugins --javascript-delay 0 --page-size {size} "
    "--margin-top {top} --margin-bottom 14mm --margin-left 22mm --margin-right 22mm"
)
#: Pages one renderer prints before it is started anew, and how long it may take.
_PAPER_BATCH = 50
_PAPER_SECONDS = 60


class IrActionsReport(models.Model):
    """Print pages that carry everything they need.

    The base starts one renderer per document, gives it the user's session and waits a
    second for scripts. Papers need no session and no scripts, and a renderer that reads
    its work from a list prints fifty of them in the time of five.
    """

    _inherit = "ir.actions.report"

    @api.model
    def _print_papers(self, pages, top="14mm", landscape=False, size="A4"):
        """Return the PDF of every page.

        :param pages: complete HTML documents
        :param top: upper margin
        :param landscape: print across the long side
        :param size: of the sheets, ``A4`` or ``A3``
        :return: list of bytes, in the order of the pages
        :raise UserError: if the renderer is missing or fails
        """
        contents = []
        for batch in split_every(_PAPER_BATCH, pages, list):
            contents += self._print_paper_batch(batch, top, landscape, size)
        return [paper_pdf.searchable(content) for content in contents]

    @api.model
    def _print_paper_batch(self, pages, top, landscape=False, size="A4"):
        with tempfile.TemporaryDirectory(prefix="complaint-papers-") as name:
            folder = Path(name)
            for index, page in enumerate(pages):
                (folder / f"{index}.html").write_text(page, encoding="utf-8")
            args = _PAPER_ARGS.format(top=top, size=size)
            if landscape:
                args += " --orientation Landscape"
            self._run_paper_renderer(
                folder,
                [f"{args} {index}.html {index}.pdf" for index in range(len(pages))],
            )
            results = [folder / f"{index}.pdf" for index in range(len(pages))]
            contents = [path.exists() and path.read_bytes() for path in results]
        if not all(content and content[:5] == b"%PDF-" for content in contents):
            raise UserError(self.env._("A paper could not be printed. Try again."))
        return contents

    @api.model
    def _run_paper_renderer(self, folder, jobs):
        """Let one renderer do its jobs, one line of arguments each, in a folder."""
        try:
            process = subprocess.run(
                [find_in_path("wkhtmltopdf"), "--read-args-from-stdin"],
                input="\n".join([*jobs, ""]).encode(),
                capture_output=True,
                cwd=folder,
                timeout=_PAPER_SECONDS,
                check=False,
            )
        except OSError as error:
            raise UserError(
                self.env._(
                    "Papers cannot be printed: the program wkhtmltopdf is missing on "
                    "the server. Ask your administrator to install it."
                )
            ) from error
        except subprocess.TimeoutExpired as error:
            raise UserError(
                self.env._("Printing took too long. Try again in a moment.")
            ) from error
        if process.returncode:
            _logger.info("wkhtmltopdf: %s", process.stderr.decode(errors="replace"))
