"""The first book: the log with its guards, the projections, and what is operational and lives only on this PC."""

SQL = """
CREATE TABLE meta (k TEXT PRIMARY KEY, v TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The log. no runs over all epochs of this book; (epoch, seq) is the name of an entry in the country.
CREATE TABLE entry (
    no INTEGER PRIMARY KEY, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL, subject TEXT NOT NULL,
    sup INTEGER, bytes BLOB NOT NULL, hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX entry_subject ON entry (subject, no);
CREATE INDEX entry_sup ON entry (sup) WHERE sup IS NOT NULL;
CREATE TRIGGER entry_is_gapless BEFORE INSERT ON entry
WHEN NEW.no <> (SELECT coalesce(max(no), 0) + 1 FROM entry)
  OR NEW.seq <> coalesce((SELECT seq FROM entry WHERE no = NEW.no - 1 AND epoch = NEW.epoch), 0) + 1
BEGIN SELECT raise(ABORT, 'the log has no gaps'); END;
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN SELECT raise(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry BEGIN SELECT raise(ABORT, 'entries are never removed'); END;

-- One row an epoch: number of its first entry, whose it is and the entry it continues from. kept_to: entries after this one were written
-- again in a later epoch and mean nothing here any more (sync notes §2.9); NULL for all of them are good.
CREATE TABLE lineage (
    epoch INTEGER PRIMARY KEY, first_no INTEGER NOT NULL, device INTEGER NOT NULL, uuid BLOB NOT NULL,
    parent_epoch INTEGER NOT NULL, parent_seq INTEGER NOT NULL, parent_head BLOB NOT NULL, cause TEXT NOT NULL, kept_to INTEGER
) STRICT;

-- Entries of other books that the centre sent. after_no: end of our own log when it came, so that everything can be played again in order.
-- A name can come twice: a centre put back from a backup lost its first bearer, a copied book used it again. The later one counts.
CREATE TABLE arrived (
    id INTEGER PRIMARY KEY, after_no INTEGER NOT NULL, device INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
    uid BLOB NOT NULL CHECK (length(uid) = 16), sum BLOB NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, bytes BLOB NOT NULL,
    UNIQUE (device, epoch, seq, uid)
) STRICT;
CREATE INDEX arrived_subject ON arrived (subject, id);
CREATE TRIGGER arrived_is_never_changed BEFORE UPDATE ON arrived BEGIN SELECT raise(ABORT, 'entries are never changed'); END;
CREATE TRIGGER arrived_is_never_removed BEFORE DELETE ON arrived BEGIN SELECT raise(ABORT, 'entries are never removed'); END;

-- Projections: computed from the log alone, disposable.
CREATE TABLE parcel (
    id INTEGER PRIMARY KEY, item TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL, office TEXT NOT NULL, shelf TEXT NOT NULL, bag TEXT NOT NULL, damaged INTEGER NOT NULL, is_foreign INTEGER NOT NULL,
    announced INTEGER NOT NULL, cod INTEGER NOT NULL, cod_state TEXT NOT NULL, merchant TEXT NOT NULL, wrong_codes INTEGER NOT NULL,
    copies INTEGER NOT NULL, received_at INTEGER NOT NULL, received_by TEXT NOT NULL, head TEXT NOT NULL, turn TEXT NOT NULL, delivery TEXT NOT NULL,
    back TEXT NOT NULL, abreast INTEGER NOT NULL, settled INTEGER NOT NULL,
    from_bag TEXT NOT NULL DEFAULT '',
    advice BLOB, on_manifest TEXT NOT NULL DEFAULT '', phone_reversed TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX parcel_on_manifest ON parcel (on_manifest) WHERE on_manifest <> '';
CREATE INDEX parcel_from_bag ON parcel (from_bag) WHERE from_bag <> '';
CREATE INDEX parcel_phone ON parcel (phone_reversed) WHERE phone_reversed <> '';
CREATE INDEX parcel_shelf ON parcel (shelf) WHERE shelf <> '';
CREATE INDEX parcel_bag ON parcel (bag) WHERE bag <> '';

CREATE TABLE alias (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, parcel INTEGER NOT NULL, kind TEXT NOT NULL, reversed TEXT NOT NULL) STRICT;
CREATE INDEX alias_parcel ON alias (parcel);
CREATE INDEX alias_reversed ON alias (reversed);
CREATE TABLE tally (office TEXT NOT NULL, state TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (office, state)) STRICT, WITHOUT ROWID;
CREATE TABLE bag (
    number TEXT PRIMARY KEY, way TEXT NOT NULL CHECK (way IN ('in', 'out')), towards TEXT NOT NULL, expected INTEGER NOT NULL,
    opened_at INTEGER NOT NULL, ended_at INTEGER NOT NULL, head TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE posting (
    by TEXT NOT NULL, line INTEGER NOT NULL, item TEXT NOT NULL, account TEXT NOT NULL, amount INTEGER NOT NULL, key TEXT NOT NULL,
    PRIMARY KEY (by, line), UNIQUE (key, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX posting_item ON posting (item);
CREATE TABLE account (name TEXT PRIMARY KEY, balance INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE task (by TEXT PRIMARY KEY, item TEXT NOT NULL, what TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX task_item ON task (item);
CREATE TABLE print_job (
    no INTEGER PRIMARY KEY, item TEXT NOT NULL, what TEXT NOT NULL, copy INTEGER NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL,
    at INTEGER NOT NULL, state TEXT NOT NULL, how TEXT NOT NULL, settled_at INTEGER NOT NULL, UNIQUE (item, what, copy)
) STRICT;
CREATE INDEX print_job_open ON print_job (state) WHERE state IN ('queued', 'in_doubt');
-- prefix: how long a beginning may be to be found at once; for a longer one every parcel of every such word is read.
CREATE VIRTUAL TABLE names USING fts5 (
    words, content='', detail=none, prefix='1 2 3 4 5 6 7', tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);
CREATE VIRTUAL TABLE numbers USING fts5 (code, content='', tokenize='trigram');

-- Operational: answers by op, open print attempts, where the clerk was.
CREATE TABLE op (op TEXT PRIMARY KEY, answer BLOB NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE print_attempt (job INTEGER PRIMARY KEY, at INTEGER NOT NULL, printer TEXT NOT NULL) STRICT;
CREATE TABLE desk_state (k TEXT PRIMARY KEY, v TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The sync: how far this book and the centre agree, what the centre said of entries, and when the link was up.
CREATE TABLE sync (k TEXT PRIMARY KEY, v ANY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE verdict (
    device INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, ver INTEGER NOT NULL,
    subject TEXT NOT NULL, code TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (device, epoch, seq, ver)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_subject ON verdict (subject);
CREATE TABLE contact (at INTEGER PRIMARY KEY, up INTEGER NOT NULL, entries INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE lease (
    indicator TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (indicator, first)
) STRICT, WITHOUT ROWID;
"""
