"""A delivery that is out of history says so until it is decided again."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("alter table ops.delivery add column taken_back_at timestamptz")
    op.execute(
        "update ops.delivery set taken_back_at = now() where verdict = 'pending' and n_accepted is not null",
    )
    op.execute(
        """alter table ops.delivery add constraint taken_back_only_until_decided
        check (taken_back_at is null or verdict in ('pending', 'waiting'))"""
    )
    op.execute("create index delivery_taken_back on ops.delivery (received_at) where taken_back_at is not null")
    op.execute(
        """comment on column ops.delivery.taken_back_at is
        'Since when it is out of history, to be decided again; no publish meanwhile'"""
    )


def downgrade() -> None:
    raise NotImplementedError("the ledger is not taken apart; restore a backup")
