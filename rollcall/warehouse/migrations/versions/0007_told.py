"""What a digest told is kept as numbers of alerts, not read back out of its text: a text may be worded anew."""

from alembic import op

revision = "0007"
down_revision = "0006"

COLUMN = """
alter table ops.digest add column alert_ids bigint[] not null default '{}';
comment on column ops.digest.alert_ids is 'Alerts that stood open in it, new or not';
"""
# In the texts so far each alert's line begins with its number; what had been mended stands last.
TOLD_SO_FAR = r"""
update ops.digest set alert_ids = array(
    select found[1]::bigint from regexp_matches(split_part(text_zh, E'\n已解除 ', 1), '\n· 〔([0-9]+)〕', 'g') as found
);
"""


def upgrade() -> None:
    op.execute(COLUMN)
    op.execute(TOLD_SO_FAR)


def downgrade() -> None:
    raise NotImplementedError("what people were told is not taken apart; restore a backup")
