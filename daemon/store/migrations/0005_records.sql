-- SPDX-License-Identifier: Apache-2.0
-- Copyright The InfraZen authors
--
-- 0005: what comes beside resources and charges: logs, components, documents, balances, prices, rates, accounts.

-- ---- logs -------------------------------------------------------------------------------------------------------------
-- Daily partitions by the event's own time. No foreign key: a partition is dropped whole.
CREATE SEQUENCE infrazen.resource_logs_id;
GRANT USAGE ON SEQUENCE infrazen.resource_logs_id TO infrazen;
CREATE TABLE infrazen.resource_logs (
    tenant_id     integer     NOT NULL,
    id            bigint      NOT NULL DEFAULT nextval('infrazen.resource_logs_id'),
    connection_id integer     NOT NULL,
    resource_id   bigint,     -- NULL: about the connection itself
    log_type      text        NOT NULL,  -- application, system, access, error, audit
    log_level     text,       -- debug, info, warning, error, critical
    log_message   text        NOT NULL,
    log_source    text,
    "timestamp"   timestamptz NOT NULL,
    metadata      jsonb,
    event_id      text,
    PRIMARY KEY (tenant_id, "timestamp", id)
) PARTITION BY RANGE ("timestamp");
CREATE INDEX resource_logs_resource_time ON infrazen.resource_logs (tenant_id, resource_id, "timestamp");
CREATE INDEX resource_logs_type_time ON infrazen.resource_logs (tenant_id, log_type, "timestamp");
SELECT infrazen.protect_table('resource_logs');

-- The event ids that are in. A provider that sends an event again, be it with another time, does not make two of it. Kept
-- apart because no index over partitions by time can say so. Goes with the partition of its day.
CREATE TABLE infrazen.log_events (
    tenant_id     integer NOT NULL,
    connection_id integer NOT NULL,
    event_hash    uuid    NOT NULL,  -- XXH3-128 of the provider's event id
    day           date    NOT NULL,  -- UTC day of the stored event
    PRIMARY KEY (tenant_id, connection_id, event_hash)
);
CREATE INDEX log_events_day ON infrazen.log_events USING brin (day);
SELECT infrazen.protect_table('log_events');

-- ---- components -------------------------------------------------------------------------------------------------------
CREATE TABLE infrazen.resource_components (
    tenant_id         integer     NOT NULL,
    id                bigint      GENERATED ALWAYS AS IDENTITY,
    resource_id       bigint      NOT NULL,
    component_type    text        NOT NULL,  -- software, service, dependency
    component_name    text        NOT NULL,
    component_version text,
    component_status  text,       -- running, stopped, installed; removed once it was no longer listed
    installation_path text,
    configuration     jsonb,
    dependencies      jsonb,
    last_updated      timestamptz NOT NULL DEFAULT now(),
    stream_id         integer     NOT NULL,
    key_hash          uuid        NOT NULL,  -- XXH3-128 of (raw type and external id of the resource, component type, name)
    row_hash          uuid        NOT NULL,
    scope_id          bigint,
    first_seen        timestamptz NOT NULL DEFAULT now(),
    retired_at        timestamptz,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, resource_id, component_type, component_name),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES infrazen.resource_items (tenant_id, id)
);
CREATE INDEX resource_components_stream ON infrazen.resource_components (tenant_id, stream_id, key_hash) WHERE retired_at IS NULL;
CREATE INDEX resource_components_name ON infrazen.resource_components (tenant_id, component_type, component_name);
SELECT infrazen.protect_table('resource_components');

-- ---- accounts ---------------------------------------------------------------------------------------------------------
CREATE TABLE infrazen.accounts (
    tenant_id         integer     NOT NULL,
    id                bigint      GENERATED ALWAYS AS IDENTITY,
    provider          text        NOT NULL,
    account_id        text        NOT NULL,
    account_type      text        NOT NULL,  -- billing_account, cloud, folder, project, login
    name              text,
    parent_id         text,       -- another account_id of the same provider
    currency          text,
    billing_time_zone text,       -- NULL: the connection's
    status            text,
    connection_id     integer     NOT NULL,
    first_seen        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, provider, account_type, account_id)
);
CREATE INDEX accounts_parent ON infrazen.accounts (tenant_id, provider, parent_id);
SELECT infrazen.protect_table('accounts');

