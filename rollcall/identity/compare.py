"""How two rows are compared: the structure of the matching model, for DuckDB. Left is the person in doubt, right
the child on the register.

Household fields (guardian, telephone) find candidates but score nothing: siblings and twins share them, and nearly
every false link the study found was within a household.
"""

from typing import Any

# What both sides bring. `meant`: solar days that a written birth date may have meant if it was lunar; `state`: state
# of the number (see rollcall.ingest.clean.identity); `claimed`: the child who holds the number, police corrections
# followed; `corrected`: the first 15 digits of each number that corrections join with the child's, divided by blanks;
# `area`: larger place, `place`: smaller one; `tf_name`: share of the register's children who bear the name. `phone` and
# `guardian` only find candidates.
COLUMNS = (
    "unique_id", "name", "given", "surname", "sound", "former", "sex", "birth", "year", "meant", "number", "state",
    "corrected", "area", "place", "phone", "guardian", "claimed", "tf_name",
)  # fmt: skip


def _slips(left: str, right: str = "") -> str:
    """Long names, written in letters or transliterated, with two slips at most."""
    left, right = f"{left}_l", f"{right or left}_r"
    return f"(length({left}) >= 5 and length({right}) >= 5 and damerau_levenshtein({left}, {right}) <= 2)"


_DAY = "strftime(birth_{side}, '%Y%m%d')"
_SHORT = "number_r[1:6] || number_r[9:17]"
# Level names, from the best to the worst. They are what the guards and dbt speak of.
LEVELS: dict[str, list[tuple[str, str]]] = {
    "name": [
        # First, though worth less: two brothers may both be 王□, so what is lost is not equal.
        (
            "lost",
            "contains(name_l, '□') and length(name_l) = length(name_r) and name_r like replace(name_l, '□', '_')",
        ),
        ("exact", "name_l = name_r"),
        ("former", "(name_l = former_r or former_l = name_r) and not contains(name_l, '□')"),
        ("sound", "sound_l = sound_r and not contains(name_l, '□')"),
        (
            "given",
            "given_l <> '' and not contains(given_l, '□') and given_r <> ''"
            f" and (given_l = given_r or {_slips('given')})",
        ),
        (
            "near",
            "surname_l = surname_r and length(given_l) > 0 and length(given_r) > 0"
            " and ((given_l[1] = given_r[1] and given_l[1] <> '□')"
            " or (given_l[-1:] = given_r[-1:] and given_l[-1:] <> '□'))"
            f" or {_slips('name')} or {_slips('name', 'former')}",
        ),
        ("surname", f"surname_l = surname_r or {_slips('surname')}"),
        ("different", "ELSE"),
    ],
    "birth": [
        ("exact", "birth_l = birth_r"),
        ("lunar", "list_contains(meant_l, birth_r)"),
        (
            "slip",
            f"damerau_levenshtein({_DAY.format(side='l')}, {_DAY.format(side='r')}) <= 1"
            " or (year(birth_l) = year(birth_r) and"
            " (month(birth_l) = month(birth_r) or day(birth_l) = day(birth_r)"
            " or (month(birth_l) = day(birth_r) and day(birth_l) = month(birth_r))))"
            " or (month(birth_l) = month(birth_r) and day(birth_l) = day(birth_r))",
        ),
        ("year", "year(birth_l) = year(birth_r)"),
        ("different", "ELSE"),
    ],
    "sex": [("equal", "sex_l = sex_r"), ("different", "ELSE")],
    "number": [
        ("exact", "number_l = number_r or claimed_l = claimed_r"),
        (
            "near",
            "state_l in ('bad_check', 'fifteen')"
            f" and (damerau_levenshtein(number_l, number_r) <= 1 or number_l = {_SHORT})",
        ),
        (
            "cut",
            "state_l = 'cut' and length(number_l) >= 15 and (number_l[1:15] = number_r[1:15]"
            " or contains(corrected_r, number_l[1:15]))",
        ),
        ("far", "state_l <> 'valid'"),
        ("conflict", "ELSE"),
    ],
    "place": [("same", "place_l = place_r"), ("area", "area_l = area_r"), ("different", "ELSE")],
}
_UNKNOWN = {
    "name": "name_l is null or name_r is null or replace(name_l, '□', '') = '' or name_r = ''",
    "birth": "birth_l is null or birth_r is null",
    "sex": "sex_l is null or sex_r is null or sex_l not in ('1', '2') or sex_r not in ('1', '2')",
    "number": "(number_l is null or number_r is null or state_l in ('missing', 'other_document'))"
    " and claimed_l is distinct from claimed_r",
    "place": "(place_l is null or place_r is null) and (area_l is null or area_r is null)",
}
# Which pairs are compared at all: those that are equal in all columns of one of these (the person's: the child's). A
# pair that shares none nobody could tell to be one child. Whether two rows are compared depends on these two alone.
BLOCKING: tuple[dict[str, str], ...] = (
    {"name": "name", "year": "year"},
    {"name": "name", "area": "area"},
    {"sound": "sound", "birth": "birth"},
    {"name": "former", "birth": "birth"},
    {"birth": "birth", "sex": "sex", "surname": "surname", "area": "area"},
    {"birth": "birth", "sex": "sex", "place": "place"},
    {"birth": "birth", "given": "given"},
    {"phone": "phone"},
    {"guardian": "guardian", "place": "place"},
    {"guardian": "guardian", "birth": "birth"},
    {"claimed": "claimed"},
    {"sound": "sound", "meant": "birth"},
    {"neighbours": "number_key"},
)
# Columns with several values, of which one must be equal.
LISTS = ("meant", "neighbours")


def comparisons(parameters: dict[str, dict[str, list[float]]]) -> list[dict[str, Any]]:
    """Splink's comparisons; `parameters`: comparison -> level -> [m, u]; a level without starts untrained."""
    found = []
    for name, levels in LEVELS.items():
        described: list[dict[str, Any]] = [
            {"sql_condition": _UNKNOWN[name], "label_for_charts": "unknown", "is_null_level": True}
        ]
        for label, condition in levels:
            level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": label}
            if label in parameters.get(name, {}):
                m, u = parameters[name][label]
                level |= {"m_probability": m, "u_probability": u}
            if (name, label) == ("name", "exact"):
                level |= {"tf_adjustment_column": "name", "tf_adjustment_weight": 1.0}
            described.append(level)
        found.append({"output_column_name": name, "comparison_levels": described})
    return found


def level_name(comparison: str) -> str:
    """SQL that names the level Splink found for a comparison; gamma counts the levels from the worst, 0."""
    column, labels = f"gamma_{comparison}", [label for label, _ in LEVELS[comparison]][::-1]
    cases = " ".join(f"when {gamma} then '{label}'" for gamma, label in enumerate(labels))
    return f"case {column} {cases} else 'unknown' end as {comparison}_level"
