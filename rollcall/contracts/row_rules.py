"""Rules on whole rows that follow from a contract: identity numbers, dates, schools, keys."""

from dataclasses import dataclass

from rollcall.contracts import shapes
from rollcall.contracts.model import Column, Contract
from rollcall.contracts.predicates import literal

# Of a pseudonym, in hexadecimal digits.
KEY_LENGTH = 32
# The unit's own schools on the business date, as far as was known when the delivery is judged.
OWN_SCHOOLS = (
    "(select s.school_code from history.school as s where s.sender = :sender"
    " and s.valid_from <= cast(:business_date as date) and s.valid_to > cast(:business_date as date)"
    " and s.known_from <= cast(:known_at as timestamptz) and s.known_to > cast(:known_at as timestamptz))"
)


@dataclass(frozen=True)
class RowRule:
    """A rule on rows: `predicate` is true of a row that breaks it."""

    rule: str
    action: str
    predicate: str
    column: str | None = None


def row_rules(contract: Contract) -> list[RowRule]:
    """The row rules of a feed."""
    found: list[RowRule] = []
    for column in contract.of_kind("date", "birth_date", "timestamp"):
        found += _date_rules(column)
    for column in contract.of_kind("school_year", "term"):
        found.append(RowRule("years_apart", column.on_fault, _years_apart(column), column.name))
    for column in contract.of_kind("id_number"):
        found += _id_rules(contract, column)
    for column in contract.of_kind("certificate_no"):
        destroyed = _destroyed(column.name, shapes.CUT_CERTIFICATE)
        found.append(RowRule("number_destroyed", "reject", destroyed, column.name))
    for column in contract.of_kind("secret"):
        found += _secret_rules(column)
    if "school" in contract.references:
        found += _school_rules(contract)
    return found + _key_rules(contract)


def _date_rules(column: Column) -> list[RowRule]:
    name, type_, like = column.name, "date", shapes.DAY_LIKE
    if column.kind == "timestamp":
        type_, like = "timestamp", shapes.TIME_LIKE
    # The database itself says whether the cast at filing will succeed. Ranges are compared as text, which
    # does not fail on one that is unreadable; that is the other rule's matter.
    readable = f"({name} like {literal(like)} and pg_input_is_valid({name}, {literal(type_)}))"
    if column.kind == "birth_date":
        latest, earliest = (_years_before(age) for age in shapes.AGES)
    else:
        earliest = literal(shapes.EARLIEST_EVENT)
        latest = f"to_char(cast(:business_date as date) + {column.ahead_days}, 'YYYY-MM-DD')"
    day = f"left({name}, 10)" if column.kind == "timestamp" else name
    outside = f'({day} collate "C" < {earliest} or {day} collate "C" > {latest})'
    range_rule = "birth_out_of_range" if column.kind == "birth_date" else "date_out_of_range"
    return [
        RowRule("date_unreadable", column.on_fault, f"not {readable}", name),
        RowRule(range_rule, column.on_fault, f"{name} like {literal(like)} and {outside}", name),
    ]


def _years_before(years: int) -> str:
    return f"to_char(cast(:business_date as date) - interval '{years} years', 'YYYY-MM-DD')"


def _years_apart(column: Column) -> str:
    first, second = f"substr({column.name}, 1, 4)", f"substr({column.name}, 6, 4)"
    shaped = f"{column.name} ~ {literal(shapes.YEARS)}"
    return f"case when {shaped} then cast({second} as integer) <> cast({first} as integer) + 1 else false end"


def _secret_rules(column: Column) -> list[RowRule]:
    # A number that was or may have been destroyed has no key: what it still shows many numbers share.
    name = column.name
    unkeyed = f"length({name}) <> {KEY_LENGTH} and {name}"
    return [
        RowRule("number_destroyed", column.on_fault, f"{unkeyed} ~ {literal(shapes.EXPONENT)}", name),
        RowRule("number_doubtful", "warn", f"{unkeyed} ~ {literal(shapes.CUT_SECRET)}", name),
    ]


def _destroyed(name: str, cut: str, check: str = "") -> str:
    # LIKE first: it costs a tenth of the regular expression and clears nearly every row.
    exponent = f"{name} ilike '%e%' and {name} ~ {literal(shapes.EXPONENT)}"
    return f"(({exponent}) or ({name} like '%000' and {name} ~ {literal(cut)}{check}))"


