"""Erasing a person or a company from a journal and from archives, and proving it.

Deleted rows leave traces in a database's free pages and its write-ahead log, so the journal is rebuilt; then
every cell is read again and the bytes of its files are searched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from enrich.forgotten import Forgotten, Proof
from enrich.journal import Journal
from enrich.sources.erasure import erase

_BLOCK_BYTES = 1 << 20

# What SQLite keeps beside a database, and the database itself.
_FILES = ("", "-wal", "-shm", "-journal")
# Every text in a journal that comes from the web.
_CELLS = """
SELECT domain || ' ' || url || ' ' || note FROM page UNION ALL SELECT value FROM fact
UNION ALL SELECT message FROM mishap UNION ALL SELECT domain FROM look
"""
_NAMES = re.compile(r"[\w%+.@-]+")


def forget(who: str, journal: str | Path, archives: Iterable[str | Path] = ()) -> list[Proof]:
    """Erase a person or a company for good; later runs on the journal leave them out.

    Parameters
    ----------
    who : str
        An e-mail address, erased wherever it stands; or a company's domain, erased with all that its website
        said and with all its mailboxes that stand elsewhere.
    journal : path
        As written by ``enrich run``. Archives that it saved are gone through as well, where they still are.
    archives : iterable of path
        Further WARC files. Of them, a person costs the pages that hold the address, a company its pages.

    Returns
    -------
    list of Proof
        One a file, the journal first.

    Raises
    ------
    SettingsError
        If `who` is neither, or an archive is none.
    JournalError
        If the journal cannot be used, or another run is at it.
    TableError
        If an archive cannot be read to its end; it is left as it was.
    """
    one = Forgotten(who)
    path = Path(journal)
    with Journal(path) as store:
        saved = [Path(name) for (name,) in store.connection.execute("SELECT path FROM archive")]
        erased = _erase(store, one)
        store.rebuild()
        innocent, left = _cells(store, one)
    searched = 0
    for file in (path.with_name(path.name + ending) for ending in _FILES):
        if file.exists():
            size, found = _search(file, one, innocent)
            searched, left = searched + size, left + found
    proofs = [Proof(path, erased, searched, left)]
    named = [Path(archive).absolute() for archive in archives]
    for archive in dict.fromkeys([*filter(Path.exists, saved), *named]):
        proofs.append(erase(archive, one))
        with Journal(path) as store, store.transaction() as connection:
            size = archive.stat().st_size
            connection.execute("UPDATE archive SET size = ? WHERE path = ?", (size, str(archive)))
    return proofs


def _erase(store: Journal, one: Forgotten) -> int:
    erased = 0
    with store.transaction() as connection:
        connection.execute("INSERT INTO forgotten VALUES (?) ON CONFLICT DO NOTHING", (one.digest,))
        if one.domain:
            for table in ("page", "look"):
                delete = f"DELETE FROM {table} WHERE domain = ?"  # noqa: S608 - one of two names
                erased += connection.execute(delete, (one.domain,)).rowcount
        for page, url, note in connection.execute("SELECT id, url, note FROM page").fetchall():
            if one.held_by(url) or one.held_by(note):
                erased += connection.execute("DELETE FROM page WHERE id = ?", (page,)).rowcount
        for row, message in connection.execute("SELECT rowid, message FROM mishap").fetchall():
            if one.held_by(message):
                erased += connection.execute("DELETE FROM mishap WHERE rowid = ?", (row,)).rowcount
        last = 0
        while rows := connection.execute(
            "SELECT rowid, value FROM fact WHERE rowid > ? ORDER BY rowid LIMIT 10000", (last,)
        ).fetchall():
            for last, text in rows:
                value = json.loads(text)
                if (kept := one.without(value)) == value:
                    continue
                if kept is None:
                    connection.execute("DELETE FROM fact WHERE rowid = ?", (last,))
                else:
                    update = "UPDATE fact SET value = ? WHERE rowid = ?"
                    connection.execute(update, (json.dumps(kept), last))
                erased += 1
    return erased


def _cells(store: Journal, one: Forgotten) -> tuple[set[bytes], int]:
    """Longer names that contain this one and are somebody else's, and the cells that still hold this one."""
    innocent: set[bytes] = set()
    left = 0
    for (cell,) in store.connection.execute(_CELLS):
        left += one.held_by(cell)
        lower = cell.lower()
        if any(form.lower() in lower for form in one.forms):
            innocent.update(name.encode() for name in _NAMES.findall(lower) if not one.held_by(name))
    forms = [form.lower().encode() for form in one.forms]
    return {name for name in innocent if any(form in name for form in forms)}, left


def _search(path: Path, one: Forgotten, innocent: set[bytes]) -> tuple[int, int]:
    """Length of a file, and the places in its bytes where the name stands in any notation."""
    forms = {form.lower().encode() for form in one.forms}
    names = sorted(forms | innocent, key=len, reverse=True)
    pattern = re.compile(b"|".join(map(re.escape, names)))
    size = left = 0
    text = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            size += len(block)
            text += block.lower()
            # What begins in the last bytes may go on in the next block.
            settled = len(text) - len(names[0])
            for found in pattern.finditer(text):
                if found.start() > settled:
                    break
                left += found[0] in forms
                settled = max(settled, found.end() - 1)
            text = text[max(0, settled + 1) :]
    return size, left + sum(found[0] in forms for found in pattern.finditer(text))
