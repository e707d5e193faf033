"""Who is who: links between pupils and children, and doubts put to people."""

from alembic import op

from rollcall.warehouse.migrations.describe import describe

revision = "0002"
down_revision = "0001"

TABLES = """
create table identity.link (
    link_id bigint generated always as identity primary key,
    pupil_key uuid not null,
    child_key uuid not null,
    method text not null,
    weight double precision,
    model_version text not null,
    valid_from date not null,
    valid_to date not null default 'infinity',
    known_from timestamptz not null,
    known_to timestamptz not null default 'infinity',
    constraint holds_for_some_time check (valid_from < valid_to and known_from < known_to)
);
create index link_pupil on identity.link (pupil_key);
create index link_child on identity.link (child_key);

create table identity.review (
    review_id bigint generated always as identity primary key,
    pupil_key uuid not null,
    child_key uuid not null,
    reason text not null,
    weight double precision,
    model_version text not null,
    evidence_hash text not null,
    verdict text,
    decided_by text,
    decided_at timestamptz,
    why text,
    valid_from date not null,
    valid_to date not null default 'infinity',
    known_from timestamptz not null,
    known_to timestamptz not null default 'infinity',
    constraint decided_by_someone
        check (verdict is null or (decided_by is not null and decided_at is not null))
);
create index review_pupil on identity.review (pupil_key);
create index review_child on identity.review (child_key);
create index review_open on identity.review (known_from) where verdict is null and known_to = 'infinity';
"""

TIMES = {
    "valid_from": "First day on which it holds",
    "valid_to": "First day on which it no longer holds, infinity if open",
    "known_from": "Since when it has been believed",
    "known_to": "Until when it was believed, infinity if it still is",
}


def upgrade() -> None:
    op.execute(TABLES)
    describe(
        "identity.link",
        "A pupil (a row of a roll) is this child. A child may have several: two enrolments are a finding.",
        {
            "pupil_key": "Pseudonym of the pupil",
            "child_key": "Pseudonym of the child",
            "method": "Rule or model that found it",
            "weight": "Match weight (log2 of the Bayes factor) where a model gave one",
            "model_version": "Version of rules or model",
            **TIMES,
        },
    )
    describe(
        "identity.review",
        "A doubtful pair and what a person decided; the decision holds until the evidence changes.",
        {
            "reason": "Why the pair is in doubt",
            "evidence_hash": "Hash of what the decision rests on",
            "verdict": "What the person decided, null while open",
            "decided_by": "Account of the person",
            "why": "The person's reason",
            **TIMES,
        },
    )


def downgrade() -> None:
    raise NotImplementedError("links are not taken apart; restore a backup")
