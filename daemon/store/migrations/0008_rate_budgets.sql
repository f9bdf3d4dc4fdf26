-- What a provider's account may still be asked, shared by all daemons on this database: docs/decisions/0040-rate-budgets.md.
-- The table before held nothing that outlives a minute.
DROP TABLE rate_budget;
CREATE TABLE rate_budget (
  provider     text NOT NULL,
  account      text NOT NULL,
  host         text NOT NULL,
  next_slot    timestamptz NOT NULL DEFAULT '-infinity',  -- what lies before is given away
  paused_until timestamptz NOT NULL DEFAULT '-infinity',  -- the provider said so
  slowed_at    timestamptz NOT NULL DEFAULT '-infinity',  -- by the last 429
  slowed_rate  double precision NOT NULL DEFAULT 0,       -- requests a second at that moment
  ceiling      double precision NOT NULL DEFAULT 0,       -- where it grows back to, when no limit is configured
  updated_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (provider, account, host)
) WITH (fillfactor = 50);  -- rewritten several times a second, in place
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_budget TO infrazen;
