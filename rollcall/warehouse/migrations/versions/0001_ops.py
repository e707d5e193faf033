"""The ledger of deliveries, publishes, alerts and readers' scopes."""

from alembic import op

from rollcall.warehouse.migrations.describe import describe

revision = "0001"
down_revision = None

TABLES = """
create table ops.delivery (
    delivery_id bigint generated always as identity primary key,
    feed text not null,
    sender text not null,
    business_date date not null,
    revision integer not null default 0,
    file_name text not null,
    sha256 text not null,
    n_bytes bigint not null,
    received_at timestamptz not null,
    manifest jsonb,
    seen_at timestamptz not null default now(),
    decided_at timestamptz,
    container text,
    encoding text,
    n_read integer,
    n_accepted integer,
    n_rejected integer,
    verdict text not null default 'pending'
        check (verdict in ('pending', 'waiting', 'accepted', 'refused', 'duplicate')),
    is_in_force boolean not null default false,
    reasons jsonb not null default '[]',
    data_docs text,
    unique (feed, sender, file_name, sha256, received_at),
    constraint every_row_accounted_for
        check (verdict <> 'accepted' or coalesce(n_read = n_accepted + n_rejected, false)),
    constraint in_force_only_if_accepted check (verdict = 'accepted' or not is_in_force)
);
create index delivery_slot on ops.delivery (feed, sender, business_date);
create index delivery_undecided on ops.delivery (feed, sender, received_at)
    where verdict in ('pending', 'waiting');
create index delivery_in_force on ops.delivery (feed, business_date) where is_in_force;

create table ops.delivery_section (
    delivery_id bigint not null references ops.delivery,
    unit_code text not null,
    n_read integer not null,
    n_accepted integer not null,
    n_rejected integer not null,
    verdict text not null check (verdict in ('accepted', 'refused')),
    reasons jsonb not null default '[]',
    primary key (delivery_id, unit_code),
    constraint every_row_accounted_for check (n_read = n_accepted + n_rejected)
);

create table ops.rule_result (
    delivery_id bigint not null references ops.delivery,
    rule text not null,
    column_name text,
    severity text not null,
    is_success boolean not null,
    n_unexpected bigint
);
create index rule_result_delivery on ops.rule_result (delivery_id);

create table ops.rejected_row (
    delivery_id bigint not null references ops.delivery,
    line integer not null,
    unit_code text,
    rules text[] not null,
    "row" jsonb not null,
    primary key (delivery_id, line)
);

create table ops.publish (
    publish_id bigint generated always as identity primary key,
    schema_name text not null,
    as_of date not null,
    known_at timestamptz not null,
    code_version text,
    model_version text,
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    verdict text not null default 'running' check (verdict in ('running', 'published', 'failed')),
    reasons jsonb not null default '[]',
    missing jsonb not null default '[]'
);
create index publish_schema on ops.publish (schema_name, publish_id);

create table ops.alert (
    alert_id bigint generated always as identity primary key,
    dedupe_key text not null,
    kind text not null,
    owner text not null,
    severity text not null,
    feed text,
    sender text,
    business_date date,
    opened_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    closed_at timestamptz,
    text_zh text not null,
    text_en text not null
);
create unique index alert_open on ops.alert (dedupe_key) where closed_at is null;

create table ops.digest (
    digest_id bigint generated always as identity primary key,
    recipient text not null,
    run_key text not null,
    text_zh text not null,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    attempts integer not null default 0,
    last_error text,
    unique (recipient, run_key)
);
create index digest_unsent on ops.digest (created_at) where sent_at is null;

create table ops.reader_scope (
    role_name text primary key,
    tier text not null check (tier in ('municipality', 'unit', 'school')),
    unit_code text,
    school_code text,
    constraint scope_says_where check (
        (tier = 'municipality' and unit_code is null and school_code is null)
        or (tier = 'unit' and unit_code is not null and school_code is null)
        or (tier = 'school' and school_code is not null)
    )
);
"""


