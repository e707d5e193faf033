"""Who looked at names, and every line that a unit's clerk sent back about a doubtful pair."""

from alembic import op

from rollcall.warehouse.migrations.describe import describe

revision = "0006"
down_revision = "0005"

TABLES = """
create table ops.access_log (
    access_id bigint generated always as identity primary key,
    who text not null,
    at timestamptz not null default clock_timestamp(),
    action text not null,
    unit_code text,
    n_rows integer not null,
    reason text not null,
    constraint says_why check (btrim(reason) <> '')
);

create table identity.verdict_line (
    access_id bigint not null references ops.access_log,
    line integer not null,
    number_text text not null,
    verdict_text text not null,
    why_text text not null,
    outcome text not null check (outcome in ('accepted', 'unchanged', 'blank', 'refused')),
    reason text not null,
    primary key (access_id, line)
);
"""


def upgrade() -> None:
    op.execute(TABLES)
    describe(
        "ops.access_log",
        "Every time somebody saw or took out names: written before they are shown, never changed.",
        {
            "access_id": "Number of the access; an exported list carries it, so that it is known when it comes back",
            "who": "Account on the machine that asked",
            "at": "When",
            "action": "The command: review show, review export, review import",
            "unit_code": "Unit whose rows they were, null for all",
            "n_rows": "How many rows were shown or came back",
            "reason": "Why, in the words of who asked; nobody's name in it",
        },
    )
    describe(
        "identity.verdict_line",
        "Every line of every list that came back, as it came, and what became of it. Free text: personal data.",
        {
            "access_id": "The import",
            "line": "Line in the sheet, from 1",
            "number_text": "Number of the pair it speaks of, as written",
            "verdict_text": "What the clerk chose",
            "why_text": "What the clerk wrote as evidence",
            "outcome": "accepted, unchanged (was decided so before), blank (nothing chosen) or refused",
            "reason": "Why it was refused, in Chinese, as the clerk was told",
        },
    )


def downgrade() -> None:
    raise NotImplementedError("an access log is not taken apart; restore a backup")