-- ---- balances ---------------------------------------------------------------------------------------------------------
-- A history of changes: a row says "from as_of on", until the next one of the same account, kind and currency.
CREATE TABLE infrazen.balances (
    tenant_id     integer     NOT NULL,
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    provider      text        NOT NULL,
    account_id    text        NOT NULL,
    balance_kind  text        NOT NULL DEFAULT 'main' CHECK (balance_kind IN ('main', 'bonus', 'credit')),
    currency      text        NOT NULL,
    as_of         timestamptz NOT NULL,
    amount        numeric     NOT NULL,
    days_left     numeric,    -- as the provider says
    connection_id integer     NOT NULL,
    run_id        bigint,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, provider, account_id, balance_kind, currency, as_of)
);
SELECT infrazen.protect_table('balances');

CREATE VIEW infrazen.current_balances WITH (security_invoker = true) AS
SELECT DISTINCT ON (tenant_id, provider, account_id, balance_kind, currency)
       tenant_id, provider, account_id, balance_kind, currency, as_of, amount, days_left, connection_id
FROM infrazen.balances
ORDER BY tenant_id, provider, account_id, balance_kind, currency, as_of DESC;
GRANT SELECT ON infrazen.current_balances TO infrazen, infrazen_reader;

-- ---- documents --------------------------------------------------------------------------------------------------------
CREATE TABLE infrazen.documents (
    tenant_id     integer     NOT NULL,
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    provider      text        NOT NULL,
    account_id    text        NOT NULL,
    document_id   text        NOT NULL,
    document_type text        NOT NULL,
    number        text,
    issued_at     timestamptz NOT NULL,
    period_start  timestamptz,
    period_end    timestamptz,
    amount        numeric     NOT NULL,  -- gross
    tax_amount    numeric,
    currency      text        NOT NULL,
    status        text,       -- draft, issued, paid, void
    attributes    jsonb,
    connection_id integer     NOT NULL,
    run_id        bigint,
    first_seen    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, provider, account_id, document_type, document_id),
    CHECK (period_end IS NULL OR period_start IS NULL OR period_end >= period_start)
);
CREATE INDEX documents_issued ON infrazen.documents (tenant_id, issued_at);
SELECT infrazen.protect_table('documents');

-- What a document said before it was changed: an issued invoice that changes its amount is worth asking about.
CREATE TABLE infrazen.document_changes (
    tenant_id   integer     NOT NULL,
    id          bigint      GENERATED ALWAYS AS IDENTITY,
    document_id bigint      NOT NULL,  -- documents.id
    changed_at  timestamptz NOT NULL DEFAULT now(),
    run_id      bigint,
    column_name text        NOT NULL,
    old_value   jsonb,
    new_value   jsonb,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, document_id) REFERENCES infrazen.documents (tenant_id, id)
);
CREATE INDEX document_changes_document ON infrazen.document_changes (tenant_id, document_id, changed_at);
SELECT infrazen.protect_table('document_changes');

-- ---- prices -----------------------------------------------------------------------------------------------------------
-- Periods of one key never overlap: valid_to is the stated end, or the next row's begin if that is earlier. A price that is
-- stated again with a later begin and nothing else changed makes no row.
CREATE TABLE infrazen.prices (
    tenant_id     integer     NOT NULL,
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    provider      text        NOT NULL,
    sku_id        text        NOT NULL,
    region        text        NOT NULL DEFAULT '',  -- '': everywhere
    tier_from     numeric     NOT NULL DEFAULT 0,
    price_kind    text        NOT NULL DEFAULT 'list' CHECK (price_kind IN ('list', 'contract')),
    account_id    text        NOT NULL DEFAULT '',  -- with contract prices
    currency      text        NOT NULL,
    valid_from    timestamptz NOT NULL,
    valid_to      timestamptz,           -- exclusive; NULL: open
    stated_to     timestamptz,           -- as the provider said
    sku_name      text,
    service_name  text,
    unit          text        NOT NULL,
    unit_price    numeric     NOT NULL,
    connection_id integer     NOT NULL,
    run_id        bigint,
    first_seen    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, provider, sku_id, region, price_kind, account_id, currency, tier_from, valid_from),
    CHECK (valid_to IS NULL OR valid_to > valid_from)
);
SELECT infrazen.protect_table('prices');

-- ---- currency rates ---------------------------------------------------------------------------------------------------
-- One unit of base is `rate` units of quote on that day. A restated rate replaces the old one, which is kept beside.
CREATE TABLE infrazen.currency_rates (
    tenant_id      integer     NOT NULL,
    source         text        NOT NULL,
    base_currency  text        NOT NULL,
    quote_currency text        NOT NULL,
    day            date        NOT NULL,
    rate           numeric     NOT NULL CHECK (rate > 0),
    previous_rate  numeric,               -- before the last restatement
    connection_id  integer     NOT NULL,
    run_id         bigint,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, base_currency, quote_currency, day, source),
    CHECK (base_currency <> quote_currency)
);
SELECT infrazen.protect_table('currency_rates');
