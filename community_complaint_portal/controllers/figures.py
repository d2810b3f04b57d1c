"""The open figures of the offices: as a page, as a table, as data."""

import csv
import io

from odoo import http
from odoo.http import request

from ..tools import open_figures
from .published import published_route, render_public

PAGE = "/complaints/figures"


class ComplaintFigures(http.Controller):
    """What was published in numbers (R01 12, R12); nothing that was not."""

    @published_route(PAGE)
    def figures(self, period=None, **_ignored):
        """Show one period; the others are links."""
        figures, names = _found()
        told = [item for item in figures if item["told_by"] == item["key"]]
        chosen = next((item for item in told if item["key"] == period), None)
        chosen = chosen or next(iter(told), None)
        return render_public(
            "figures_page",
            {
                "chosen": chosen,
                "others": [item for item in told if item is not chosen],
                "merged": [
                    item
                    for item in figures
                    if chosen
                    and item["told_by"] == chosen["key"]
                    and item is not chosen
                ],
                "untold": [item for item in figures if not item["told_by"]],
                "names": names,
                "percent": open_figures.percent,
                "of": _of,
                "note": chosen and _note(chosen["smallest"]),
                "several": len({item["regulation_id"] for item in figures}) > 1,
            },
        )

    @published_route(f"{PAGE}.csv")
    def figures_csv(self, **_ignored):
        """Give all of it as a table that spreadsheets open."""
        out = io.StringIO()
        writer = csv.writer(out)
        env = request.env
        writer.writerow(
            [
                *(env._("Office"), env._("Regulation"), env._("From"), env._("To")),
                *(
                    env._("Table"),
                    env._("What"),
                    env._("How many"),
                    env._("Of How Many"),
                ),
            ]
        )
        writer.writerows(
            [open_figures.cell(value) for value in row] for row in _rows(*_found())
        )
        content = out.getvalue().encode("utf-8-sig")
        return _as_file(content, "text/csv; charset=utf-8", "complaint-figures.csv")

    @published_route(f"{PAGE}.json")
    def figures_json(self, **_ignored):
        """Give all of it as data."""
        figures, names = _found()
        response = request.make_json_response(
            {"periods": [_as_data(item, names) for item in figures if item["told_by"]]}
        )
        return _kept(response)


def _found():
    """Return the figures and the names of the rates."""
    publications = request.env["complaint.publication"]
    return publications._portal_figures(), publications._portal_rate_names()


def _of(fraction):
    """Return a rate's numbers as text."""
    part, whole = fraction
    return request.env._("%(part)s of %(whole)s", part=part, whole=whole)


def _note(smallest):
    """Return why not every number is there."""
    return request.env._(
        "Numbers below %s, and others from which they could be worked out, are told "
        "together or with a longer period, so that nobody can be recognised.",
        smallest,
    )


def _rows(figures, names):
    """Yield the lines of the table: counts, and rates with what they are of."""
    for item in figures:
        if item["total"] is None:
            continue
        head = [item["office"], item["regulation"], item["from"], item["to"]]
        total = request.env._("All complaints received")
        yield [*head, total, "", item["total"], ""]
        for name, fraction in item["rates"].items():
            if fraction:
                yield [*head, names[name][0], names[name][1], *fraction]
        for heading, rows in item["tables"].values():
            for labels, count in rows:
                yield [*head, heading, " + ".join(labels), count, item["total"]]


def _as_data(item, names):
    """Return one period as JSON has it; a period that tells nothing names the one that does."""
    data = {
        **{key: item[key] for key in ("key", "office", "regulation")},
        "from": item["from"].isoformat(),
        "to": item["to"].isoformat(),
        "received": item["total"],
        "smallest_number_told": item["smallest"],
    }
    if item["told_by"] != item["key"]:
        return {**data, "told_by": item["told_by"]}
    return {
        **data,
        "rates": {
            name: {
                "name": names[name][0],
                "definition": names[name][1],
                "numerator": fraction[0],
                "denominator": fraction[1],
                "percent": open_figures.percent(fraction),
            }
            for name, fraction in item["rates"].items()
            if fraction
        },
        "tables": {
            name: [{"what": labels, "count": count} for labels, count in rows]
            for name, (_heading, rows) in item["tables"].items()
        },
    }


def _as_file(content, kind, name):
    """Return a file to be saved."""
    return _kept(
        request.make_response(
            content,
            [
                ("Content-Type", kind),
                ("Content-Disposition", f'attachment; filename="{name}"'),
            ],
        )
    )


def _kept(response):
    """Return a response that is the same for everybody, and may be kept for some minutes."""
    response.headers["Cache-Control"] = "public, max-age=300"
    response.headers["Vary"] = "Accept-Language"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response
