"""Charts are files that open anywhere: one drawing, no script, no address."""

import re
import xml.etree.ElementTree as ET

import pytest

from rollcall.identity.charts import WIDTH, Step, histogram, running, waterfall

STEPS = [
    Step("起点", "prior", "", -21.5),
    Step("姓名", "name", "同音 <same> sound", 9.25),
    Step("出生日期", "birth date", "一致 equal", 14.0),
]


def drawing(page: str) -> ET.Element:
    return ET.fromstring(re.search(r"<svg.*</svg>", page, re.S).group())


def bars(page: str) -> list[ET.Element]:
    return list(drawing(page).iter("rect"))


@pytest.mark.parametrize(
    "page", [waterfall(STEPS, "编号 7"), histogram({"auto": [12.0], "review": [3.0]}, {"认定": 10}, "权重")]
)
def test_nothing_is_fetched(page):
    assert not re.search(r"https?:|//|<script|<link|src=|url\(|@import", page)
    assert page.startswith("<!doctype html>") and drawing(page) is not None


def test_each_bar_of_a_waterfall_starts_where_the_one_before_ended():
    assert running(STEPS) == [-21.5, -12.25, 1.75]
    page = waterfall(STEPS, "编号 7")
    spans = [(float(bar.get("x")), float(bar.get("x")) + float(bar.get("width"))) for bar in bars(page)]
    (first_left, _), (second_left, second_right), (third_left, third_right) = spans
    assert first_left == pytest.approx(second_left, abs=0.2)
    assert third_left == pytest.approx(second_right, abs=0.2)
    # Widths are in proportion to the weights.
    assert (third_right - third_left) / (second_right - second_left) == pytest.approx(14 / 9.25, rel=0.01)
    assert "+9.2" in page and "-21.5" in page and "total weight +1.8" in page
    assert "&lt;same&gt;" in page


def test_each_outcome_has_a_panel_and_every_pair_is_counted():
    weights = {"auto": [12.0, 12.9, 30.0], "review": [0.0, 9.99], "rejected": [-8.0] * 500}
    page = histogram(weights, {"认定 accept": 10, "核对 review": 0}, "权重")
    titles = [bar.find("title").text for bar in bars(page)]
    assert titles == ["12 … 13: 2", "30 … 31: 1", "0 … 1: 1", "9 … 10: 1", "-8 … -7: 500"]
    assert "待人工核对 in review 2" in page and "不予认定 not linked 500" in page
    inside = [float(bar.get("x")) + float(bar.get("width")) for bar in bars(page)]
    assert max(inside) <= WIDTH
    # A hundred times as many rejected pairs do not flatten the others.
    heights = {bar.find("title").text: float(bar.get("height")) for bar in bars(page)}
    assert heights["12 … 13: 2"] == heights["-8 … -7: 500"]


def test_no_chart_of_nothing():
    with pytest.raises(ValueError, match="no weights"):
        histogram({"auto": [], "review": []}, {}, "权重")
    with pytest.raises(ValueError, match="no weights"):
        waterfall([], "编号 7")
