-- What everything else stands on: who may see what, partitions on demand, tenants, connections, streams, runs, findings, audit.
-- Runs as infrazen_owner. Roles (made by `infrazen db init`): infrazen_owner owns and migrates, infrazen is the daemon,
-- infrazen_reader is what people who read are members of.

GRANT USAGE ON SCHEMA infrazen TO infrazen, infrazen_reader;

-- ---- who may see what ------------------------------------------------------------------------------------------------

CREATE TABLE tenants (
  tenant_id  integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL UNIQUE CHECK (name <> ''),
  title      text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Which database role reads which tenants. By session_user: a setting that anybody can SET proves nothing.
CREATE TABLE reader_grants (
  reader     name NOT NULL,
  tenant_id  integer NOT NULL REFERENCES tenants,
  granted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (reader, tenant_id)
);

CREATE FUNCTION reader_tenants() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER ROWS 4 SET search_path = infrazen, pg_catalog, pg_temp
AS $$ SELECT tenant_id FROM infrazen.reader_grants WHERE reader = session_user $$;
REVOKE ALL ON FUNCTION reader_tenants() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION reader_tenants() TO infrazen, infrazen_reader;

-- Row-level security and grants of a table that has tenant_id: the daemon sees all, a reader its tenants.
-- append_only: the daemon may insert and read, never change.
CREATE FUNCTION protect_table(table_name text, append_only boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path = infrazen, pg_catalog, pg_temp
AS $$
BEGIN
  EXECUTE format('ALTER TABLE infrazen.%I ENABLE ROW LEVEL SECURITY', table_name);
  EXECUTE format('CREATE POLICY daemon ON infrazen.%I TO infrazen USING (true) WITH CHECK (true)', table_name);
  EXECUTE format('CREATE POLICY reader ON infrazen.%I FOR SELECT TO infrazen_reader '
                 'USING (tenant_id IN (SELECT infrazen.reader_tenants()))', table_name);
  EXECUTE format('GRANT %s ON infrazen.%I TO infrazen',
                 CASE WHEN append_only THEN 'SELECT, INSERT' ELSE 'SELECT, INSERT, UPDATE, DELETE' END, table_name);
  EXECUTE format('GRANT SELECT ON infrazen.%I TO infrazen_reader', table_name);
END
$$;
REVOKE ALL ON FUNCTION protect_table(text, boolean) FROM PUBLIC;

-- A view (made WITH (security_invoker = true)) that readers and the daemon may read.
CREATE FUNCTION publish_view(view_name text) RETURNS void
LANGUAGE plpgsql SET search_path = infrazen, pg_catalog, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_class WHERE oid = format('infrazen.%I', view_name)::regclass
                 AND ('security_invoker=true' = ANY (reloptions) OR 'security_invoker=on' = ANY (reloptions))) THEN
    RAISE EXCEPTION 'view % is not security_invoker: it would read with the owner''s eyes', view_name;
  END IF;
  EXECUTE format('GRANT SELECT ON infrazen.%I TO infrazen, infrazen_reader', view_name);
END
$$;
REVOKE ALL ON FUNCTION publish_view(text) FROM PUBLIC;

SELECT protect_table('tenants');

-- ---- partitions on demand ---------------------------------------------------------------------------------------------

-- Makes sure that the range partition of `parent` for [range_start, range_end) is there; returns its name, schema included.
-- Built apart and attached, because PARTITION OF waits behind a running COPY. Readers get no grant on leaves: they come
-- through the parent, where the policies are. The daemon does, because COPY refuses tables with policies.
CREATE FUNCTION ensure_partition(parent regclass, range_start timestamptz, range_end timestamptz) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = infrazen, pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '10s'
AS $$
DECLARE
  parent_name text;
  leaf        text;
  key_type    text;
  whole_days  boolean := range_start = date_trunc('day', range_start);
BEGIN
  SELECT c.relname, format_type(a.atttypid, NULL) INTO parent_name, key_type
  FROM pg_class c JOIN pg_partitioned_table p ON p.partrelid = c.oid
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = p.partattrs[0]
  WHERE c.oid = parent AND c.relnamespace = 'infrazen'::regnamespace AND p.partstrat = 'r'
    AND c.relowner = 'infrazen_owner'::regrole;
  IF parent_name IS NULL THEN
    RAISE EXCEPTION '% is not a range-partitioned table of InfraZen', parent;
  END IF;
  leaf := parent_name || to_char(range_start, CASE WHEN whole_days THEN '_YYYYMMDD' ELSE '_YYYYMMDD_HH24MI' END);
  IF to_regclass(format('infrazen.%I', leaf)) IS NOT NULL THEN
    RETURN 'infrazen.' || leaf;
  END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('infrazen.partition.' || leaf, 0));
  IF to_regclass(format('infrazen.%I', leaf)) IS NOT NULL THEN
    RETURN 'infrazen.' || leaf;
  END IF;
  EXECUTE format('CREATE TABLE infrazen.%I (LIKE infrazen.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE '
                 'INCLUDING COMPRESSION INCLUDING GENERATED)', leaf, parent_name);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON infrazen.%I TO infrazen', leaf);
  EXECUTE format('ALTER TABLE infrazen.%I ATTACH PARTITION infrazen.%I FOR VALUES FROM (%L) TO (%L)', parent_name, leaf,
                 CASE WHEN key_type = 'date' THEN range_start::date::text ELSE range_start::text END,
                 CASE WHEN key_type = 'date' THEN range_end::date::text ELSE range_end::text END);
  RETURN 'infrazen.' || leaf;
