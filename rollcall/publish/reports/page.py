"""The report as one page of HTML: styles and pictures inside, so that it opens anywhere without a network."""

from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from rollcall.contracts.load import contracts
from rollcall.publish.reports import lists, tell
from rollcall.publish.reports.read import Report
from rollcall.publish.reports.words import STATES, WORK, number, share


def page(report: Report) -> str:
    """The whole page. The same published content gives the same text."""
    templates = Environment(
        loader=PackageLoader("rollcall.publish.reports", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    templates.filters |= {"number": _number, "share": _share}
    feeds = contracts()
    return templates.get_template("report.html").render(
        report=report,
        tell=tell,
        total=lists.total,
        states=STATES,
        work={kind: zh for kind, (zh, _) in WORK.items()},
        feed_name=lambda feed: feeds[feed].zh if feed in feeds else feed,
        is_hidden_used=tell.is_hidden_used(report),
    )


def _or_dash(shown, value: object) -> str:
    return "—" if value is None else shown(value)


_number, _share = partial(_or_dash, number), partial(_or_dash, share)
