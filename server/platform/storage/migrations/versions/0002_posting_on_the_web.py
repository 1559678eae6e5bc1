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
    op.create_table('consent_text',
    sa.Column('text_hash', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=60), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('first_shown_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('text_hash', name=op.f('pk_consent_text'))
    )
    op.create_table('erasure_receipt',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.Column('erased_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_erasure_receipt'))
    )
    with op.batch_alter_table('erasure_receipt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_erasure_receipt_person_id'), ['person_id'], unique=False)

    op.create_table('join_draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('browser_hash', sa.String(length=64), nullable=False),
    sa.Column('code_index', sa.String(length=64), nullable=True),
    sa.Column('wrapped_key', sa.LargeBinary(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('begun_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_join_draft')),
    sa.UniqueConstraint('browser_hash', name=op.f('uq_join_draft_browser_hash')),
    sa.UniqueConstraint('code_index', name=op.f('uq_join_draft_code_index'))
    )
    with op.batch_alter_table('join_draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_join_draft_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_join_draft_login_id'), ['login_id'], unique=False)

    op.create_table('vocabulary_concept',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('scheme', sa.String(length=20), nullable=False),
    sa.Column('code', sa.String(length=300), nullable=False),
    sa.Column('parent', sa.String(length=300), nullable=True),
    sa.Column('is_group', sa.Boolean(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vocabulary_concept')),
    sa.UniqueConstraint('scheme', 'code', name=op.f('uq_vocabulary_concept_scheme_code'))
    )
    with op.batch_alter_table('vocabulary_concept', schema=None) as batch_op:
        batch_op.create_index('ix_vocabulary_concept_scheme_parent', ['scheme', 'parent'], unique=False)

    op.create_table('vocabulary_import',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('source', sa.String(length=200), nullable=False),
    sa.Column('languages', sa.JSON(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('started_at', Moment(), nullable=False),
    sa.Column('finished_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vocabulary_import'))
    )
    op.create_table('authenticator',
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('seed_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('last_step', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('confirmed_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_authenticator_login_id_login'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('login_id', name=op.f('pk_authenticator'))
    )
    op.create_table('mail_refusal',
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('topic', sa.String(length=30), nullable=False),
    sa.Column('refused_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_mail_refusal_login_id_login'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('login_id', 'topic', name=op.f('pk_mail_refusal'))
    )
    op.create_table('passkey',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('credential_hash', sa.String(length=64), nullable=False),
    sa.Column('credential', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_passkey_login_id_login'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkey')),
    sa.UniqueConstraint('credential_hash', name=op.f('uq_passkey_credential_hash'))
    )
    with op.batch_alter_table('passkey', schema=None) as batch_op:
        batch_op.create_index('ix_passkey_login_id', ['login_id'], unique=False)

    op.create_table('recovery_code',
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_recovery_code_login_id_login'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_recovery_code'))
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index('ix_recovery_code_login_id', ['login_id'], unique=False)

    op.create_table('vocabulary_label',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('concept_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('language', sa.String(length=12), nullable=False),
    sa.Column('text', sa.String(length=500), nullable=False),
    sa.Column('folded', sa.String(length=500).with_variant(sa.String(length=500, collation='C'), 'postgresql'), nullable=False),
    sa.Column('preferred', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['concept_id'], ['vocabulary_concept.id'], name=op.f('fk_vocabulary_label_concept_id_vocabulary_concept'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_vocabulary_label'))
    )
    with op.batch_alter_table('vocabulary_label', schema=None) as batch_op:
        batch_op.create_index('ix_vocabulary_label_concept_id_language', ['concept_id', 'language'], unique=False)
        batch_op.create_index('ix_vocabulary_label_language_folded', ['language', 'folded'], unique=False)

    op.create_table('vocabulary_link',
    sa.Column('occupation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('skill_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('essential', sa.Boolean(), nullable=False),
    sa.Column('import_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['occupation_id'], ['vocabulary_concept.id'], name=op.f('fk_vocabulary_link_occupation_id_vocabulary_concept'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['skill_id'], ['vocabulary_concept.id'], name=op.f('fk_vocabulary_link_skill_id_vocabulary_concept'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('occupation_id', 'skill_id', name=op.f('pk_vocabulary_link'))
    )
    with op.batch_alter_table('vocabulary_link', schema=None) as batch_op:
        batch_op.create_index('ix_vocabulary_link_skill_id', ['skill_id'], unique=False)

    op.create_table('application',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=14), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('wrapped_key', sa.LargeBinary(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('applied_at', Moment(), nullable=False),
    sa.Column('decided_at', Moment(), nullable=True),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_application_login_id_login'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_application_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_application')),
    sa.UniqueConstraint('login_id', name=op.f('uq_application_login_id'))
    )
    with op.batch_alter_table('application', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_application_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_application_state'), ['state'], unique=False)

    op.create_table('archive',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wrapped_key', sa.LargeBinary(), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('requested_at', Moment(), nullable=False),
    sa.Column('ready_at', Moment(), nullable=True),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_archive_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_archive'))
    )
    with op.batch_alter_table('archive', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_archive_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_archive_person_id'), ['person_id'], unique=False)

    op.create_table('coming',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('way', sa.String(length=12), nullable=False),
    sa.Column('brought_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('taken_over_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_coming_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_coming'))
    )
    with op.batch_alter_table('coming', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_coming_brought_by'), ['brought_by'], unique=False)

    op.create_table('draft',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('publish_at', Moment(), nullable=True),
    sa.Column('trouble', sa.Text(), nullable=True),
    sa.Column('idempotency_key', sa.String(length=128), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_draft_author_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft'))
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index('ix_draft_author_id_updated_at', ['author_id', 'updated_at'], unique=False)
        batch_op.create_index('ix_draft_publish_at', ['publish_at'], unique=False)

    op.create_table('import_source',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('form', sa.String(length=8), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('address', sa.String(length=2048), nullable=True),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('audience', sa.String(length=10), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('defaults', sa.JSON(), nullable=False),
    sa.Column('withdraws', sa.Boolean(), nullable=False),
    sa.Column('is_paused', sa.Boolean(), nullable=False),
    sa.Column('etag', sa.String(length=500), nullable=True),
    sa.Column('last_modified', sa.String(length=100), nullable=True),
    sa.Column('failures', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('next_at', Moment(), nullable=True),
    sa.Column('ran_at', Moment(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_import_source_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_source'))
    )
    with op.batch_alter_table('import_source', schema=None) as batch_op:
        batch_op.create_index('ix_import_source_next_at', ['next_at'], unique=False)
        batch_op.create_index('ix_import_source_person_id', ['person_id'], unique=False)

    op.create_table('invitation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('code_index', sa.String(length=64), nullable=False),
    sa.Column('wrapped_key', sa.LargeBinary(), nullable=False),
    sa.Column('code_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('kind', sa.String(length=14), nullable=True),
    sa.Column('language', sa.String(length=35), nullable=True),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('vouches', sa.Boolean(), nullable=False),
    sa.Column('uses', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('most_uses', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('revoked_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_invitation_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('code_index', name=op.f('uq_invitation_code_index'))
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_invitation_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitation_made_by'), ['made_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_invitation_person_id'), ['person_id'], unique=False)

    op.create_table('notice_wishes',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('ways', sa.JSON(), nullable=False),
    sa.Column('quiet_from', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('quiet_until', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('seen_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('daily_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('weekly_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_wishes_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_notice_wishes'))
    )
    op.create_table('own_notice',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('about', sa.JSON(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_own_notice_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_notice'))
    )
    with op.batch_alter_table('own_notice', schema=None) as batch_op:
        batch_op.create_index('ix_own_notice_person_id_id', ['person_id', 'id'], unique=False)

    op.create_table('person_key',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('wrapped_key', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_key_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_person_key'))
    )
    op.create_table('person_list',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=255), nullable=False),
    sa.Column('replies_policy', sa.String(length=8), nullable=False),
    sa.Column('exclusive', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_person_list_owner_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person_list'))
    )
    with op.batch_alter_table('person_list', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_list_owner_id'), ['owner_id'], unique=False)

    op.create_table('planned_erasure',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('requested_at', Moment(), nullable=False),
    sa.Column('due_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_planned_erasure_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_planned_erasure'))
    )
    with op.batch_alter_table('planned_erasure', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_planned_erasure_due_at'), ['due_at'], unique=False)

    op.create_table('post_filter',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('contexts', sa.JSON(), nullable=False),
    sa.Column('action', sa.String(length=4), nullable=False),
    sa.Column('expires_at', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_post_filter_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_filter'))
    )
    with op.batch_alter_table('post_filter', schema=None) as batch_op:
        batch_op.create_index('ix_post_filter_person_id', ['person_id'], unique=False)

    op.create_table('profile_answer',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('audience', sa.String(length=10), nullable=False),
    sa.Column('value', sa.JSON(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_profile_answer_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'field', name=op.f('pk_profile_answer'))
    )
    op.create_table('push_subscription',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('session_id', sa.String(length=64), nullable=True),
    sa.Column('endpoint', sa.String(length=2048), nullable=False),
    sa.Column('wrapped_key', sa.LargeBinary(), nullable=False),
    sa.Column('secrets_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('standard', sa.Boolean(), nullable=False),
    sa.Column('alerts', sa.JSON(), nullable=False),
    sa.Column('policy', sa.String(length=10), nullable=False),
    sa.Column('locale', sa.String(length=35), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_push_subscription_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_push_subscription')),
    sa.UniqueConstraint('session_id', name=op.f('uq_push_subscription_session_id')),
    sa.UniqueConstraint('token_id', name=op.f('uq_push_subscription_token_id'))
    )
    with op.batch_alter_table('push_subscription', schema=None) as batch_op:
        batch_op.create_index('ix_push_subscription_person_id', ['person_id'], unique=False)

    op.create_table('reach_change',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('former', sa.String(length=12), nullable=False),
    sa.Column('current', sa.String(length=12), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reach_change_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_reach_change'))
    )
    op.create_table('saved_search',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=True),
    sa.Column('query', sa.Text(), nullable=False),
    sa.Column('by_notice', sa.Boolean(), nullable=False),
    sa.Column('by_email', sa.Boolean(), nullable=False),
    sa.Column('rhythm', sa.String(length=8), nullable=False),
    sa.Column('checked_at', Moment(), nullable=False),
    sa.Column('next_at', Moment(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_saved_search_login_id_login'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_saved_search_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_search'))
    )
    with op.batch_alter_table('saved_search', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_search_login_id'), ['login_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_saved_search_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_saved_search_rhythm_next_at', ['rhythm', 'next_at'], unique=False)

    op.create_table('ticket',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('browser_hash', sa.String(length=64), nullable=True),
    sa.Column('about', sa.JSON(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('tries', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_ticket_login_id_login'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ticket_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_ticket_secret_hash'))
    )
    with op.batch_alter_table('ticket', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ticket_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index('ix_ticket_login_id', ['login_id'], unique=False)
        batch_op.create_index('ix_ticket_person_id', ['person_id'], unique=False)

    op.create_table('verification',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('checked', sa.JSON(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_verification_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_verification'))
    )
    op.create_table('board_entry',
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('closes_at', Moment(), nullable=True),
    sa.Column('starts_at', Moment(), nullable=True),
    sa.Column('ends_at', Moment(), nullable=True),
    sa.Column('mode', sa.String(length=8), nullable=True),
    sa.Column('contract', sa.String(length=10), nullable=True),
    sa.Column('is_free', sa.Boolean(), nullable=True),
    sa.Column('childcare', sa.Boolean(), nullable=False),
    sa.Column('step_free', sa.Boolean(), nullable=False),
    sa.Column('travel_help', sa.Boolean(), nullable=False),
    sa.Column('no_cv', sa.Boolean(), nullable=False),
    sa.Column('level', sa.SmallInteger(), nullable=False),
    sa.Column('listed_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_board_entry_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', name=op.f('pk_board_entry'))
    )
    with op.batch_alter_table('board_entry', schema=None) as batch_op:
        batch_op.create_index('ix_board_entry_kind_closes_at', ['kind', 'closes_at'], unique=False)
        batch_op.create_index('ix_board_entry_kind_starts_at', ['kind', 'starts_at'], unique=False)
        batch_op.create_index('ix_board_entry_kind_state_post_id', ['kind', 'state', 'post_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_board_entry_listed_at'), ['listed_at'], unique=False)

    op.create_table('event_place',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('number', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('uri', sa.String(length=2048), nullable=True),
    sa.Column('attended', sa.Boolean(), nullable=True),
    sa.Column('queued_at', Moment(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('deleted_after', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_event_place_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_event_place_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event_place')),
    sa.UniqueConstraint('post_id', 'person_id', name=op.f('uq_event_place_post_id_person_id'))
    )
    with op.batch_alter_table('event_place', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_place_deleted_after'), ['deleted_after'], unique=False)
        batch_op.create_index('ix_event_place_person_id_id', ['person_id', 'id'], unique=False)
        batch_op.create_index('ix_event_place_post_id_state_queued_at', ['post_id', 'state', 'queued_at'], unique=False)
        batch_op.create_index('ix_event_place_uri', ['uri'], unique=False)

    op.create_table('filter_keyword',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('filter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('keyword', sa.String(length=200), nullable=False),
    sa.Column('whole_word', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['filter_id'], ['post_filter.id'], name=op.f('fk_filter_keyword_filter_id_post_filter'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_filter_keyword'))
    )
    with op.batch_alter_table('filter_keyword', schema=None) as batch_op:
        batch_op.create_index('ix_filter_keyword_filter_id', ['filter_id'], unique=False)

    op.create_table('filtered_post',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('filter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['filter_id'], ['post_filter.id'], name=op.f('fk_filtered_post_filter_id_post_filter'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_filtered_post_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_filtered_post')),
    sa.UniqueConstraint('filter_id', 'post_id', name=op.f('uq_filtered_post_filter_id_post_id'))
    )
    with op.batch_alter_table('filtered_post', schema=None) as batch_op:
        batch_op.create_index('ix_filtered_post_post_id', ['post_id'], unique=False)

    op.create_table('hand_raise',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('message_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('shares', sa.JSON(), nullable=False),
    sa.Column('answer', sa.String(length=14), nullable=True),
    sa.Column('answer_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=True),
    sa.Column('answered_at', Moment(), nullable=True),
    sa.Column('deleted_after', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_hand_raise_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_hand_raise_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_raise')),
    sa.UniqueConstraint('post_id', 'person_id', name=op.f('uq_hand_raise_post_id_person_id'))
    )
    with op.batch_alter_table('hand_raise', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_hand_raise_deleted_after'), ['deleted_after'], unique=False)
        batch_op.create_index('ix_hand_raise_person_id_id', ['person_id', 'id'], unique=False)

    op.create_table('import_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('identity', sa.String(length=200), nullable=False),
    sa.Column('fingerprint', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=9), nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('faults', sa.JSON(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_import_item_post_id_post'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['source_id'], ['import_source.id'], name=op.f('fk_import_item_source_id_import_source'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_item')),
    sa.UniqueConstraint('source_id', 'identity', name=op.f('uq_import_item_source_id_identity'))
    )
    with op.batch_alter_table('import_item', schema=None) as batch_op:
        batch_op.create_index('ix_import_item_post_id', ['post_id'], unique=False)

    op.create_table('import_upload',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('content', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_import_upload_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['source_id'], ['import_source.id'], name=op.f('fk_import_upload_source_id_import_source'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_upload'))
    )
    with op.batch_alter_table('import_upload', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_upload_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_upload_source_id'), ['source_id'], unique=False)

    op.create_table('list_member',
    sa.Column('list_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['list_id'], ['person_list.id'], name=op.f('fk_list_member_list_id_person_list'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_list_member_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('list_id', 'person_id', name=op.f('pk_list_member'))
    )
    with op.batch_alter_table('list_member', schema=None) as batch_op:
        batch_op.create_index('ix_list_member_person_id', ['person_id'], unique=False)

    op.create_table('post_translation',
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('content_hash', sa.String(length=64), nullable=False),
    sa.Column('said', sa.JSON(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_translation_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'language', name=op.f('pk_post_translation'))
    )
    op.create_table('search_alert',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('alerted_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_search_alert_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_search_alert_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'post_id', name=op.f('pk_search_alert'))
    )
    with op.batch_alter_table('search_alert', schema=None) as batch_op:
        batch_op.create_index('ix_search_alert_post_id', ['post_id'], unique=False)

    op.create_table('board_mark',
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('facet', sa.String(length=10), nullable=False),
    sa.Column('value', sa.String(length=80), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['board_entry.post_id'], name=op.f('fk_board_mark_post_id_board_entry'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'facet', 'value', name=op.f('pk_board_mark'))
    )
    with op.batch_alter_table('board_mark', schema=None) as batch_op:
        batch_op.create_index('ix_board_mark_facet_value_post_id', ['facet', 'value', 'post_id'], unique=False)

    op.create_table('board_place',
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('number', sa.SmallInteger(), autoincrement=False, nullable=False),
    sa.Column('latitude', sa.Float(), nullable=False),
    sa.Column('longitude', sa.Float(), nullable=False),
    sa.Column('is_exact', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['board_entry.post_id'], name=op.f('fk_board_place_post_id_board_entry'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'number', name=op.f('pk_board_place'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.add_column(sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
        batch_op.add_column(sa.Column('text_hash', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('language', sa.String(length=35), nullable=True))
        batch_op.add_column(sa.Column('how', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('reference', sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))

    with op.batch_alter_table('login', schema=None) as batch_op:
        batch_op.add_column(sa.Column('email_confirmed_at', Moment(), nullable=True))
        batch_op.add_column(sa.Column('name_index', sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column('name_sealed', sa.LargeBinary(), nullable=True))
        batch_op.alter_column('email_index',
               existing_type=sa.VARCHAR(length=64),
               nullable=True)
        batch_op.alter_column('email_sealed',
               existing_type=sa.BLOB(),
               nullable=True)
        batch_op.alter_column('password_hash',
               existing_type=sa.VARCHAR(length=255),
               nullable=True)
        batch_op.create_unique_constraint(batch_op.f('uq_login_name_index'), ['name_index'])

    with op.batch_alter_table('media', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kept_until', Moment(), nullable=True))

    with op.batch_alter_table('page_session', schema=None) as batch_op:
        batch_op.add_column(sa.Column('is_shared', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('browser', sa.String(length=60), nullable=True))
        batch_op.add_column(sa.Column('proven_at', Moment(), nullable=True))

    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.add_column(sa.Column('answer_lines', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('waits_for_trust', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('posts_approved', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='0', nullable=False))

    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.add_column(sa.Column('places_taken', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('held', sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column('held_reason', sa.Text(), nullable=True))
        batch_op.create_index('ix_post_held_id', ['held', 'id'], unique=False, sqlite_where=sa.text('held IS NOT NULL'), postgresql_where=sa.text('held IS NOT NULL'))

