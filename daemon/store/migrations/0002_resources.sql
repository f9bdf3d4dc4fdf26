-- SPDX-License-Identifier: Apache-2.0
-- Copyright The InfraZen authors
--
-- 0002: what an organisation owns: resources with their incarnations, tags, relations, changes, and the tables of
-- provider columns that follow the manifests.

-- ---- scopes -----------------------------------------------------------------------------------------------------------
-- A set that a connector lists completely. `last_complete_at` is what "last synced" means for everything in it: a fact of the
-- scope, so that a listing without changes writes one row and not one per resource.
CREATE TABLE infrazen.resource_scopes (
    tenant_id         integer     NOT NULL,
    id                bigint      GENERATED ALWAYS AS IDENTITY,
    connection_id     integer     NOT NULL,
    stream_id         integer     NOT NULL,
    kind              integer     NOT NULL,  -- IZ_KIND_*: resources, relations and components have scopes of their own
    scope             text        NOT NULL,
    first_opened_at   timestamptz NOT NULL DEFAULT now(),
    last_complete_at  timestamptz,           -- NULL: never listed to its end
    last_complete_run bigint,
    members           bigint      NOT NULL DEFAULT 0,  -- at the last complete listing
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, stream_id, kind, scope)
);
SELECT infrazen.protect_table('resource_scopes');

-- ---- resources --------------------------------------------------------------------------------------------------------
-- One row per incarnation. Identity is (tenant, provider, account, raw type, external id); at most one incarnation of it is
-- not retired. Rows are never deleted. Keys are indexed by their hash: three texts of 1,024 bytes do not fit into an index.
CREATE SEQUENCE infrazen.resource_items_id;
GRANT USAGE ON SEQUENCE infrazen.resource_items_id TO infrazen;
CREATE TABLE infrazen.resource_items (
    tenant_id         integer     NOT NULL,
    id                bigint      NOT NULL DEFAULT nextval('infrazen.resource_items_id'),
    provider          text        NOT NULL,
    account_id        text        NOT NULL,  -- '' only for placeholders
    raw_type          text        NOT NULL,  -- the provider's word
    external_id       text        NOT NULL,
    key_hash          uuid        NOT NULL,  -- XXH3-128 of (account, raw type, external id)
    ref_hash          uuid        NOT NULL,  -- XXH3-128 of (raw type, external id): how records of other kinds refer
    incarnation       integer     NOT NULL DEFAULT 1,
    connection_id     integer     NOT NULL,  -- which delivered it last
    scope_id          bigint,                -- which listed it last; NULL: none (yet)
    is_placeholder    boolean     NOT NULL DEFAULT false,  -- known by reference only: metrics or logs came before inventory
    name              text,
    resource_type     text        NOT NULL,  -- normalised
    region            text,
    zone              text,
    service_name      text,
    service_category  text,
    status            text,                  -- normalised
    raw_status        text,
    pricing_model     text,
    list_price        numeric,
    effective_cost    numeric,
    currency          text,
    billing_period    text,
    project_id        text,
    parent_type       text,
    parent_id         text,
    cpu_cores         numeric,
    memory_bytes      bigint,
    storage_bytes     bigint,
    operating_system  text,
    tags              jsonb,                 -- as the provider says; resource_tags has them by row, with people's own
    attributes        jsonb,
    business_unit     text,                  -- these four from well-known tag keys
    feature_tag       text,
    cost_center       text,
    environment       text,
    provider_created_at timestamptz,         -- when the provider made it; a new instant means a new incarnation
    first_seen        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),  -- when a column last changed
    retired_at        timestamptz,
    retired_reason    text CHECK (retired_reason IN ('absent', 'reported', 'recreated')),
    retired_run       bigint,
    PRIMARY KEY (tenant_id, id),
    CHECK ((retired_at IS NULL) = (retired_reason IS NULL)),
    CHECK (is_placeholder = (account_id = '')),
    CHECK ((list_price IS NULL AND effective_cost IS NULL) OR currency IS NOT NULL)
) WITH (fillfactor = 90);
CREATE UNIQUE INDEX resource_items_active
    ON infrazen.resource_items (tenant_id, provider, key_hash) WHERE retired_at IS NULL;
