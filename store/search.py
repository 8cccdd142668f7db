"""Full text: which words a record is found by, and the condition that finds it, alike on FTS5 and tsvector.

The two databases cut texts into words differently (`10.0.0.1`, `mail-server`, `Straße`), so words are cut here, before
they are stored and before they are asked for. A word asked for finds every word that begins with it, and each word
asked for must be found.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, column, false, func, literal, literal_column, or_, select, table

from store.tables import record

SEARCHED = 100_000
"""Characters of a record's text that are searched: PostgreSQL refuses a tsvector above one megabyte."""

LONGEST_WORD = 100
MOST_WORDS = 20

_WORD = re.compile(r"[^\W_]+")
_SIMPLE: ColumnElement[Any] = literal_column("'simple'::regconfig")
_index = table("search", column("rowid"))


def words(text: str) -> tuple[str, ...]:
    """The words of a text, each once, without case and accents."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) != "Mn")
    return tuple(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(plain.casefold())))


def searched(text: str) -> str:
    """What is stored of a text so that it can be found."""
    return " ".join(words(text[:SEARCHED]))


def found(dialect: str, query: str, full: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on `record` that every word of the query is found; internal texts count only where `full` holds.

    A query without any word finds nothing; of more than 20 words the first 20 count.
    """
    asked = words(query)
    if not asked:
        return false()
    if dialect == "postgresql":
        wanted = func.to_tsquery(_SIMPLE, literal(" & ".join(f"'{word}':*" for word in asked)))
        everything = record.c.words + literal_column("' '") + record.c.internal_words
        public = func.to_tsvector(_SIMPLE, record.c.words).op("@@")(wanted)
        return or_(public, and_(full, func.to_tsvector(_SIMPLE, everything).op("@@")(wanted)))
    terms = " AND ".join(f'"{word}"*' for word in asked)
    return or_(_matched(f"{{words}} : ({terms})"), and_(full, _matched(terms)))


def contains(dialect: str, asked: Sequence[str], full: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same condition for these words, without the index: it reads the texts of every record it is asked of."""
    if not asked:
        return false()
    place = func.strpos if dialect == "postgresql" else func.instr
    public: ColumnElement[Any] = literal_column("' '") + record.c.words
    everything: ColumnElement[Any] = public + literal_column("' '") + record.c.internal_words

    def all_in(text: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(*(place(text, literal(f" {word}")) > 0 for word in asked))

    return or_(all_in(public), and_(full, all_in(everything)))


def _matched(terms: str) -> ColumnElement[bool]:
    rows = select(_index.c.rowid).where(literal_column("search").op("MATCH")(literal(terms)))
    return record.c.ordinal.in_(rows)