def _id_rules(contract: Contract, column: Column) -> list[RowRule]:
    number, state = column.name, f"{column.name}_state"
    # The police register is the base itself: a wrong number there would be a child who does not exist.
    action = "reject" if contract.senders == "police" and number in contract.key else "warn"
    types = [other.name for other in contract.columns if other.codes == "id_type"]
    resident = f"{types[0]} = '1' and " if types else ""
    destroyed = _destroyed(number, shapes.CUT_ID_NUMBER, f" and not ops.id_check_ok({number})")
    # Cleaning has found most numbers valid; only the others are looked at again.
    doubtful = f"{resident}{state} is distinct from 'valid' and {number} is not null and not {destroyed}"
    shaped = f"{number} ~ {literal(shapes.ID_NUMBER)}"
    born = f"concat_ws('-', substr({number}, 7, 4), substr({number}, 11, 2), substr({number}, 13, 2))"
    dated = f"pg_input_is_valid({born}, 'date')"
    # One destroyed number in eleven fits its check digit; so does every true number that ends so.
    found = [
        RowRule("number_destroyed", "reject", destroyed, number),
        RowRule("number_doubtful", "warn", f"{state} = 'valid' and {number} like '%000'", number),
    ]
    if types:
        found.append(RowRule("id_missing", "warn", f"{resident}{number} is null", number))
    found += [
        RowRule("id_shape", action, f"{doubtful} and not {shaped}", number),
        RowRule("id_date", action, f"{doubtful} and {shaped} and not {dated}", number),
        RowRule(
            "id_check",
            action,
            f"{doubtful} and {shaped} and {dated} and not ops.id_check_ok({number})",
            number,
        ),
    ]
    return found + _id_agreement(contract, number, state)


def _id_agreement(contract: Contract, number: str, state: str) -> list[RowRule]:
    names = {other.name for other in contract.columns}
    prefix = number.removesuffix("id_number")
    sex, birth = f"{prefix}sex", f"{prefix}birth_on"
    found = []
    if sex in names:
        odd = f"substr({number}, 17, 1) in ('1', '3', '5', '7', '9')"
        differs = f"{state} = 'valid' and {sex} in ('1', '2') and ({sex} = '1') <> ({odd})"
        found.append(RowRule("id_sex_differs", "warn", differs, sex))
    if birth in names:
        born = f"{birth} like {literal(shapes.DAY_LIKE)} and replace({birth}, '-', '') <> substr({number}, 7, 8)"
        found.append(RowRule("id_birth_differs", "warn", f"{state} = 'valid' and {born}", birth))
    return found


def _school_rules(contract: Contract) -> list[RowRule]:
    columns = [column.name for column in contract.of_kind("school_code")]
    if "school_code" in columns:
        return [RowRule("school_unknown", "reject", f"school_code not in {OWN_SCHOOLS}", "school_code")]
    # A row that names several schools (a transfer) is the unit's business when one of them is its own.
    given = " or ".join(f"{name} is not null" for name in columns)
    others = " and ".join(f"({name} is null or {name} not in {OWN_SCHOOLS})" for name in columns)
    return [RowRule("school_unknown", "reject", f"({given}) and {others}", columns[0])] if columns else []


def _key_rules(contract: Contract) -> list[RowRule]:
    key = ", ".join(contract.key)
    row = ", ".join(column.name for column in contract.columns)
    # Keys that occur twice are found first, by hashing the key alone; only their rows are compared in full.
    twice = f"select {key} from {{batch}} group by {key} having count(*) > 1"
    among = f"from {{batch}} where ({key}) in ({twice})"
    repeated = f"select line, row_number() over (partition by {row} order by line) as nth {among}"
    same = (
        f"select line, count(*) over (partition by {key}) as same_key, "
        f"count(*) over (partition by {row}) as same_row {among}"
    )
    column = contract.key[0] if len(contract.key) == 1 else None
    later = f"line in (select line from ({repeated}) as r where nth > 1)"
    differing = f"line in (select line from ({same}) as r where same_row < same_key)"
    return [
        RowRule("row_repeated", "reject", later, column),
        RowRule("key_conflict", "reject", differing, column),
    ]