CREATE UNIQUE INDEX resource_items_incarnations ON infrazen.resource_items (tenant_id, provider, key_hash, incarnation);
CREATE INDEX resource_items_reference ON infrazen.resource_items (tenant_id, provider, ref_hash);
CREATE INDEX resource_items_connection ON infrazen.resource_items (tenant_id, connection_id) WHERE retired_at IS NULL;
SELECT infrazen.protect_table('resource_items');

-- Which stream has seen which resource, with the hash of the row it sent. Narrow: this is what a run fetches at its start. A
-- resource that two connections list stays until both no longer see it.
CREATE TABLE infrazen.resource_sightings (
    tenant_id     integer NOT NULL,
    stream_id     integer NOT NULL,
    key_hash      uuid    NOT NULL,  -- as in resource_items
    row_hash      uuid    NOT NULL,  -- XXH3-128 of every cell, seeded with the normaliser's version
    resource_id   bigint  NOT NULL,
    scope_id      bigint,
    PRIMARY KEY (tenant_id, stream_id, key_hash)
) WITH (fillfactor = 80);  -- hashes and scopes change in place
CREATE INDEX resource_sightings_resource ON infrazen.resource_sightings (tenant_id, resource_id);
SELECT infrazen.protect_table('resource_sightings');

-- ---- history ----------------------------------------------------------------------------------------------------------
-- What changed. Event 'updated' has one row per column with the old and the new value; the others have one row and no column:
-- 'adopted' (a placeholder met its inventory), 'retired', 'returned' (absent from one scope, found in another by the same run).
-- That something came to be is first_seen of its incarnation.
CREATE TABLE infrazen.resource_changes (
    tenant_id   integer     NOT NULL,
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    resource_id bigint      NOT NULL,
    changed_at  timestamptz NOT NULL DEFAULT now(),
    run_id      bigint,
    event       text        NOT NULL CHECK (event IN ('updated', 'adopted', 'retired', 'returned')),
    column_name text,       -- of resource_items, or <provider>_resources.<column>
    old_value   jsonb,
    new_value   jsonb,
    PRIMARY KEY (tenant_id, id),
    CHECK ((event = 'updated') = (column_name IS NOT NULL))
);
CREATE INDEX resource_changes_resource ON infrazen.resource_changes (tenant_id, resource_id, changed_at);
CREATE INDEX resource_changes_time ON infrazen.resource_changes USING brin (changed_at);
SELECT infrazen.protect_table('resource_changes');

-- ---- tags -------------------------------------------------------------------------------------------------------------
CREATE TABLE infrazen.resource_tags (
    tenant_id    integer     NOT NULL,
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    resource_id  bigint      NOT NULL,
    tag_key      text        NOT NULL CHECK (octet_length(tag_key) <= 1024),
    tag_value    text        NOT NULL,
    tag_category text,
    source       text        NOT NULL DEFAULT 'provider' CHECK (source IN ('provider', 'operator')),
    created_at   timestamptz NOT NULL DEFAULT now(),
    created_by   text        NOT NULL,  -- the connection, or the person
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, resource_id, tag_key),  -- a person's value wins over the provider's
    FOREIGN KEY (tenant_id, resource_id) REFERENCES infrazen.resource_items (tenant_id, id)
);
CREATE INDEX resource_tags_key ON infrazen.resource_tags (tenant_id, tag_key, left(tag_value, 200));
SELECT infrazen.protect_table('resource_tags');

-- ---- relations --------------------------------------------------------------------------------------------------------
CREATE TABLE infrazen.resource_relations (
    tenant_id        integer     NOT NULL,
    id               bigint      GENERATED ALWAYS AS IDENTITY,
    stream_id        integer     NOT NULL,
    key_hash         uuid        NOT NULL,  -- XXH3-128 of both keys and the relation
    from_resource_id bigint      NOT NULL,
    to_resource_id   bigint      NOT NULL,
    relation         text        NOT NULL,  -- attached_to, member_of, uses, protects, stored_in
    scope_id         bigint,
    first_seen       timestamptz NOT NULL DEFAULT now(),
    retired_at       timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, from_resource_id) REFERENCES infrazen.resource_items (tenant_id, id),
    FOREIGN KEY (tenant_id, to_resource_id) REFERENCES infrazen.resource_items (tenant_id, id)
);
CREATE UNIQUE INDEX resource_relations_active
    ON infrazen.resource_relations (tenant_id, stream_id, key_hash) WHERE retired_at IS NULL;
