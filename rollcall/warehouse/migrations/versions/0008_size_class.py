"""Frequencies of names are kept by the size of the register they were counted on: the first may have been a part."""

from alembic import op

revision = "0008"
down_revision = "0007"

# As rollcall.identity.rows.size_class.
COLUMNS = """
alter table identity.model add column size_class smallint;
update identity.model set size_class = round(ln(n_children) / ln(1.25));
alter table identity.model alter column size_class set not null;
alter table identity.term_frequency add column size_class smallint;
update identity.term_frequency as t set size_class = m.size_class
from identity.model as m where t.model_version = m.model_version;
alter table identity.term_frequency
    alter column size_class set not null,
    drop constraint term_frequency_model_version_fkey,
    drop constraint term_frequency_pkey;
alter table identity.model drop constraint model_pkey, add primary key (model_version, size_class);
alter table identity.term_frequency
    add primary key (model_version, size_class, plain),
    add foreign key (model_version, size_class) references identity.model;
comment on column identity.model.size_class is 'Size of the register, by quarters: its logarithm to the base of 1.25';
comment on column identity.term_frequency.size_class is 'Size of the register it was counted on, see identity.model';
"""


def upgrade() -> None:
    op.execute(COLUMNS)


def downgrade() -> None:
    raise NotImplementedError("frequencies of two registers cannot be put into one; restore a backup")