def upgrade() -> None:
    op.execute(TABLES)
    describe(
        "ops.delivery",
        "Every file ever seen, one row each, and what became of it.",
        {
            "delivery_id": "Number of the delivery; history rows name it in filed_by and retired_by",
            "feed": "Feed, as its contract is named",
            "sender": "Unit code, police-<district>, platform, municipality or welfare",
            "business_date": "Date that the content speaks of",
            "revision": "Sender's revision of that date; the highest is in force",
            "file_name": "Name of the file as it arrived",
            "sha256": "SHA-256 of the file as it arrived; also its name in the archive",
            "n_bytes": "Size of the file",
            "received_at": "When it arrived: the manifest's time, else the file's",
            "manifest": "What the sender declared beside the file",
            "seen_at": "When this row was written",
            "decided_at": "When the verdict was given",
            "container": "csv, xlsx, xls ... as found, whatever the name said",
            "encoding": "Text encoding as found",
            "n_read": "Rows read; of an accepted delivery always n_accepted + n_rejected",
            "n_accepted": "Rows filed into history",
            "n_rejected": "Rows kept in ops.rejected_row",
            "verdict": "pending, waiting (for reference deliveries), accepted, refused, duplicate",
            "is_in_force": "Whether this is the delivery that counts for its feed, sender and business date",
            "reasons": "Why: list of {rule, column, line, value (masked), n, unit, zh, en}",
            "data_docs": "Path of the quality report below the data docs directory, of refused deliveries",
        },
    )
    describe(
        "ops.delivery_section",
        "Verdict on each unit's section of a file of the municipal platform.",
        {"unit_code": "Unit whose rows these are", "reasons": "As in ops.delivery"},
    )
    describe(
        "ops.rule_result",
        "Outcome of every expectation on every delivery that was gated.",
        {
            "rule": "Kind of rule, a key of expectations/rules.yaml",
            "column_name": "Column it looks at, null for a rule on the whole row",
            "severity": "critical, warning or info",
            "is_success": "Whether the expectation held",
            "n_unexpected": "Rows that broke it",
        },
    )
    describe(
        "ops.rejected_row",
        "Rows that were not accepted, whole, as they came. Personal data.",
        {
            "line": "Line in the file, from 1",
            "rules": "Rules it broke",
            "row": "The row's raw text by column",
        },
    )
    describe(
        "ops.publish",
        "Every attempt to publish the marts.",
        {
            "schema_name": "Schema that readers see",
            "as_of": "Business date the marts speak of",
            "known_at": "Only what was known by then counts",
            "code_version": "Version of this code",
            "model_version": "Version of the identity model",
            "verdict": "running, published or failed",
            "reasons": "Why it failed",
            "missing": "What had not come when it was published",
        },
    )
    describe(
        "ops.alert",
        "What is late, missing, refused or failed: opened and closed by the data.",
        {
            "dedupe_key": "Names the trouble; open at most once",
            "kind": "Kind of alert, as its runbook is named",
            "owner": "Unit or office that can mend it",
            "opened_at": "When it was first seen",
            "last_seen_at": "When it was last seen",
            "closed_at": "When it was no longer there",
        },
    )
    describe(
        "ops.digest",
        "Messages to recipients, one for each run: written first, then sent, so none is lost or doubled.",
        {
            "run_key": "The run it reports on",
            "sent_at": "When the recipient's service took it",
            "attempts": "How often sending was tried",
            "last_error": "What the last failed attempt said",
        },
    )
    describe(
        "ops.reader_scope",
        "Which part of the marts a database login may see. No row: nothing.",
        {
            "role_name": "Login, as in session_user",
            "tier": "municipality sees all, unit its unit, school its school",
        },
    )


def downgrade() -> None:
    raise NotImplementedError("the ledger is not taken apart; restore a backup")