END
$$;
REVOKE ALL ON FUNCTION ensure_partition(regclass, timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_partition(regclass, timestamptz, timestamptz) TO infrazen;

-- The month's, and the day's, partition.
CREATE FUNCTION ensure_month_partition(parent regclass, month date) RETURNS text
LANGUAGE sql SET search_path = infrazen, pg_catalog, pg_temp SET timezone = 'UTC'
AS $$ SELECT infrazen.ensure_partition(parent, date_trunc('month', month::timestamp)::timestamptz,
                                       (date_trunc('month', month::timestamp) + interval '1 month')::timestamptz) $$;
CREATE FUNCTION ensure_day_partition(parent regclass, day date) RETURNS text
LANGUAGE sql SET search_path = infrazen, pg_catalog, pg_temp SET timezone = 'UTC'
AS $$ SELECT infrazen.ensure_partition(parent, day::timestamp::timestamptz, (day + 1)::timestamp::timestamptz) $$;

-- Drops a leaf. Gives up after two seconds rather than let every reader queue up behind it: the caller tries again.
CREATE FUNCTION drop_partition(leaf regclass) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = infrazen, pg_catalog, pg_temp SET lock_timeout = '2s'
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_class WHERE oid = leaf AND relispartition AND relkind = 'r'
                 AND relnamespace = 'infrazen'::regnamespace AND relowner = 'infrazen_owner'::regrole) THEN
    RAISE EXCEPTION '% is not a partition of InfraZen', leaf;
  END IF;
  EXECUTE format('DROP TABLE %s', leaf);
