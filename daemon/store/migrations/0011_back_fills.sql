-- SPDX-License-Identifier: Apache-2.0
-- Copyright The InfraZen authors
--
-- 0011: back-fills: windows of days that somebody asked a stream for: docs/decisions/0042-back-fills.md.

CREATE TABLE infrazen.back_fills (
    tenant_id     integer     NOT NULL,
    back_fill_id  bigint      GENERATED ALWAYS AS IDENTITY,
    connection_id integer     NOT NULL REFERENCES infrazen.connections,
    stream_id     integer     NOT NULL REFERENCES infrazen.streams,
    since         date        NOT NULL,  -- days of UTC
    until         date        NOT NULL,  -- exclusive
    state         text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'done', 'failed')),
    actor         text        NOT NULL DEFAULT '',
    asked_at      timestamptz NOT NULL DEFAULT now(),
    attempts      integer     NOT NULL DEFAULT 0,  -- that failed
    next_try      timestamptz NOT NULL DEFAULT now(),
    settled_at    timestamptz,           -- done or failed since
    run_id        bigint,                -- its last run
    error_class   integer     NOT NULL DEFAULT 0,
    error         text        NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, back_fill_id),
    CHECK (since < until)
) WITH (fillfactor = 80);
CREATE INDEX back_fills_waiting ON infrazen.back_fills (stream_id, next_try) WHERE state = 'waiting';
CREATE INDEX back_fills_settled ON infrazen.back_fills (settled_at) WHERE state <> 'waiting';
SELECT infrazen.protect_table('back_fills');

-- The window of a run whose mode is back_fill.
ALTER TABLE infrazen.runs ADD COLUMN since date, ADD COLUMN until date;
