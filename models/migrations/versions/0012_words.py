"""hazards are found by a piece of their words; indexes that figures and progress are counted by

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op


revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

# what a hazard is searched by, in small letters; signs that nobody types keep its parts from running into one another
WORDS = {
    'sqlite': "lower({0}description || char(1) || {0}place || char(1) || {0}key || char(1, 1))",
    'postgresql': "lower(concat({0}description, chr(1), {0}place, chr(1), {0}key, chr(1), chr(1)) COLLATE \"C\")",
}
SQLITE = (
    """CREATE VIRTUAL TABLE hazardwords_pieces USING fts5(
        words, content='hazardwords', content_rowid='id', columnsize=0, tokenize='trigram case_sensitive 1')""",
    "INSERT INTO hazardwords_pieces (hazardwords_pieces) VALUES ('rebuild')",
    "CREATE VIRTUAL TABLE hazardwords_terms USING fts5vocab('hazardwords_pieces', 'instance')",
    """CREATE TRIGGER hazardwords_made AFTER INSERT ON hazardwords BEGIN
        INSERT INTO hazardwords_pieces (rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER hazardwords_changed AFTER UPDATE OF words ON hazardwords BEGIN
        INSERT INTO hazardwords_pieces (hazardwords_pieces, rowid, words) VALUES ('delete', old.id, old.words);
        INSERT INTO hazardwords_pieces (rowid, words) VALUES (new.id, new.words);
    END""",
    """CREATE TRIGGER hazardwords_gone AFTER DELETE ON hazardwords BEGIN
        INSERT INTO hazardwords_pieces (hazardwords_pieces, rowid, words) VALUES ('delete', old.id, old.words);
    END""",
    f"""CREATE TRIGGER hazard_words_made AFTER INSERT ON hazard BEGIN
        INSERT INTO hazardwords (key, words) VALUES (new.key, {WORDS['sqlite'].format('new.')});
    END""",
    f"""CREATE TRIGGER hazard_words_changed AFTER UPDATE OF key, description, place ON hazard BEGIN
        UPDATE hazardwords SET key = new.key, words = {WORDS['sqlite'].format('new.')} WHERE key = old.key;
    END""",
    """CREATE TRIGGER hazard_words_gone AFTER DELETE ON hazard BEGIN
        DELETE FROM hazardwords WHERE key = old.key;
    END""",
)
# what the pieces cost is said too high on purpose: no planner shall make them anew rather than look them up
POSTGRESQL = (
    """CREATE FUNCTION pieces_of(words text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT COST 10000 AS $$
    DECLARE
        signs text[] := string_to_array(words, NULL);
        pieces text[];
    BEGIN
        FOR at IN 1 .. cardinality(signs) LOOP
            pieces[at] := concat(signs[at], signs[at + 1], signs[at + 2]);
        END LOOP;
        RETURN array_to_tsvector(coalesce(pieces, '{}'));
    END $$""",
    "CREATE INDEX ix_hazardwords_pieces ON hazardwords USING gin (pieces_of(words))",
    f"""CREATE FUNCTION hazard_words_made() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO hazardwords (key, words) SELECT key, {WORDS['postgresql'].format('')} FROM made;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER hazard_words_made AFTER INSERT ON hazard
        REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION hazard_words_made()""",
    f"""CREATE FUNCTION hazard_words_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE hazardwords SET key = new.key, words = {WORDS['postgresql'].format('new.')} WHERE key = old.key;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER hazard_words_changed AFTER UPDATE OF key, description, place ON hazard
        FOR EACH ROW EXECUTE FUNCTION hazard_words_changed()""",
    """CREATE FUNCTION hazard_words_gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM hazardwords USING gone WHERE hazardwords.key = gone.key;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER hazard_words_gone AFTER DELETE ON hazard
        REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION hazard_words_gone()""",
)
# what figures and progress are counted by: name, table, columns, and what a row must be to stand in it
COUNTED = (
    ('ix_task_campaign_activity', 'task', ['campaign', 'activity', 'phase', 'kind', 'state', 'due_at', 'unit'], None),
    ('ix_task_late', 'task', ['campaign', 'unit', 'activity', 'phase', 'kind'], 'submitted_at > due_at'),
    ('ix_task_counted', 'task', ['campaign', 'state', 'kind', 'submitted_at', 'planned_on', 'unit'], None),
    ('ix_task_campaign_state_due_at', 'task', ['campaign', 'state', 'due_at', 'submitted_at'], None),
    ('ix_hazard_campaign_key', 'hazard', ['campaign', 'key', 'state', 'level', 'rank', 'unit'], None),
    ('ix_hazardcycle_hazard_found_on', 'hazardcycle',
     ['hazard', 'found_on', 'closed_at', 'due_at', 'closed_in_time'], None),
    ('ix_recheck_counted', 'recheck', ['campaign', 'state', 'result', 'done_at', 'unit'], None),
)
COUNTED_BEFORE = (
    ('ix_task_campaign_phase_kind', 'task', ['campaign', 'phase', 'kind', 'state', 'due_at', 'unit'], None),
    ('ix_task_late', 'task', ['campaign', 'unit', 'phase', 'kind'], 'submitted_at > due_at'),
    ('ix_hazard_campaign', 'hazard', ['campaign'], None),
    ('ix_hazardcycle_hazard', 'hazardcycle', ['hazard'], None),
)
TRIGGERS = ('hazard_words_made', 'hazard_words_changed', 'hazard_words_gone')


def replace(gone: tuple, made: tuple) -> None:
    for name, table, _, _ in gone:
        op.drop_index(name, table_name=table)
    for name, table, columns, held in made:
        where = None if held is None else sa.text(held)
        op.create_index(name, table, columns, unique=False, postgresql_where=where, sqlite_where=where)


def upgrade() -> None:
    replace(COUNTED_BEFORE, COUNTED)
    code = sa.Text().with_variant(sa.Text(collation='C'), 'postgresql')
    op.create_table('hazardwords',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', code, nullable=False),
    sa.Column('words', code, nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hazardwords')),
    sa.UniqueConstraint('key', name=op.f('uq_hazardwords_key'))
    )
    kind = op.get_bind().dialect.name
    run(f"INSERT INTO hazardwords (key, words) SELECT key, {WORDS[kind].format('')} FROM hazard ORDER BY found_on, key")
    for statement in SQLITE if kind == 'sqlite' else POSTGRESQL:
        run(statement)


def downgrade() -> None:
    replace(COUNTED, COUNTED_BEFORE)
    sqlite = op.get_bind().dialect.name == 'sqlite'
    for name in TRIGGERS:
        run(f"DROP TRIGGER {name}" if sqlite else f"DROP FUNCTION {name}() CASCADE")
    if sqlite:
        run("DROP TABLE hazardwords_terms")
        run("DROP TABLE hazardwords_pieces")
    op.drop_table('hazardwords')
    if not sqlite:
        run("DROP FUNCTION pieces_of(text)")


def run(statement: str) -> None:
    op.get_bind().exec_driver_sql(statement)
