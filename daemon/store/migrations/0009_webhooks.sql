-- SPDX-License-Identifier: Apache-2.0
-- Copyright The InfraZen authors
--
-- 0009: the inbox: what was posted to /hooks/<connection>, authenticated, and answered 202 because it stands here.

CREATE TABLE infrazen.webhook_events (
    tenant_id     integer     NOT NULL,
    event_no      bigint      GENERATED ALWAYS AS IDENTITY,
    connection_id integer     NOT NULL REFERENCES infrazen.connections,
    stream        text        NOT NULL,  -- under whose lease it is handled
    event_id      text        NOT NULL,  -- the sender's; the same id again is the same event
    form          text        NOT NULL CHECK (form IN ('targets', 'connector')),
    state         text        NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'dead')),
    received_at   timestamptz NOT NULL,
    attempts      integer     NOT NULL DEFAULT 0,  -- that failed
    next_try      timestamptz NOT NULL DEFAULT now(),
    settled_at    timestamptz,           -- done or dead since
    run_id        bigint,                -- the run that settled it, or failed last
    error_class   integer     NOT NULL DEFAULT 0,
    error         text        NOT NULL DEFAULT '',
    path          text        NOT NULL,
    query         text,
    headers       jsonb       NOT NULL DEFAULT '[]',  -- [["content-type", "application/json"], …]: what handle() may see
    body          bytea       NOT NULL,  -- emptied when it is done
    PRIMARY KEY (tenant_id, event_no),
    UNIQUE (tenant_id, connection_id, event_id)
) WITH (fillfactor = 80);
CREATE INDEX webhook_events_waiting ON infrazen.webhook_events (connection_id, stream, next_try) WHERE state = 'pending';
CREATE INDEX webhook_events_settled ON infrazen.webhook_events (settled_at) WHERE state <> 'pending';
SELECT infrazen.protect_table('webhook_events');
-- What a provider posts may hold what it would not show everybody.
REVOKE SELECT ON infrazen.webhook_events FROM infrazen_reader;
GRANT SELECT (tenant_id, event_no, connection_id, stream, event_id, form, state, received_at, attempts, next_try, settled_at,
              run_id, error_class, error)
  ON infrazen.webhook_events TO infrazen_reader;