CREATE INDEX resource_relations_from ON infrazen.resource_relations (tenant_id, from_resource_id);
CREATE INDEX resource_relations_to ON infrazen.resource_relations (tenant_id, to_resource_id);
SELECT infrazen.protect_table('resource_relations');

-- ---- the resources that people read -----------------------------------------------------------------------------------
CREATE VIEW infrazen.resources WITH (security_invoker = true) AS
SELECT i.tenant_id,
       i.id,
       i.external_id                                    AS resource_id,
       coalesce(i.name, i.external_id)                  AS resource_name,
       i.provider,
       coalesce(i.region, 'global')                     AS region,
       i.account_id,
       coalesce(i.service_name, i.service_category, i.resource_type) AS service_name,
       i.resource_type,
       coalesce(i.status, 'unknown')                    AS status,
       i.pricing_model,
       i.list_price,
       i.effective_cost,
       i.currency,
       i.billing_period,
       i.business_unit,
       i.project_id,
       i.feature_tag,
       i.cost_center,
       i.environment,
       coalesce(i.provider_created_at, i.first_seen)    AS created_at,
       i.updated_at,
       CASE WHEN i.is_placeholder THEN NULL
            WHEN i.retired_at IS NOT NULL THEN i.retired_at
            ELSE greatest(s.last_complete_at, i.updated_at) END AS last_sync,
       i.retired_at IS NULL                             AS is_active,
       i.raw_type,
       i.raw_status,
       i.incarnation,
       i.first_seen,
       i.retired_at,
       i.retired_reason,
       i.connection_id,
       i.zone,
       i.service_category,
       i.parent_type,
       i.parent_id,
       i.cpu_cores,
       i.memory_bytes,
       i.storage_bytes,
       i.operating_system,
       i.tags,
       i.attributes,
       i.is_placeholder
FROM infrazen.resource_items i
LEFT JOIN infrazen.resource_scopes s ON s.tenant_id = i.tenant_id AND s.id = i.scope_id;
GRANT SELECT ON infrazen.resources TO infrazen, infrazen_reader;

-- ---- <provider>_resources ---------------------------------------------------------------------------------------------
-- Which module owns which provider table, and the type every column was first declared with.
CREATE TABLE infrazen.extension_tables (
    provider   text        PRIMARY KEY CHECK (provider ~ '^[a-z][a-z0-9]{1,30}$'),
    module_id  text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE infrazen.extension_columns (
    provider    text        NOT NULL REFERENCES infrazen.extension_tables,
    column_name text        NOT NULL CHECK (column_name ~ '^[a-z][a-z0-9_]{0,62}$'),
    column_type text        NOT NULL CHECK (column_type IN ('text', 'integer', 'decimal', 'boolean', 'instant', 'json')),
    description text        NOT NULL DEFAULT '',
    added_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, column_name)
);
GRANT SELECT ON infrazen.extension_tables, infrazen.extension_columns TO infrazen, infrazen_reader;

