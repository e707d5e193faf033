"""Write a report's two files. They hold small numbers of their own tier, so only their owner may read them."""

import os
from pathlib import Path

from rollcall.publish.reports.page import page
from rollcall.publish.reports.read import Report
from rollcall.publish.reports.workbook import workbook


def write(report: Report, out: Path) -> list[Path]:
    """Write `<kind>_<code>_<date>.html` and `.xlsx` into the folder `out`, mode 0600; return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    stem = f"{report.period.kind}_{report.place.code}_{report.period.to_on}"
    html, xlsx = out / f"{stem}.html", out / f"{stem}.xlsx"
    for path in (html, xlsx):
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        path.chmod(0o600)
    html.write_text(page(report), encoding="utf-8")
    workbook(report).save(xlsx)
    return [html, xlsx]
