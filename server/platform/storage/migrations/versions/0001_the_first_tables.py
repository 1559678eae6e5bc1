"""the first tables"""

import sqlalchemy as sa
from alembic import op
from server.platform.storage.base import Moment

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('activity_log',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('verb', sa.String(length=60), nullable=False),
    sa.Column('subject_type', sa.String(length=30), nullable=False),
    sa.Column('subject_id', sa.String(length=255), nullable=False),
    sa.Column('about', sa.JSON(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_activity_log'))
    )
    with op.batch_alter_table('activity_log', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_activity_log_login_id'), ['login_id'], unique=False)

    op.create_table('actor',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('uri', sa.String(length=2048), nullable=False),
    sa.Column('actor_type', sa.String(length=30), nullable=False),
    sa.Column('username', sa.String(length=255), nullable=False),
    sa.Column('username_key', sa.String(length=255), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('inbox', sa.String(length=2048), nullable=False),
    sa.Column('shared_inbox', sa.String(length=2048), nullable=True),
    sa.Column('outbox', sa.String(length=2048), nullable=True),
    sa.Column('followers', sa.String(length=2048), nullable=True),
    sa.Column('following', sa.String(length=2048), nullable=True),
    sa.Column('featured', sa.String(length=2048), nullable=True),
    sa.Column('url', sa.String(length=2048), nullable=True),
    sa.Column('reach', sa.String(length=12), nullable=False),
    sa.Column('public_keys', sa.JSON(), nullable=False),
    sa.Column('fetched_at', Moment(), nullable=True),
    sa.Column('suspended_at', Moment(), nullable=True),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_actor')),
    sa.UniqueConstraint('uri', name=op.f('uq_actor_uri')),
    sa.UniqueConstraint('username_key', 'host', name=op.f('uq_actor_username_key_host'))
    )
    with op.batch_alter_table('actor', schema=None) as batch_op:
        batch_op.create_index('ix_actor_host', ['host'], unique=False)

    op.create_table('delivery_ledger',
    sa.Column('object_uri', sa.String(length=512), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.Column('first_at', Moment(), nullable=False),
    sa.Column('last_at', Moment(), nullable=False),
    sa.Column('erased', sa.String(length=12), nullable=True),
    sa.Column('erased_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('object_uri', 'host', name=op.f('pk_delivery_ledger'))
    )
    with op.batch_alter_table('delivery_ledger', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_delivery_ledger_actor_id'), ['actor_id'], unique=False)

    op.create_table('gone_object',
    sa.Column('uri', sa.String(length=2048), nullable=False),
    sa.Column('former_type', sa.String(length=30), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('uri', name=op.f('pk_gone_object'))
    )
    with op.batch_alter_table('gone_object', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_gone_object_at'), ['at'], unique=False)

    op.create_table('job',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=60), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('state', sa.String(length=8), nullable=False),
    sa.Column('run_at', Moment(), nullable=False),
    sa.Column('lease', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('attempts', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('host', sa.String(length=255), nullable=True),
    sa.Column('order_key', sa.String(length=400), nullable=True),
    sa.Column('unique_key', sa.String(length=400), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job')),
    sa.UniqueConstraint('unique_key', name=op.f('uq_job_unique_key'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_host', ['host'], unique=False)
        batch_op.create_index('ix_job_kind', ['kind'], unique=False)
        batch_op.create_index('ix_job_order', ['order_key', 'id'], unique=False, sqlite_where=sa.text('order_key IS NOT NULL'), postgresql_where=sa.text('order_key IS NOT NULL'))
        batch_op.create_index('ix_job_ready', ['run_at', 'id'], unique=False, sqlite_where=sa.text("state = 'ready'"), postgresql_where=sa.text("state = 'ready'"))

    op.create_table('job_host',
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('failures', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('failing_since', Moment(), nullable=True),
    sa.Column('probes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('closed_until', Moment(), nullable=True),
    sa.Column('unavailable', sa.Boolean(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_job_host'))
    )
    with op.batch_alter_table('job_host', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_job_host_closed_until'), ['closed_until'], unique=False)

    op.create_table('job_schedule',
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('next_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_job_schedule'))
    )
    op.create_table('login',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('email_index', sa.String(length=64), nullable=False),
    sa.Column('wrapped_key', sa.LargeBinary(), nullable=False),
    sa.Column('email_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('password_hash', sa.String(length=255), nullable=False),
    sa.Column('locale', sa.String(length=35), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('disabled_at', Moment(), nullable=True),
    sa.Column('signed_in_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_login')),
    sa.UniqueConstraint('email_index', name=op.f('uq_login_email_index'))
    )
    op.create_table('oauth_app',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('client_id', sa.String(length=64), nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('website', sa.String(length=2048), nullable=True),
    sa.Column('redirect_uris', sa.JSON(), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_oauth_app')),
    sa.UniqueConstraint('client_id', name=op.f('uq_oauth_app_client_id'))
    )
    op.create_table('received_activity',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('dedupe_key', sa.String(length=64), nullable=False),
    sa.Column('actor_uri', sa.String(length=2048), nullable=False),
    sa.Column('activity_type', sa.String(length=60), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=True),
    sa.Column('trusted_by', sa.String(length=12), nullable=False),
    sa.Column('received_at', Moment(), nullable=False),
    sa.Column('handled_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_received_activity')),
    sa.UniqueConstraint('dedupe_key', name=op.f('uq_received_activity_dedupe_key'))
    )
    with op.batch_alter_table('received_activity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_received_activity_received_at'), ['received_at'], unique=False)

    op.create_table('remote_host',
    sa.Column('host', sa.String(length=255), nullable=False),
    sa.Column('policy', sa.String(length=12), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('signature_form', sa.String(length=12), nullable=True),
    sa.Column('software', sa.String(length=100), nullable=True),
    sa.Column('software_version', sa.String(length=100), nullable=True),
    sa.Column('first_seen_at', Moment(), nullable=False),
    sa.Column('looked_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('host', name=op.f('pk_remote_host'))
    )
    op.create_table('actor_key',
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('wrapped_key', sa.LargeBinary(), nullable=False),
    sa.Column('rsa_private', sa.LargeBinary(), nullable=False),
    sa.Column('ed25519_private', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_actor_key_actor_id_actor'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('actor_id', name=op.f('pk_actor_key'))
    )
    op.create_table('login_role',
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_login_role_login_id_login'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('login_id', 'role', name=op.f('pk_login_role'))
    )
    op.create_table('outgoing_activity',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('actor_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('uri', sa.String(length=2048), nullable=False),
    sa.Column('activity_type', sa.String(length=30), nullable=False),
    sa.Column('object_uri', sa.String(length=2048), nullable=False),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('targets', sa.JSON(), nullable=False),
    sa.Column('progress', sa.JSON(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['actor.id'], name=op.f('fk_outgoing_activity_actor_id_actor'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outgoing_activity'))
    )
    with op.batch_alter_table('outgoing_activity', schema=None) as batch_op:
        batch_op.create_index('ix_outgoing_activity_actor_id', ['actor_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_outgoing_activity_created_at'), ['created_at'], unique=False)

    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=14), nullable=True),
    sa.Column('display_name', sa.String(length=500), nullable=False),
    sa.Column('summary_html', sa.Text(), nullable=False),
    sa.Column('summary_text', sa.Text(), nullable=False),
    sa.Column('fields', sa.JSON(), nullable=False),
    sa.Column('avatar', sa.String(length=2048), nullable=True),
    sa.Column('avatar_description', sa.Text(), nullable=False),
    sa.Column('header', sa.String(length=2048), nullable=True),
    sa.Column('locked', sa.Boolean(), nullable=False),
    sa.Column('bot', sa.Boolean(), nullable=False),
    sa.Column('discoverable', sa.Boolean(), nullable=False),
    sa.Column('indexable', sa.Boolean(), nullable=False),
    sa.Column('hides_collections', sa.Boolean(), nullable=False),
    sa.Column('also_known_as', sa.JSON(), nullable=False),
    sa.Column('moved_to_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('moved_at', Moment(), nullable=True),
    sa.Column('language', sa.String(length=35), nullable=True),
    sa.Column('default_audience', sa.String(length=12), nullable=False),
    sa.Column('default_sensitive', sa.Boolean(), nullable=False),
    sa.Column('posts_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('followers_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('following_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('last_posted_at', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['id'], ['actor.id'], name=op.f('fk_person_id_actor'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['moved_to_id'], ['person.id'], name=op.f('fk_person_moved_to_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    with op.batch_alter_table('person', schema=None) as batch_op:
        batch_op.create_index('ix_person_moved_to_id', ['moved_to_id'], unique=False)

    op.create_table('block',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('blocker_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('blocked_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('uri', sa.String(length=2048), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['blocked_id'], ['person.id'], name=op.f('fk_block_blocked_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['blocker_id'], ['person.id'], name=op.f('fk_block_blocker_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_block')),
    sa.UniqueConstraint('blocker_id', 'blocked_id', name=op.f('uq_block_blocker_id_blocked_id'))
    )
    with op.batch_alter_table('block', schema=None) as batch_op:
        batch_op.create_index('ix_block_blocked_id', ['blocked_id'], unique=False)

    op.create_table('consent',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('purpose', sa.String(length=60), nullable=False),
    sa.Column('given', sa.Boolean(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_consent_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    with op.batch_alter_table('consent', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_consent_person_id'), ['person_id'], unique=False)

    op.create_table('follow',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('follower_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('followee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('uri', sa.String(length=2048), nullable=False),
    sa.Column('shows_boosts', sa.Boolean(), nullable=False),
    sa.Column('notifies', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['followee_id'], ['person.id'], name=op.f('fk_follow_followee_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['follower_id'], ['person.id'], name=op.f('fk_follow_follower_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow')),
    sa.UniqueConstraint('follower_id', 'followee_id', name=op.f('uq_follow_follower_id_followee_id'))
    )
    with op.batch_alter_table('follow', schema=None) as batch_op:
        batch_op.create_index('ix_follow_followee_id_state_id', ['followee_id', 'state', 'id'], unique=False)
        batch_op.create_index('ix_follow_uri', ['uri'], unique=False)

    op.create_table('login_person',
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('role', sa.String(length=10), nullable=False),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_login_person_login_id_login'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_login_person_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('login_id', 'person_id', name=op.f('pk_login_person'))
    )
    with op.batch_alter_table('login_person', schema=None) as batch_op:
        batch_op.create_index('ix_login_person_person_id', ['person_id'], unique=False)

    op.create_table('marker',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('timeline', sa.String(length=20), nullable=False),
    sa.Column('last_read_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_marker_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'timeline', name=op.f('pk_marker'))
    )
    op.create_table('media',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('file_name', sa.String(length=80), nullable=False),
    sa.Column('preview_name', sa.String(length=80), nullable=False),
    sa.Column('media_type', sa.String(length=60), nullable=False),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('width', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('height', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('preview_width', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('preview_height', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('blurhash', sa.String(length=100), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('focus_x', sa.Float(), nullable=False),
    sa.Column('focus_y', sa.Float(), nullable=False),
    sa.Column('attached', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_media_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_media')),
    sa.UniqueConstraint('file_name', name=op.f('uq_media_file_name'))
    )
    with op.batch_alter_table('media', schema=None) as batch_op:
        batch_op.create_index('ix_media_attached_created_at', ['attached', 'created_at'], unique=False)
        batch_op.create_index('ix_media_person_id', ['person_id'], unique=False)

    op.create_table('mute',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('muter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('muted_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('notifications', sa.Boolean(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['muted_id'], ['person.id'], name=op.f('fk_mute_muted_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['muter_id'], ['person.id'], name=op.f('fk_mute_muter_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mute')),
    sa.UniqueConstraint('muter_id', 'muted_id', name=op.f('uq_mute_muter_id_muted_id'))
    )
    with op.batch_alter_table('mute', schema=None) as batch_op:
        batch_op.create_index('ix_mute_muted_id', ['muted_id'], unique=False)

    op.create_table('notification',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('notification_type', sa.String(length=16), nullable=False),
    sa.Column('from_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['from_id'], ['person.id'], name=op.f('fk_notification_from_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notification_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
    sa.UniqueConstraint('person_id', 'notification_type', 'from_id', 'post_id', name=op.f('uq_notification_person_id_notification_type_from_id_post_id'))
    )
    with op.batch_alter_table('notification', schema=None) as batch_op:
        batch_op.create_index('ix_notification_from_id', ['from_id'], unique=False)
        batch_op.create_index('ix_notification_person_id_id', ['person_id', 'id'], unique=False)
        batch_op.create_index('ix_notification_post_id', ['post_id'], unique=False)

    op.create_table('oauth_code',
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('app_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('redirect_uri', sa.String(length=2048), nullable=False),
    sa.Column('scopes', sa.Text(), nullable=False),
    sa.Column('challenge', sa.String(length=128), nullable=True),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.Column('token_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['app_id'], ['oauth_app.id'], name=op.f('fk_oauth_code_app_id_oauth_app'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_oauth_code_login_id_login'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_oauth_code_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('code_hash', name=op.f('pk_oauth_code'))
    )
    with op.batch_alter_table('oauth_code', schema=None) as batch_op:
        batch_op.create_index('ix_oauth_code_app_id', ['app_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_oauth_code_expires_at'), ['expires_at'], unique=False)
        batch_op.create_index('ix_oauth_code_login_id', ['login_id'], unique=False)
        batch_op.create_index('ix_oauth_code_person_id', ['person_id'], unique=False)

    op.create_table('oauth_token',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('app_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('scopes', sa.Text(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=False),
    sa.Column('revoked_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['app_id'], ['oauth_app.id'], name=op.f('fk_oauth_token_app_id_oauth_app'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_oauth_token_login_id_login'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_oauth_token_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_oauth_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_oauth_token_token_hash'))
    )
    with op.batch_alter_table('oauth_token', schema=None) as batch_op:
        batch_op.create_index('ix_oauth_token_app_id', ['app_id'], unique=False)
        batch_op.create_index('ix_oauth_token_login_id', ['login_id'], unique=False)
        batch_op.create_index('ix_oauth_token_person_id', ['person_id'], unique=False)

    op.create_table('page_session',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_page_session_login_id_login'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_page_session_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_page_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_page_session_token_hash'))
    )
    with op.batch_alter_table('page_session', schema=None) as batch_op:
        batch_op.create_index('ix_page_session_login_id', ['login_id'], unique=False)
        batch_op.create_index('ix_page_session_person_id', ['person_id'], unique=False)

    op.create_table('person_note',
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('about_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['about_id'], ['person.id'], name=op.f('fk_person_note_about_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_person_note_author_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('author_id', 'about_id', name=op.f('pk_person_note'))
    )
    op.create_table('post',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('uri', sa.String(length=2048), nullable=False),
    sa.Column('url', sa.String(length=2048), nullable=False),
    sa.Column('is_local', sa.Boolean(), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('audience', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=True),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('content_map', sa.JSON(), nullable=True),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('spoiler', sa.Text(), nullable=False),
    sa.Column('sensitive', sa.Boolean(), nullable=False),
    sa.Column('language', sa.String(length=35), nullable=True),
    sa.Column('search_text', sa.Text(), nullable=False),
    sa.Column('in_reply_to_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('in_reply_to_uri', sa.String(length=2048), nullable=True),
    sa.Column('in_reply_to_person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('boost_of_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('record', sa.JSON(), nullable=True),
    sa.Column('title', sa.String(length=500), nullable=True),
    sa.Column('state', sa.String(length=10), nullable=True),
    sa.Column('closes_at', Moment(), nullable=True),
    sa.Column('received', sa.LargeBinary(), nullable=True),
    sa.Column('replies_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('boosts_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('likes_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_media', sa.JSON(), nullable=False),
    sa.Column('emojis', sa.JSON(), nullable=False),
    sa.Column('card', sa.JSON(), nullable=True),
    sa.Column('application', sa.String(length=300), nullable=True),
    sa.Column('idempotency_key', sa.String(length=128), nullable=True),
    sa.Column('published_at', Moment(), nullable=False),
    sa.Column('edited_at', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_post_author_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['boost_of_id'], ['post.id'], name=op.f('fk_post_boost_of_id_post'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['in_reply_to_id'], ['post.id'], name=op.f('fk_post_in_reply_to_id_post'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post')),
    sa.UniqueConstraint('uri', name=op.f('uq_post_uri'))
    )
    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.create_index('ix_post_author_id_id', ['author_id', 'id'], unique=False)
        batch_op.create_index('ix_post_boost_of_id_author_id', ['boost_of_id', 'author_id'], unique=False)
        batch_op.create_index('ix_post_closes_at', ['closes_at'], unique=False)
        batch_op.create_index('ix_post_conversation_id', ['conversation_id'], unique=False)
        batch_op.create_index('ix_post_idempotency', ['author_id', 'idempotency_key'], unique=False, sqlite_where=sa.text('idempotency_key IS NOT NULL'), postgresql_where=sa.text('idempotency_key IS NOT NULL'))
        batch_op.create_index('ix_post_in_reply_to_id', ['in_reply_to_id'], unique=False)
        batch_op.create_index('ix_post_in_reply_to_uri', ['in_reply_to_uri'], unique=False)
        batch_op.create_index('ix_post_kind_state_id', ['kind', 'state', 'id'], unique=False)
        batch_op.create_index('ix_post_local_id', ['id'], unique=False, sqlite_where=sa.text('is_local AND boost_of_id IS NULL'), postgresql_where=sa.text('is_local AND boost_of_id IS NULL'))
        batch_op.create_index('ix_post_public_id', ['id'], unique=False, sqlite_where=sa.text("audience = 'public' AND boost_of_id IS NULL"), postgresql_where=sa.text("audience = 'public' AND boost_of_id IS NULL"))

    op.create_table('report',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('uri', sa.String(length=2048), nullable=True),
    sa.Column('reporter_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('target_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('post_ids', sa.JSON(), nullable=False),
    sa.Column('category', sa.String(length=20), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('forwarded', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.Column('closed_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['reporter_id'], ['person.id'], name=op.f('fk_report_reporter_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['target_id'], ['person.id'], name=op.f('fk_report_target_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report')),
    sa.UniqueConstraint('uri', name=op.f('uq_report_uri'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_reporter_id'), ['reporter_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_target_id'), ['target_id'], unique=False)

    op.create_table('thread_mute',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_thread_mute_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'conversation_id', name=op.f('pk_thread_mute'))
    )
    op.create_table('bookmark',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_bookmark_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_bookmark_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bookmark')),
    sa.UniqueConstraint('person_id', 'post_id', name=op.f('uq_bookmark_person_id_post_id'))
    )
    with op.batch_alter_table('bookmark', schema=None) as batch_op:
        batch_op.create_index('ix_bookmark_post_id', ['post_id'], unique=False)

    op.create_table('home_entry',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_home_entry_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_home_entry_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'post_id', name=op.f('pk_home_entry'))
    )
    with op.batch_alter_table('home_entry', schema=None) as batch_op:
        batch_op.create_index('ix_home_entry_post_id', ['post_id'], unique=False)

    op.create_table('mention',
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('silent', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mention_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_mention_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'person_id', name=op.f('pk_mention'))
    )
    with op.batch_alter_table('mention', schema=None) as batch_op:
        batch_op.create_index('ix_mention_person_id_post_id', ['person_id', 'post_id'], unique=False)

    op.create_table('pin',
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pin_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_pin_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', name=op.f('pk_pin'))
    )
    with op.batch_alter_table('pin', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pin_person_id'), ['person_id'], unique=False)

    op.create_table('poll',
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('options', sa.JSON(), nullable=False),
    sa.Column('multiple', sa.Boolean(), nullable=False),
    sa.Column('hides_totals', sa.Boolean(), nullable=False),
    sa.Column('voters_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('expires_at', Moment(), nullable=True),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_poll_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', name=op.f('pk_poll'))
    )
    with op.batch_alter_table('poll', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_poll_expires_at'), ['expires_at'], unique=False)

    op.create_table('post_like',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('uri', sa.String(length=2048), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_post_like_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_like_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_like')),
    sa.UniqueConstraint('person_id', 'post_id', name=op.f('uq_post_like_person_id_post_id'))
    )
    with op.batch_alter_table('post_like', schema=None) as batch_op:
        batch_op.create_index('ix_post_like_post_id_id', ['post_id', 'id'], unique=False)
        batch_op.create_index('ix_post_like_uri', ['uri'], unique=False)

    op.create_table('post_media',
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('media_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['media_id'], ['media.id'], name=op.f('fk_post_media_media_id_media'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_media_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'media_id', name=op.f('pk_post_media'))
    )
    with op.batch_alter_table('post_media', schema=None) as batch_op:
        batch_op.create_index('ix_post_media_media_id', ['media_id'], unique=False)

    op.create_table('post_revision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('spoiler', sa.Text(), nullable=False),
    sa.Column('sensitive', sa.Boolean(), nullable=False),
    sa.Column('media', sa.JSON(), nullable=False),
    sa.Column('poll', sa.JSON(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_revision_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_post_revision'))
    )
    with op.batch_alter_table('post_revision', schema=None) as batch_op:
        batch_op.create_index('ix_post_revision_post_id_id', ['post_id', 'id'], unique=False)

    op.create_table('post_tag',
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('shown', sa.String(length=100), nullable=False),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_tag_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('name', 'post_id', name=op.f('pk_post_tag'))
    )
    with op.batch_alter_table('post_tag', schema=None) as batch_op:
        batch_op.create_index('ix_post_tag_post_id', ['post_id'], unique=False)

    op.create_table('vote',
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('choice', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('uri', sa.String(length=2048), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_vote_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['poll.post_id'], name=op.f('fk_vote_post_id_poll'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('post_id', 'person_id', 'choice', name=op.f('pk_vote'))
    )
    with op.batch_alter_table('vote', schema=None) as batch_op:
        batch_op.create_index('ix_vote_person_id', ['person_id'], unique=False)

