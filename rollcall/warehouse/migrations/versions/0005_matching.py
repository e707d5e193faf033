"""What matching remembers: keys of names and numbers, the model's term frequencies, and whole reviews."""

from alembic import op

from rollcall.warehouse.migrations.describe import describe

revision = "0005"
down_revision = "0004"

TABLES = """
create table identity.name_key (
    name text primary key,
    plain text not null,
    sound text not null,
    surname text not null
);
create table identity.number_neighbour (
    id_number_key uuid not null,
    neighbour_key uuid not null,
    how text not null check (how in ('one_digit', 'transposed', 'fifteen')),
    primary key (id_number_key, neighbour_key)
);
create table identity.lunar_day (
    written_on date not null,
    meant_on date not null,
    primary key (written_on, meant_on)
);
create table identity.keyed (
    feed text primary key,
    filed_by bigint not null
);
create table identity.model (
    model_version text primary key,
    n_children bigint not null check (n_children > 0),
    made_at timestamptz not null default clock_timestamp()
);
create table identity.term_frequency (
    model_version text not null references identity.model,
    plain text not null,
    share double precision not null check (share > 0 and share <= 1),
    primary key (model_version, plain)
);

alter table identity.review
    add column subject text not null default 'roll',
    add column unit_code text,
    add column subject_sender text,
    add column subject_row_hash uuid,
    add column child_sender text,
    add column child_row_hash uuid,
    add column rank smallint not null default 1,
    add column margin double precision,
    add column agrees text[] not null default '{}',
    add column differs text[] not null default '{}',
    add constraint verdict_known check (verdict in ('same', 'different'));
create index review_evidence on identity.review (pupil_key, child_key, evidence_hash);
create index review_unit on identity.review (unit_code) where verdict is null and known_to = 'infinity';
"""


def upgrade() -> None:
    op.execute(TABLES)
    describe(
        "identity.name_key",
        "Every name as written, and what matching compares instead. A cache: it may be emptied.",
        {
            "name": "Name as filed",
            "plain": "Simplified characters, no dots or blanks; a lost character is □",
            "sound": "Syllables without tones",
            "surname": "Surname in simplified characters: one, or two where it is a compound one",
        },
    )
    describe(
        "identity.number_neighbour",
        "Sound numbers that an unsound one may have been meant for. A cache: it may be emptied.",
        {
            "id_number_key": "Keyed hash of the unsound number",
            "neighbour_key": "Keyed hash of a number that passes the check",
            "how": "one_digit: one digit wrong; transposed: two neighbours exchanged; fifteen: the old short form",
        },
    )
    describe(
        "identity.lunar_day",
        "A lunar date written as if it were a solar one, and the solar days it may have meant",
        {"written_on": "Date as written", "meant_on": "Solar day of that lunar date"},
    )
    describe(
        "identity.keyed",
        "Up to which delivery each feed's names and numbers have their keys",
        {"filed_by": "The last delivery that was looked at"},
    )
    describe(
        "identity.model",
        "Versions of the matching model that have been used here",
        {"n_children": "Children on the register when its term frequencies were taken"},
    )
    describe(
        "identity.term_frequency",
        "How frequent each name was when the version came into use: never changed afterwards",
        {"plain": "Name, simplified", "share": "Share of the children on the register who bear it"},
    )
    describe(
        "identity.review",
        "A doubtful pair and what a person decided; the decision holds until the evidence changes.",
        {
            "pupil_key": "Pseudonym of the pupil, or of the row of another feed that names a child",
            "child_key": "Child on the register that it may be",
            "subject": "Feed of the row in doubt: roll, or another feed that names a child",
            "unit_code": "Unit that answers for the row in doubt",
            "subject_sender": "Sender of the row in doubt",
            "subject_row_hash": "Its row_hash in history",
            "child_sender": "Sender of the child's row of the register",
            "child_row_hash": "Its row_hash in history",
            "rank": "1 is the likeliest child for this pupil",
            "margin": "Weight ahead of the next likeliest child, null if there is none",
            "agrees": "What agrees: name, sound, former_name, birth, lunar_birth, sex, number, place, phone, guardian",
            "differs": "What differs, in the same words",
            "verdict": "What the person decided: same or different; null while open",
        },
    )


def downgrade() -> None:
    raise NotImplementedError("verdicts are not taken apart; restore a backup")
