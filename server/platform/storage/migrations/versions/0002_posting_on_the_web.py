"""Posting on the web"""

import sqlalchemy as sa
from alembic import op
from server.platform.storage.base import Moment

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('choice',
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('value', sa.JSON(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_choice'))
    )
