"""The schema on one screen.

    sources    one row per deck file: what it was when last read, so that an unchanged file is not read again
    cards      one row per card, in whatever languages; never deleted, `orphaned` when no file holds it any more
    texts      the text of a card in one language, and where it stands
    card_tags  its tags
    learners   who learns
    schedule   a learner's state of a card; a row for every pair, so that "the next new cards" is an index walk
    journal    every change of a schedule row, with the row before and after: undo, statistics and proof
    pool       verified items that wait to be shown; a review takes its item out
    answers    what was typed to a computational card, beside the journal entry of its grade
    stopped    item models that give no items, and why
    proofs     claims of decks that the reference was asked about
    exported   what was last written of a note for Anki, and as of when: an unchanged note keeps its time

A state is *new* when `due` is NULL. Days are the learner's days; `at` is UTC in milliseconds since 1970.
PostgreSQL's partial indexes are spelled out in the migrations alone: naming that dialect here would load it at every start.
Any change here needs a migration in `alembic/versions/` and a new number in `SCHEMA_VERSION`.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    false,
)

SCHEMA_VERSION = 3

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite gives only INTEGER PRIMARY KEY its fast rowid; other databases want 64 bits for a journal that never ends.
BigId = BigInteger().with_variant(Integer, "sqlite")

sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False, unique=True),
    Column("deck", Text, nullable=False),
    Column("lang", String(8), nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column(
        "reader", String(32), nullable=False
    ),  # version of the deck grammar that read it, and the deck name it was given
    Column("gaps", JSON, nullable=False),
)

cards = Table(
    "cards",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False, unique=True),
    Column("note", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("deck", Text, nullable=False, index=True),
    Column("typed", Boolean, nullable=False, server_default=false()),
    Column("orphaned", Date, nullable=True),
    Column("created", Date, nullable=False),
    Column("guid", Text, nullable=False, server_default=""),  # its note's name in other programs, through every edit
)
# Only cards with siblings: most have none, and their note is their key.
_has_siblings = cards.c.note != cards.c.key
Index("ix_cards_siblings", cards.c.note, sqlite_where=_has_siblings)

texts = Table(
    "texts",
    metadata,
    Column("card_id", ForeignKey("cards.id"), primary_key=True),
    Column("lang", String(8), primary_key=True),
    Column("source_id", ForeignKey("sources.id"), nullable=False, index=True),
    Column("line", Integer, nullable=False),
    Column("end_line", Integer, nullable=False),
    Column("breadcrumb", JSON, nullable=False),
    Column("front", Text, nullable=False),
    Column("back", Text, nullable=False),
    Column("hint", Text, nullable=False),
    Column("extra", JSON(none_as_null=True), nullable=True),  # claims, the item an `item` card asks for, a cloze text
    Column("changed", BigInteger, nullable=False, server_default="0"),  # seconds since 1970
)

card_tags = Table(
    "card_tags",
    metadata,
    Column("card_id", ForeignKey("cards.id"), primary_key=True),
    Column("tag", Text, primary_key=True),
    Index(None, "tag", "card_id"),
)

learners = Table(
    "learners",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("timezone", Text, nullable=False, server_default=""),
    Column("created", Date, nullable=False),
)

schedule = Table(
    "schedule",
    metadata,
    Column("card_id", ForeignKey("cards.id"), primary_key=True, autoincrement=False),
    Column("learner_id", ForeignKey("learners.id"), primary_key=True, autoincrement=False),
    Column("due", Date, nullable=True),
    Column("last", Date, nullable=True),
    Column("repetitions", Integer, nullable=False, server_default="0"),
    Column("easiness", Integer, nullable=False, server_default="0"),
    Column("interval", Integer, nullable=False, server_default="0"),
    Column("lapses", Integer, nullable=False, server_default="0"),
    Column("drill", Date, nullable=True),
    Column("buried", Date, nullable=True),
    Column("suspended", Boolean, nullable=False, server_default=false()),
    Column("leech", Boolean, nullable=False, server_default=false()),
    Column("flagged", Boolean, nullable=False, server_default=false()),
)
# The due queue: most overdue first, then as cards came in; NULL due (new cards) is one run of the same index.
Index("ix_schedule_queue", schedule.c.learner_id, schedule.c.suspended, schedule.c.due, schedule.c.card_id)
Index(
    "ix_schedule_drill",
    schedule.c.learner_id,
    schedule.c.drill,
    schedule.c.card_id,
    sqlite_where=schedule.c.drill.is_not(None),
)

journal = Table(
    "journal",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("learner_id", ForeignKey("learners.id"), nullable=False),
    Column("card_id", ForeignKey("cards.id"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("day", Date, nullable=False),
    Column("action", String(16), nullable=False),
    Column("grade", SmallInteger, nullable=True),
    Column("took_ms", Integer, nullable=False),
    Column("scheduler", String(16), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Index(None, "learner_id", "day", "action"),
    Index(None, "card_id", "learner_id"),
    sqlite_autoincrement=True,  # an id that undo removed is never given again: another window may still hold it
)

pool = Table(
    "pool",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("model", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("item", JSON, nullable=False),  # the public form
    Index(None, "model", "level", "version"),
)

answers = Table(
    "answers",
    metadata,
    Column("entry_id", ForeignKey("journal.id"), primary_key=True, autoincrement=False),
    Column("model", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("index", Integer, nullable=False),
    Column("typed", Text, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("misconception", Text, nullable=False),  # in English, or empty
    Column("hinted", Boolean, nullable=False),
    Index(None, "model", "entry_id"),
)

stopped = Table(
    "stopped",
    metadata,
    Column("model", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)

proofs = Table(
    "proofs",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("engine", Text, nullable=False),
    Column("fault", Text, nullable=False),  # empty: the claim holds
)

exported = Table(
    "exported",
    metadata,
    Column("guid", Text, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("modified", BigInteger, nullable=False),  # seconds since 1970
)
