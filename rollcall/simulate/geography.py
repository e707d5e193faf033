"""The municipality's map: units, districts, townships, and how many people live where."""

import csv
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from rollcall.warehouse.settings import REPO

# The seed leaves these open; rough figures so that the simulation has some (unverified).
MINORITY = {"500240": 0.72, "500241": 0.52, "500242": 0.84, "500243": 0.61}
NEW_AREA_POPULATION = {"500191": 40.0, "500192": 15.0, "500193": 26.0}
ZONES = ("中心城区", "主城新区", "渝东北", "渝东南")
OTHER_PROVINCES = np.array([511602, 510525, 520302, 520303, 422802, 430124, 330106, 440305, 350203, 530102])
PREFIX_BLOCK = 500900  # 5009xx is not assigned to any place: no number of the simulation can be a person's


@dataclass(frozen=True)
class Geography:
    """Arrays over the 41 units (`unit_*`), over the 38 districts (`district_*`) and over the townships.

    `unit_district`, `township_unit` and `township_district` are positions in the unit and district arrays.
    `township_kind`: 0 street, 1 town, 2 village township.
    """

    unit_code: np.ndarray
    unit_name: list[str]
    unit_district: np.ndarray
    unit_zone: np.ndarray
    unit_poverty: np.ndarray
    unit_minority: np.ndarray
    unit_weight: np.ndarray
    district_code: np.ndarray
    township_code: np.ndarray
    township_unit: np.ndarray
    township_district: np.ndarray
    township_kind: np.ndarray

    def townships_of(self, units: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """One township position for each unit position given."""
        order = np.argsort(self.township_unit, kind="stable")
        n = np.bincount(self.township_unit, minlength=len(self.unit_code))
        first = np.cumsum(n) - n
        return order[first[units] + (rng.random(len(units)) * n[units]).astype(np.int64)]


@lru_cache(maxsize=1)
def geography() -> Geography:
    """The map of the seeds seed_unit.csv and seed_township.csv."""
    units = _rows("seed_unit.csv")
    townships = _rows("seed_township.csv")
    codes = [row["unit_code"] for row in units]
    districts = [row["unit_code"] for row in units if row["is_district"] == "true"]
    population = {row["unit_code"]: float(row["pop_2020_wan"] or 0) for row in units} | NEW_AREA_POPULATION
    for row in units:  # the new areas' people are part of their district's
        if row["unit_code"] in NEW_AREA_POPULATION:
            population[row["district_code"]] -= NEW_AREA_POPULATION[row["unit_code"]]
    weight = np.array([population[code] for code in codes])
    return Geography(
        unit_code=np.array(codes, int),
        unit_name=[row["short_name"] for row in units],
        unit_district=np.array([districts.index(row["district_code"]) for row in units]),
        unit_zone=np.array([ZONES.index(row["zone"]) for row in units]),
        unit_poverty=np.array([("none", "municipal", "national").index(row["poverty_level"]) for row in units]),
        unit_minority=np.array(
            [float(row["minority_share_2010"] or MINORITY.get(row["unit_code"], 0.01)) for row in units]
        ),
        unit_weight=weight / weight.sum(),
        district_code=np.array(districts, int),
        township_code=np.array([row["township_code"] for row in townships], int),
        township_unit=np.array([codes.index(row["unit_code"]) for row in townships]),
        township_district=np.array([districts.index(row["district_code"]) for row in townships]),
        township_kind=np.array([_kind(row["township_name"]) for row in townships]),
    )


def _rows(seed: str) -> list[dict]:
    with (REPO / "dbt_project" / "seeds" / seed).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _kind(name: str) -> int:
    return 0 if "街道" in name else 1 if "镇" in name else 2
