"""Match, meet and message"""

import sqlalchemy as sa
from alembic import op
from server.platform.storage.base import Moment

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('programme',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('name', sa.JSON(), nullable=False),
    sa.Column('summary', sa.JSON(), nullable=False),
    sa.Column('regions', sa.JSON(), nullable=False),
    sa.Column('applications_until', sa.Date(), nullable=True),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('places', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('check_in_weeks', sa.JSON(), nullable=False),
    sa.Column('check_in_every', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('silence_days', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('needs_second_look', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme'))
    )
    op.create_table('agreement_text',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.Column('published_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_agreement_text_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_text')),
    sa.UniqueConstraint('programme_id', 'version', name=op.f('uq_agreement_text_programme_id_version'))
    )
    op.create_table('counted',
    sa.Column('kind', sa.String(length=14), nullable=False),
    sa.Column('source_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('facts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_counted_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('kind', 'source_id', name=op.f('pk_counted'))
    )
    with op.batch_alter_table('counted', schema=None) as batch_op:
        batch_op.create_index('ix_counted_programme_id_kind', ['programme_id', 'kind'], unique=False)

    op.create_table('export_trail',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('what', sa.String(length=14), nullable=False),
    sa.Column('form', sa.String(length=4), nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('since', sa.Date(), nullable=False),
    sa.Column('until', sa.Date(), nullable=False),
    sa.Column('hides_small', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.String(length=300), nullable=True),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_export_trail_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_trail'))
    )
    with op.batch_alter_table('export_trail', schema=None) as batch_op:
        batch_op.create_index('ix_export_trail_programme_id_id', ['programme_id', 'id'], unique=False)

    op.create_table('funded_programme',
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('indicator_set', sa.String(length=40), nullable=False),
    sa.Column('operation', sa.String(length=80), nullable=False),
    sa.Column('keep_until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_funded_programme_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', name=op.f('pk_funded_programme'))
    )
    op.create_table('match_board',
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('step', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('relaxed', sa.JSON(), nullable=False),
    sa.Column('former_relaxed', sa.JSON(), nullable=True),
    sa.Column('totals', sa.JSON(), nullable=False),
    sa.Column('former_totals', sa.JSON(), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_match_board_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', name=op.f('pk_match_board'))
    )
    op.create_table('match_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('weights_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('relaxed', sa.JSON(), nullable=False),
    sa.Column('totals', sa.JSON(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_match_run_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_run'))
    )
    with op.batch_alter_table('match_run', schema=None) as batch_op:
        batch_op.create_index('ix_match_run_programme_id_at', ['programme_id', 'at'], unique=False)

    op.create_table('programme_staff',
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('role', sa.String(length=12), nullable=False),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_programme_staff_login_id_login'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_staff_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'login_id', name=op.f('pk_programme_staff'))
    )
    with op.batch_alter_table('programme_staff', schema=None) as batch_op:
        batch_op.create_index('ix_programme_staff_login_id', ['login_id'], unique=False)

    op.create_table('weight_set',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('weights', sa.JSON(), nullable=False),
    sa.Column('floors', sa.JSON(), nullable=False),
    sa.Column('threshold', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('published_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_weight_set_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_weight_set')),
    sa.UniqueConstraint('programme_id', 'version', name=op.f('uq_weight_set_programme_id_version'))
    )
    op.create_table('conversation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('thread_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('others', sa.String(length=1100), nullable=False),
    sa.Column('last_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('unread', sa.Boolean(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_conversation_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation')),
    sa.UniqueConstraint('person_id', 'thread_id', 'others', name=op.f('uq_conversation_person_id_thread_id_others'))
    )
    with op.batch_alter_table('conversation', schema=None) as batch_op:
        batch_op.create_index('ix_conversation_person_id_last_id', ['person_id', 'last_id'], unique=False)
        batch_op.create_index('ix_conversation_thread_id', ['thread_id'], unique=False)

    op.create_table('match_board_mark',
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('talent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('mark', sa.String(length=14), nullable=False),
    sa.Column('talent_part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('other_part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('other_kind', sa.String(length=14), nullable=False),
    sa.Column('score', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('weights_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('explanation', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_match_board_mark_other_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_match_board_mark_programme_id_programme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['talent_id'], ['person.id'], name=op.f('fk_match_board_mark_talent_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'talent_id', 'other_id', 'mark', name=op.f('pk_match_board_mark'))
    )
    with op.batch_alter_table('match_board_mark', schema=None) as batch_op:
        batch_op.create_index('ix_match_board_mark_other_id', ['other_id'], unique=False)
        batch_op.create_index('ix_match_board_mark_talent_id', ['talent_id'], unique=False)

    op.create_table('match_card_opening',
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('talent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('rank', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_match_card_opening_other_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_match_card_opening_programme_id_programme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['talent_id'], ['person.id'], name=op.f('fk_match_card_opening_talent_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('login_id', 'programme_id', 'talent_id', 'other_id', name=op.f('pk_match_card_opening'))
    )
    with op.batch_alter_table('match_card_opening', schema=None) as batch_op:
        batch_op.create_index('ix_match_card_opening_opened_at', ['opened_at'], unique=False)
        batch_op.create_index('ix_match_card_opening_other_id', ['other_id'], unique=False)
        batch_op.create_index('ix_match_card_opening_talent_id', ['talent_id'], unique=False)

    op.create_table('match_note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('talent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_match_note_programme_id_programme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['talent_id'], ['person.id'], name=op.f('fk_match_note_talent_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_note'))
    )
    with op.batch_alter_table('match_note', schema=None) as batch_op:
        batch_op.create_index('ix_match_note_programme_id', ['programme_id'], unique=False)
        batch_op.create_index('ix_match_note_talent_id', ['talent_id'], unique=False)

    op.create_table('mentor_record',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('training', sa.JSON(), nullable=False),
    sa.Column('guide_read_at', Moment(), nullable=True),
    sa.Column('identity_seen_on', sa.Date(), nullable=True),
    sa.Column('check_seen_on', sa.Date(), nullable=True),
    sa.Column('seen_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_mentor_record_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_mentor_record'))
    )
    op.create_table('message_wishes',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('from_house', sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_message_wishes_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_message_wishes'))
    )
    op.create_table('pair_ban',
    sa.Column('talent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('reason', sa.String(length=10), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_pair_ban_other_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['talent_id'], ['person.id'], name=op.f('fk_pair_ban_talent_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('talent_id', 'other_id', name=op.f('pk_pair_ban'))
    )
    with op.batch_alter_table('pair_ban', schema=None) as batch_op:
        batch_op.create_index('ix_pair_ban_other_id', ['other_id'], unique=False)

    op.create_table('participation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('applied_at', Moment(), nullable=False),
    sa.Column('state_at', Moment(), nullable=False),
    sa.Column('intake_on', sa.Date(), nullable=True),
    sa.Column('accepted_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.Column('outcome', sa.String(length=24), nullable=True),
    sa.Column('capacity', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('available_until', sa.Date(), nullable=True),
    sa.Column('paused_until', sa.Date(), nullable=True),
    sa.Column('by_hand', sa.Boolean(), nullable=False),
    sa.Column('wishes_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_participation_login_id_login'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_participation_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_participation_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_participation'))
    )
    with op.batch_alter_table('participation', schema=None) as batch_op:
        batch_op.create_index('ix_participation_login_id', ['login_id'], unique=False)
        batch_op.create_index('ix_participation_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_participation_programme_id_state', ['programme_id', 'state'], unique=False)
        batch_op.create_index('uq_participation_open', ['programme_id', 'person_id'], unique=True, sqlite_where=sa.text("state IN ('applied', 'intake', 'accepted', 'paused')"), postgresql_where=sa.text("state IN ('applied', 'intake', 'accepted', 'paused')"))

    op.create_table('person_calendar',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=True),
    sa.Column('made_at', Moment(), nullable=True),
    sa.Column('read_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_person_calendar_login_id_login'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_calendar_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'login_id', name=op.f('pk_person_calendar')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_person_calendar_token_hash'))
    )
    with op.batch_alter_table('person_calendar', schema=None) as batch_op:
        batch_op.create_index('ix_person_calendar_login_id', ['login_id'], unique=False)

    op.create_table('case_note',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('participation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('hands_over', sa.Boolean(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_case_note_participation_id_participation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_case_note_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_note'))
    )
    with op.batch_alter_table('case_note', schema=None) as batch_op:
        batch_op.create_index('ix_case_note_participation_id', ['participation_id'], unique=False)
        batch_op.create_index('ix_case_note_person_id', ['person_id'], unique=False)

    op.create_table('case_obstacle',
    sa.Column('participation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('code', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('noted_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_case_obstacle_participation_id_participation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_case_obstacle_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('participation_id', 'code', name=op.f('pk_case_obstacle'))
    )
    with op.batch_alter_table('case_obstacle', schema=None) as batch_op:
        batch_op.create_index('ix_case_obstacle_person_id', ['person_id'], unique=False)

    op.create_table('case_reference',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('participation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('service', sa.String(length=24), nullable=False),
    sa.Column('result', sa.String(length=12), nullable=False),
    sa.Column('referred_on', sa.Date(), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_case_reference_participation_id_participation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_case_reference_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_reference'))
    )
    with op.batch_alter_table('case_reference', schema=None) as batch_op:
        batch_op.create_index('ix_case_reference_participation_id', ['participation_id'], unique=False)
        batch_op.create_index('ix_case_reference_person_id', ['person_id'], unique=False)

    op.create_table('funder_answers',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('participation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('indicator_set', sa.String(length=40), nullable=False),
    sa.Column('pseudonym', sa.String(length=24), nullable=False),
    sa.Column('entry_on', sa.Date(), nullable=False),
    sa.Column('exit_on', sa.Date(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('moments', sa.JSON(), nullable=False),
    sa.Column('keep_until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_funder_answers_participation_id_participation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_funder_answers_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_funder_answers_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_funder_answers')),
    sa.UniqueConstraint('participation_id', name=op.f('uq_funder_answers_participation_id'))
    )
    with op.batch_alter_table('funder_answers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_funder_answers_keep_until'), ['keep_until'], unique=False)
        batch_op.create_index('ix_funder_answers_participation_id', ['participation_id'], unique=False)
        batch_op.create_index('ix_funder_answers_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_funder_answers_programme_id', ['programme_id'], unique=False)

    op.create_table('gone_message',
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('sent_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversation.id'], name=op.f('fk_gone_message_conversation_id_conversation'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('conversation_id', 'post_id', name=op.f('pk_gone_message'))
    )
    op.create_table('match',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('talent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('talent_part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('other_part_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('other_kind', sa.String(length=14), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('state_at', Moment(), nullable=False),
    sa.Column('is_locked', sa.Boolean(), nullable=False),
    sa.Column('score', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('weights_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('explanation', sa.JSON(), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('put_forward_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('talent_asked_at', Moment(), nullable=True),
    sa.Column('other_asked_at', Moment(), nullable=True),
    sa.Column('expires_at', Moment(), nullable=True),
    sa.Column('reminded_at', Moment(), nullable=True),
    sa.Column('agreement_version', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('talent_agreed_at', Moment(), nullable=True),
    sa.Column('other_agreed_at', Moment(), nullable=True),
    sa.Column('paused_until', Moment(), nullable=True),
    sa.Column('started_at', Moment(), nullable=True),
    sa.Column('outcome', sa.String(length=24), nullable=True),
    sa.Column('outcome_more', sa.JSON(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.Column('readable_until', Moment(), nullable=True),
    sa.Column('follow_up_at', Moment(), nullable=True),
    sa.Column('follow_up_told_at', Moment(), nullable=True),
    sa.Column('former_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_match_other_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_part_id'], ['participation.id'], name=op.f('fk_match_other_part_id_participation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_match_programme_id_programme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['talent_id'], ['person.id'], name=op.f('fk_match_talent_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['talent_part_id'], ['participation.id'], name=op.f('fk_match_talent_part_id_participation'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match'))
    )
    with op.batch_alter_table('match', schema=None) as batch_op:
        batch_op.create_index('ix_match_other_id', ['other_id'], unique=False)
        batch_op.create_index('ix_match_other_part_id', ['other_part_id'], unique=False)
        batch_op.create_index('ix_match_programme_id_state', ['programme_id', 'state'], unique=False)
        batch_op.create_index('ix_match_talent_id', ['talent_id'], unique=False)
        batch_op.create_index('ix_match_talent_part_id', ['talent_part_id'], unique=False)
        batch_op.create_index('uq_match_open_pair', ['talent_id', 'other_id'], unique=True, sqlite_where=sa.text("state IN ('draft', 'proposed', 'accepted_by_talent', 'both_consented', 'first_meeting', 'active', 'paused', 'closing')"), postgresql_where=sa.text("state IN ('draft', 'proposed', 'accepted_by_talent', 'both_consented', 'first_meeting', 'active', 'paused', 'closing')"))

    op.create_table('success_story',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('participation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('language', sa.String(length=35), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('published_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_success_story_participation_id_participation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_success_story_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_success_story'))
    )
    with op.batch_alter_table('success_story', schema=None) as batch_op:
        batch_op.create_index('ix_success_story_participation_id', ['participation_id'], unique=False)
        batch_op.create_index('ix_success_story_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_success_story_published_at', ['published_at'], unique=False)

    op.create_table('survey',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('participation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('moment', sa.String(length=6), nullable=False),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.Column('answered_at', Moment(), nullable=True),
    sa.Column('answers_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['participation_id'], ['participation.id'], name=op.f('fk_survey_participation_id_participation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_survey_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_survey_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_survey')),
    sa.UniqueConstraint('participation_id', 'moment', name=op.f('uq_survey_participation_id_moment'))
    )
    with op.batch_alter_table('survey', schema=None) as batch_op:
        batch_op.create_index('ix_survey_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_survey_programme_id_answered_at', ['programme_id', 'answered_at'], unique=False)

    op.create_table('check_in',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('week', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.Column('answered_at', Moment(), nullable=True),
    sa.Column('met', sa.Boolean(), nullable=True),
    sa.Column('useful', sa.String(length=8), nullable=True),
    sa.Column('wants_help', sa.Boolean(), nullable=True),
    sa.Column('note_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['match_id'], ['match.id'], name=op.f('fk_check_in_match_id_match'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_check_in_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_check_in_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_check_in')),
    sa.UniqueConstraint('match_id', 'person_id', 'week', name=op.f('uq_check_in_match_id_person_id_week'))
    )
    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.create_index('ix_check_in_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_check_in_programme_id_asked_at', ['programme_id', 'asked_at'], unique=False)

    op.create_table('match_decision',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('talent_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rank', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('followed', sa.Boolean(), nullable=False),
    sa.Column('seconds', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['match_id'], ['match.id'], name=op.f('fk_match_decision_match_id_match'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_match_decision_programme_id_programme'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['talent_id'], ['person.id'], name=op.f('fk_match_decision_talent_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_decision'))
    )
    with op.batch_alter_table('match_decision', schema=None) as batch_op:
        batch_op.create_index('ix_match_decision_match_id', ['match_id'], unique=False)
        batch_op.create_index('ix_match_decision_programme_id_at', ['programme_id', 'at'], unique=False)
        batch_op.create_index('ix_match_decision_talent_id', ['talent_id'], unique=False)

    op.create_table('match_event',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('former', sa.String(length=20), nullable=True),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('step', sa.String(length=12), nullable=True),
    sa.Column('by', sa.String(length=6), nullable=False),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['match_id'], ['match.id'], name=op.f('fk_match_event_match_id_match'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_event'))
    )
    with op.batch_alter_table('match_event', schema=None) as batch_op:
        batch_op.create_index('ix_match_event_match_id_id', ['match_id', 'id'], unique=False)

    op.create_table('match_silence',
    sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('last_sign_at', Moment(), nullable=False),
    sa.Column('noticed_at', Moment(), nullable=False),
    sa.Column('step', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['match_id'], ['match.id'], name=op.f('fk_match_silence_match_id_match'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('match_id', name=op.f('pk_match_silence'))
    )
    op.create_table('meeting',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('first_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('second_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('with_staff', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('state_at', Moment(), nullable=False),
    sa.Column('asked', sa.String(length=6), nullable=True),
    sa.Column('mode', sa.String(length=8), nullable=False),
    sa.Column('times', sa.JSON(), nullable=False),
    sa.Column('zone', sa.String(length=64), nullable=False),
    sa.Column('minutes', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_local', sa.String(length=16), nullable=True),
    sa.Column('starts_at', Moment(), nullable=True),
    sa.Column('ends_at', Moment(), nullable=True),
    sa.Column('place_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('first_note_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('second_note_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('uid', sa.String(length=255), nullable=False),
    sa.Column('sequence', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reminded_day_at', Moment(), nullable=True),
    sa.Column('reminded_hour_at', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['first_id'], ['person.id'], name=op.f('fk_meeting_first_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_meeting_login_id_login'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['match_id'], ['match.id'], name=op.f('fk_meeting_match_id_match'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_meeting_programme_id_programme'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['second_id'], ['person.id'], name=op.f('fk_meeting_second_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meeting')),
    sa.UniqueConstraint('uid', name=op.f('uq_meeting_uid'))
    )
    with op.batch_alter_table('meeting', schema=None) as batch_op:
        batch_op.create_index('ix_meeting_first_id', ['first_id'], unique=False)
        batch_op.create_index('ix_meeting_login_id', ['login_id'], unique=False)
        batch_op.create_index('ix_meeting_match_id', ['match_id'], unique=False)
        batch_op.create_index('ix_meeting_programme_id_starts_at', ['programme_id', 'starts_at'], unique=False)
        batch_op.create_index('ix_meeting_second_id', ['second_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_meeting_starts_at'), ['starts_at'], unique=False)

    op.create_table('pair_item',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.String(length=4), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('done_at', Moment(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_pair_item_author_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['match_id'], ['match.id'], name=op.f('fk_pair_item_match_id_match'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pair_item'))
    )
    with op.batch_alter_table('pair_item', schema=None) as batch_op:
        batch_op.create_index('ix_pair_item_author_id', ['author_id'], unique=False)
        batch_op.create_index('ix_pair_item_match_id_id', ['match_id', 'id'], unique=False)

    op.create_table('staff_task',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('login_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('match_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text', sa.String(length=500), nullable=True),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('done_at', Moment(), nullable=True),
    sa.ForeignKeyConstraint(['login_id'], ['login.id'], name=op.f('fk_staff_task_login_id_login'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['match_id'], ['match.id'], name=op.f('fk_staff_task_match_id_match'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_staff_task_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_staff_task_programme_id_programme'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_task'))
    )
    with op.batch_alter_table('staff_task', schema=None) as batch_op:
        batch_op.create_index('ix_staff_task_login_id_done_at', ['login_id', 'done_at'], unique=False)
        batch_op.create_index('ix_staff_task_match_id', ['match_id'], unique=False)
        batch_op.create_index('ix_staff_task_person_id', ['person_id'], unique=False)
        batch_op.create_index('ix_staff_task_programme_id_done_at', ['programme_id', 'done_at'], unique=False)

    op.create_table('meet_again',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('meeting_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('wants', sa.Boolean(), nullable=False),
    sa.Column('answered_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['meeting_id'], ['meeting.id'], name=op.f('fk_meet_again_meeting_id_meeting'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_meet_again_other_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_meet_again_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_meet_again_post_id_post'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_meet_again')),
    sa.UniqueConstraint('person_id', 'other_id', 'meeting_id', name=op.f('uq_meet_again_person_id_other_id_meeting_id'))
    )
    with op.batch_alter_table('meet_again', schema=None) as batch_op:
        batch_op.create_index('ix_meet_again_meeting_id', ['meeting_id'], unique=False)
        batch_op.create_index('ix_meet_again_other_id', ['other_id'], unique=False)
        batch_op.create_index('ix_meet_again_person_id_other_id_post_id', ['person_id', 'other_id', 'post_id'], unique=False)
        batch_op.create_index('ix_meet_again_post_id', ['post_id'], unique=False)

    with op.batch_alter_table('post', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sealed', sa.LargeBinary(), nullable=True))

    with op.batch_alter_table('post_revision', schema=None) as batch_op:
        batch_op.add_column(sa.Column('sealed', sa.LargeBinary(), nullable=True))

