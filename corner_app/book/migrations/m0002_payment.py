"""Claimed mobile payments by their transaction ids, so that none is taken a second time: a projection, computed from the log alone."""

SQL = """
CREATE TABLE payment (by TEXT PRIMARY KEY, item TEXT NOT NULL, wallet TEXT NOT NULL, trx TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX payment_trx ON payment (wallet, trx);
CREATE INDEX payment_item ON payment (item);
-- A handover with such a payment may have come from an office whose program was newer.
INSERT INTO sync (k, v) SELECT 'rebuild_due', 1 WHERE EXISTS (SELECT 1 FROM arrived WHERE kind = 'handed_over') ON CONFLICT (k) DO NOTHING;
"""