-- Makes infrazen.<provider>_resources what the manifest declares: creates it, adds columns that are new, never drops or
-- retypes one. `columns` is the manifest's extension_columns. Returns whether anything was done. Errors, with SQLSTATE IZ001:
-- a second module claims the table, a name is not allowed, or a column has got another type.
CREATE FUNCTION infrazen.ensure_extension_table(provider_id text, owning_module text, columns jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    table_name text := provider_id || '_resources';
    owner      text;
    declared   record;
    known      text;
    done       boolean := false;
BEGIN
    IF provider_id !~ '^[a-z][a-z0-9]{1,30}$' THEN
        RAISE EXCEPTION 'provider id "%" is not allowed: two to 31 lower-case letters and digits, the first a letter', provider_id
            USING ERRCODE = 'IZ001';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('infrazen.extension.' || provider_id, 0));

    SELECT t.module_id INTO owner FROM infrazen.extension_tables t WHERE t.provider = provider_id;
    IF NOT FOUND THEN
        IF to_regclass('infrazen.' || quote_ident(table_name)) IS NOT NULL THEN
            RAISE EXCEPTION 'infrazen.% exists and belongs to no connector: choose another provider id', table_name
                USING ERRCODE = 'IZ001';
        END IF;
        EXECUTE format(
            'CREATE TABLE infrazen.%I (tenant_id integer NOT NULL, resource_id bigint NOT NULL,
                 PRIMARY KEY (tenant_id, resource_id),
                 FOREIGN KEY (tenant_id, resource_id) REFERENCES infrazen.resource_items (tenant_id, id))', table_name);
        PERFORM infrazen.protect_table(table_name);
        INSERT INTO infrazen.extension_tables (provider, module_id) VALUES (provider_id, owning_module);
        done := true;
    ELSIF owner <> owning_module THEN
        RAISE EXCEPTION 'infrazen.% belongs to connector "%": connector "%" must use a provider id of its own', table_name, owner,
            owning_module USING ERRCODE = 'IZ001';
    END IF;

    FOR declared IN
        SELECT c ->> 'name' AS name, c ->> 'type' AS type, coalesce(c ->> 'description', '') AS description
        FROM jsonb_array_elements(columns) AS c
    LOOP
        IF declared.name IS NULL OR declared.name !~ '^[a-z][a-z0-9_]{0,62}$' OR declared.name IN ('tenant_id', 'resource_id') THEN
            RAISE EXCEPTION 'extension column "%" of connector "%" is not allowed: lower-case letters, digits and _, at most 63',
                declared.name, owning_module USING ERRCODE = 'IZ001';
        END IF;
        IF declared.type IS NULL OR declared.type NOT IN ('text', 'integer', 'decimal', 'boolean', 'instant', 'json') THEN
            RAISE EXCEPTION 'extension column "%" of connector "%" has unknown type "%": text, integer, decimal, boolean, instant or json',
                declared.name, owning_module, declared.type USING ERRCODE = 'IZ001';
        END IF;
        SELECT e.column_type INTO known FROM infrazen.extension_columns e
        WHERE e.provider = provider_id AND e.column_name = declared.name;
        IF NOT FOUND THEN
            INSERT INTO infrazen.extension_columns (provider, column_name, column_type, description)
            VALUES (provider_id, declared.name, declared.type, declared.description);
            EXECUTE format('ALTER TABLE infrazen.%I ADD COLUMN %I %s', table_name, declared.name,
                           CASE declared.type
                               WHEN 'text' THEN 'text' WHEN 'integer' THEN 'bigint' WHEN 'decimal' THEN 'numeric'
                               WHEN 'boolean' THEN 'boolean' WHEN 'instant' THEN 'timestamptz' WHEN 'json' THEN 'jsonb' END);
            done := true;
        ELSIF known IS DISTINCT FROM declared.type THEN
            RAISE EXCEPTION 'extension column %.% is % and cannot become %: give the new one another name', table_name,
                declared.name, known, declared.type USING ERRCODE = 'IZ001';
        END IF;
    END LOOP;
    RETURN done;
END $$;
REVOKE ALL ON FUNCTION infrazen.ensure_extension_table(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION infrazen.ensure_extension_table(text, text, jsonb) TO infrazen;

-- The same, for the daemon: NULL when all is well, else the sentence that says what the operator has to change.
CREATE FUNCTION infrazen.try_extension_table(provider_id text, owning_module text, columns jsonb) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM infrazen.ensure_extension_table(provider_id, owning_module, columns);
    RETURN NULL;
EXCEPTION WHEN SQLSTATE 'IZ001' THEN
    RETURN SQLERRM;
END $$;
REVOKE ALL ON FUNCTION infrazen.try_extension_table(text, text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION infrazen.try_extension_table(text, text, jsonb) TO infrazen;
