"""Schools: how many of which kind in each unit, where they stand, what they offer."""

import numpy as np

from rollcall.simulate.columns import Columns, dice, shares
from rollcall.simulate.geography import Geography

PRIMARY, POINT, JUNIOR, NINE_YEAR, COMPLETE, SPECIAL = 211, 218, 311, 312, 341, 514
CODE_KIND = {PRIMARY: 21, POINT: 21, JUNIOR: 31, NINE_YEAR: 31, COMPLETE: 34, SPECIAL: 51}
FULL_SIZE = 3759
N_SPECIAL = 39
NATIONAL_PILOTS = (
    500229,
    500235,
    500236,
    500237,
    500238,
    500230,
    500240,
    500241,
    500242,
    500243,
    500114,
    500156,
)
ORDINALS = "一二三四五六七八九十"


def make_schools(geo: Geography, scale: float, seed: int) -> Columns:
    """One row per school or teaching point, in the order of the units.

    Columns: code, unit, serial_in_unit, kind, urban_rural, sponsor, township, parent (-1 none), is_boarding,
    is_nutrition, weight_primary, weight_junior (what share of the unit's pupils of that stage it draws).
    """
    rng = dice(seed, "schools")
    per_unit = np.maximum(shares(round(FULL_SIZE * scale), geo.unit_weight), 2)
    per_unit[np.argsort(-geo.unit_weight)[:4]] += 3 if scale < 0.005 else 0
    n_special = min(N_SPECIAL, max(3, round(N_SPECIAL * min(1, scale * 20))))
    special = np.zeros(len(per_unit), bool)
    special[np.argsort(-geo.unit_weight)[:n_special]] = True
    parts = [_of_unit(geo, unit, per_unit[unit], special[unit], scale, rng) for unit in range(len(per_unit))]
    schools = Columns.stack(parts)
    head = np.array([CODE_KIND[kind] for kind in schools.kind])
    schools.code = (head * 100 + 50) * 10**6 + 900_000 + np.arange(len(schools))
    schools.parent = np.where(schools.kind == POINT, _parents(schools), -1)
    return schools


def _of_unit(geo: Geography, unit: int, n: int, special: bool, scale: float, rng: np.random.Generator) -> Columns:
    n_secondary = max(1, round(n * 0.255))
    n_complete = min(round(n * 0.03), n_secondary - 1)
    n_nine = min(max(round(n * 0.07), 0), n_secondary - n_complete - 1)
    kinds = [PRIMARY] * (n - n_secondary) + [COMPLETE] * n_complete + [NINE_YEAR] * n_nine
    kinds += [JUNIOR] * (n_secondary - n_complete - n_nine)
    rural = geo.unit_zone[unit] > 0
    kinds += [POINT] * (round(n * 0.4) if rural and scale >= 0.005 else 0) + [SPECIAL] * int(special)
    kind = np.array(kinds)
    township = geo.townships_of(np.full(len(kind), unit), rng)
    place = geo.township_kind[township]
    urban_rural = np.select(
        [place == 0, place == 1],
        [
            np.where(geo.unit_zone[unit] == 0, 111, rng.choice([111, 112], len(kind))),
            rng.choice([121, 122], len(kind)),
        ],
        rng.choice([210, 220], len(kind)),
    )
    urban_rural[kind == POINT] = 220
    size = rng.lognormal(0, 0.6, len(kind)) * np.where(place == 0, 1.8, np.where(place == 1, 1.0, 0.6))
    teaches_primary = (kind == PRIMARY) | (kind == NINE_YEAR) | (kind == POINT)
    teaches_junior = (kind == JUNIOR) | (kind == NINE_YEAR) | (kind == COMPLETE)
    size[kind == POINT] *= 0.05
    poverty = geo.unit_poverty[unit]
    share = 0.97 if geo.unit_code[unit] in NATIONAL_PILOTS else 0.9 if poverty else 0.7 if rural else 0.25
    countryside = urban_rural >= 120
    return Columns(
        code=np.zeros(len(kind), np.int64),
        unit=np.full(len(kind), unit, np.int16),
        serial_in_unit=np.arange(1, len(kind) + 1),
        kind=kind,
        urban_rural=urban_rural,
        sponsor=np.where((rng.random(len(kind)) < 0.05) & (kind == PRIMARY), 999, 831),
        township=township,
        parent=np.full(len(kind), -1),
        is_boarding=teaches_junior & (rural | (rng.random(len(kind)) < 0.5))
        | (rng.random(len(kind)) < 0.5 * countryside),
        is_nutrition=(countryside | (poverty > 0)) & (rng.random(len(kind)) < share),
        weight_primary=size * teaches_primary,
        weight_junior=size * teaches_junior,
    )


def _parents(schools: Columns) -> np.ndarray:
    """For each row the code of the first primary school of its unit."""
    rows = np.flatnonzero(schools.kind == PRIMARY)
    first = rows[np.unique(schools.unit[rows], return_index=True)[1]]
    return schools.code[first][np.searchsorted(schools.unit[first], schools.unit)]


def school_names(geo: Geography, schools: Columns) -> list[str]:
    """Names as the units write them."""
    words = {
        PRIMARY: "小学",
        POINT: "教学点",
        JUNIOR: "初级中学",
        NINE_YEAR: "学校",
        COMPLETE: "中学",
        SPECIAL: "特殊教育学校",
    }
    return [
        f"{geo.unit_name[unit]}模拟第{serial}{words[kind]}"
        for unit, serial, kind in zip(schools.unit, schools.serial_in_unit, schools.kind, strict=True)
    ]