END
$$;
REVOKE ALL ON FUNCTION drop_partition(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION drop_partition(regclass) TO infrazen;

-- Leaves of a partitioned table with their bounds, for retention and back-fill.
CREATE FUNCTION partitions_of(parent regclass) RETURNS TABLE (leaf text, range_start timestamptz, range_end timestamptz)
LANGUAGE sql STABLE SET search_path = infrazen, pg_catalog, pg_temp SET timezone = 'UTC'
AS $$
  SELECT format('infrazen.%I', c.relname), b[1]::timestamptz, b[2]::timestamptz
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
  CROSS JOIN LATERAL regexp_match(pg_get_expr(c.relpartbound, c.oid), $re$FROM \('([^']+)'\) TO \('([^']+)'\)$re$) AS b
  WHERE i.inhparent = parent AND b IS NOT NULL
  ORDER BY 2
$$;

-- ---- connections and streams -------------------------------------------------------------------------------------------

CREATE TABLE connections (
  connection_id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id         integer NOT NULL REFERENCES tenants,
  name              text NOT NULL UNIQUE,  -- the configuration's id
  connector         text NOT NULL,
  provider          text NOT NULL,
  billing_time_zone text NOT NULL DEFAULT 'UTC',
  paused_at         timestamptz,
  paused_by         text,
  quarantined_at    timestamptz,
  quarantine_reason text,
  created_at        timestamptz NOT NULL DEFAULT now()
);
SELECT protect_table('connections');

CREATE TABLE streams (
  stream_id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id        integer NOT NULL REFERENCES tenants,
  connection_id    integer NOT NULL REFERENCES connections,
  stream           text NOT NULL,
  cursor           bytea NOT NULL DEFAULT '',
  checkpoint       bytea NOT NULL DEFAULT '',
  mark_seq         bigint NOT NULL DEFAULT 0,
  epoch            bigint NOT NULL DEFAULT 0,
  listing_version  bigint NOT NULL DEFAULT 0,  -- raised by another stream's mark that retires what this one lists
  lease_owner      uuid,
  lease_expires    timestamptz,
  last_start       timestamptz,
  last_mark        timestamptz,
  last_success     timestamptz,
  last_full        timestamptz,
  next_due         timestamptz,
  breaker_until    timestamptz,
  failures         integer NOT NULL DEFAULT 0,  -- in a row
  last_error_class integer NOT NULL DEFAULT 0,
  last_error       text NOT NULL DEFAULT '',
  last_records     bigint NOT NULL DEFAULT 0,
  UNIQUE (connection_id, stream)
) WITH (fillfactor = 50);  -- every mark updates the row in place
SELECT protect_table('streams');
-- The cursor and the checkpoint may hold what a provider would not show everybody.
REVOKE SELECT ON streams FROM infrazen_reader;
GRANT SELECT (stream_id, tenant_id, connection_id, stream, mark_seq, epoch, listing_version, lease_owner, lease_expires, last_start, last_mark,
              last_success, last_full, next_due, breaker_until, failures, last_error_class, last_error, last_records)
  ON streams TO infrazen_reader;

CREATE TABLE runs (
  run_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id     integer NOT NULL,
  connection_id integer NOT NULL,
  stream_id     integer NOT NULL REFERENCES streams,
  epoch         bigint NOT NULL,
  mode          text NOT NULL,     -- incremental, full, targeted
  triggered_by  text NOT NULL,     -- schedule, manual, webhook, catch_up
  actor         text NOT NULL DEFAULT '',
  started_at    timestamptz NOT NULL DEFAULT now(),
  ended_at      timestamptz,
  outcome       text NOT NULL DEFAULT 'running',  -- running, succeeded, failed, cancelled, lost
  error_class   integer NOT NULL DEFAULT 0,
  message       text NOT NULL DEFAULT '',
  crashed       boolean NOT NULL DEFAULT false,
  signal        integer NOT NULL DEFAULT 0,
  marks         bigint NOT NULL DEFAULT 0,
  records       bigint NOT NULL DEFAULT 0,
  bytes         bigint NOT NULL DEFAULT 0,
  findings      bigint NOT NULL DEFAULT 0,
  rejected      bigint NOT NULL DEFAULT 0,
  last_mark_at  timestamptz,
  cpu_ms        bigint NOT NULL DEFAULT 0,
  max_rss_kb    bigint NOT NULL DEFAULT 0,
  spawn_ms      bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 80);
CREATE INDEX runs_by_stream ON runs (stream_id, run_id DESC);
CREATE INDEX runs_open ON runs (stream_id) WHERE ended_at IS NULL;
SELECT protect_table('runs');

CREATE TABLE findings (
  finding_id    bigint GENERATED ALWAYS AS IDENTITY,
  tenant_id     integer NOT NULL,
  connection_id integer NOT NULL,
  stream_id     integer NOT NULL,
  run_id        bigint NOT NULL,
  found_at      timestamptz NOT NULL DEFAULT now(),
  severity      text NOT NULL,      -- notice, warning, rejected
  kind          text NOT NULL,
  rule          text NOT NULL,
  scope         text NOT NULL DEFAULT '',
  origin        text NOT NULL DEFAULT '',
  position      bigint NOT NULL DEFAULT 0,
  column_name   text NOT NULL DEFAULT '',
  value         text NOT NULL DEFAULT '',
  message       text NOT NULL,
  occurrences   bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (tenant_id, finding_id)
);
CREATE INDEX findings_by_connection ON findings (connection_id, finding_id DESC);
CREATE INDEX findings_by_time ON findings (found_at);
SELECT protect_table('findings');

-- Append only by grant. Chained by a sealer afterwards, never inside a mark.
CREATE TABLE audit (
  audit_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id integer,
  at        timestamptz NOT NULL DEFAULT now(),
  actor     text NOT NULL,
  db_user   name NOT NULL DEFAULT session_user,
  action    text NOT NULL,
  object    text NOT NULL DEFAULT '',
  details   jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_by_action ON audit (action, audit_id DESC);
SELECT protect_table('audit', append_only => true);

CREATE TABLE connector_crashes (
  crash_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id     integer NOT NULL,
  connection_id integer NOT NULL REFERENCES connections,
  run_id        bigint NOT NULL,
  at            timestamptz NOT NULL DEFAULT now(),
  signal        integer NOT NULL DEFAULT 0,
  reason        text NOT NULL DEFAULT ''
);
CREATE INDEX connector_crashes_by_connection ON connector_crashes (connection_id, at DESC);
SELECT protect_table('connector_crashes');

-- Token buckets of provider accounts, shared by all daemons on this database.
CREATE TABLE rate_budget (
  provider   text NOT NULL,
  account    text NOT NULL,
  tokens     double precision NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (provider, account)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON rate_budget TO infrazen;

-- Lets a database role read a tenant. The role must also be a member of infrazen_reader.
CREATE FUNCTION grant_reader(reader name, tenant text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = infrazen, pg_catalog, pg_temp
AS $$
DECLARE
  tenant_key integer := (SELECT t.tenant_id FROM infrazen.tenants t WHERE t.name = tenant);
BEGIN
  IF tenant_key IS NULL THEN
    RAISE EXCEPTION 'there is no tenant %', tenant;
  END IF;
  INSERT INTO infrazen.reader_grants (reader, tenant_id) VALUES (grant_reader.reader, tenant_key) ON CONFLICT DO NOTHING;
  INSERT INTO infrazen.audit (tenant_id, actor, action, object)
  VALUES (tenant_key, session_user, 'reader.grant', grant_reader.reader || ' reads ' || tenant);
END
$$;
REVOKE ALL ON FUNCTION grant_reader(name, text) FROM PUBLIC;
