"""A delivery that is out of history says so until it is decided again; a row that was rejected keeps its key."""

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
    # Rows rejected before this say nothing; regate their deliveries to have it.
    op.execute("alter table ops.rejected_row add column unread_key text[]")
    op.execute(
        """comment on column ops.rejected_row.unread_key is
        'Key of a snapshot''s row that came but could not be read: the version before stays in force'"""
    )


def downgrade() -> None:
    raise NotImplementedError("the ledger is not taken apart; restore a backup")
