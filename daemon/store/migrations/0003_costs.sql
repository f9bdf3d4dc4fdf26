-- Bills: facts with dimensions by content, fingerprints for the difference, what changed, roll-ups, FOCUS views.
-- See docs/decisions/0002-cost-identity.md and 0005-dimensions.md.

-- ---- whose bill is whose ----------------------------------------------------------------------------------------------

-- The same bill through two connections would count twice: the first one that brings an account keeps it.
CREATE TABLE billing_claim (
  tenant_id          integer NOT NULL REFERENCES tenants,
  provider           text NOT NULL,
  billing_account_id text NOT NULL,
  dataset            text NOT NULL DEFAULT 'charges',
  connection_id      integer NOT NULL REFERENCES connections,
  claimed_at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, provider, billing_account_id, dataset)
);
SELECT protect_table('billing_claim');

-- A part of a bill is what its connector delivers as a whole: one file, one month of pages. Its charges are replaced by its
-- next delivery; nothing but that touches them.
CREATE TABLE cost_parts (
  part_id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant_id      integer NOT NULL REFERENCES tenants,
  connection_id  integer NOT NULL REFERENCES connections,
  scope          text NOT NULL,
  first_seen     timestamptz NOT NULL DEFAULT now(),
  last_delivered timestamptz,
  last_run_id    bigint,
  charges        bigint NOT NULL DEFAULT 0,
  UNIQUE (connection_id, scope)
);
SELECT protect_table('cost_parts');

-- A bill: an account's billing period. Its id is the hash of connection, account and period.
CREATE TABLE cost_bills (
  tenant_id            integer NOT NULL,
  bill_id              bigint NOT NULL,
  connection_id        integer NOT NULL REFERENCES connections,
  billing_account_id   text NOT NULL,
  billing_period_start timestamptz NOT NULL,
  billing_period_end   timestamptz NOT NULL,
  billing_month        date NOT NULL,  -- the month of billing_period_start in the connection's billing time zone
  first_seen           timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, bill_id)
);
SELECT protect_table('cost_bills');

-- How many rows, and the sum of their hashes, of each day of a part of a bill: days that agree are not looked at.
CREATE TABLE cost_buckets (
  tenant_id  integer NOT NULL,
  part_id    integer NOT NULL REFERENCES cost_parts,
  bill_id    bigint NOT NULL,
  charge_day date NOT NULL,
  charges    bigint NOT NULL,
  hash_sum   uuid NOT NULL,
  PRIMARY KEY (part_id, bill_id, charge_day)
);
SELECT protect_table('cost_buckets');

-- ---- dimensions: texts that repeat, keyed by the hash of their content --------------------------------------------------

CREATE TABLE cost_accounts (
  tenant_id integer NOT NULL, id bigint NOT NULL, digest uuid NOT NULL,
  billing_account_id text, billing_account_name text, billing_account_type text, billing_currency text,
  sub_account_id text, sub_account_name text, sub_account_type text,
  provider_name text, publisher_name text, host_provider_name text, service_provider_name text,
  invoice_issuer_name text, invoice_id text, pricing_currency text,
  amount_basis text, tax_rate numeric, charge_status text,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE cost_services (
  tenant_id integer NOT NULL, id bigint NOT NULL, digest uuid NOT NULL,
  service_category text, service_subcategory text, service_name text,
  charge_category text, charge_class text, charge_frequency text, pricing_category text,
  sku_id text, sku_price_id text, sku_meter text, sku_price_details jsonb, pricing_unit text, consumed_unit text,
  region_id text, region_name text, commitment_program_eligibility_details jsonb,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE cost_resources (
  tenant_id integer NOT NULL, id bigint NOT NULL, digest uuid NOT NULL,
  resource_id text, resource_name text, resource_type text, availability_zone text,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX cost_resources_by_resource ON cost_resources (tenant_id, resource_id);
CREATE TABLE cost_descriptions (
  tenant_id integer NOT NULL, id bigint NOT NULL, digest uuid NOT NULL,
  charge_description text,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE cost_tags (
  tenant_id integer NOT NULL, id bigint NOT NULL, digest uuid NOT NULL,
  tags jsonb,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE cost_extras (
  tenant_id integer NOT NULL, id bigint NOT NULL, digest uuid NOT NULL,
  x_columns jsonb,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE cost_commitments (
  tenant_id integer NOT NULL, id bigint NOT NULL, digest uuid NOT NULL,
  commitment_discount_id text, commitment_discount_name text, commitment_discount_category text,
  commitment_discount_type text, commitment_discount_status text, commitment_discount_unit text,
  capacity_reservation_id text, capacity_reservation_status text, contract_applied jsonb,
  PRIMARY KEY (tenant_id, id)
);
CREATE TABLE cost_sharing (
  tenant_id integer NOT NULL, id bigint NOT NULL, digest uuid NOT NULL,
  allocated_method_id text, allocated_method_details jsonb, allocated_resource_id text, allocated_resource_name text,
  allocated_tags jsonb, invoice_detail_id text,
  PRIMARY KEY (tenant_id, id)
);
SELECT protect_table(t) FROM unnest('{cost_accounts,cost_services,cost_resources,cost_descriptions,cost_tags,cost_extras,
  cost_commitments,cost_sharing}'::text[]) AS t;

-- ---- facts --------------------------------------------------------------------------------------------------------------

-- One charge. Fixed widths first, without fillers. An id that is null: the charge has nothing of that group, or has it in
-- `inline` (a group whose content hardly repeats, as {"group": {"column": …}}).
CREATE TABLE cost_charges (
  charge_period_start  timestamptz NOT NULL,
  charge_period_end    timestamptz NOT NULL,
  bill_id              bigint NOT NULL,
  account_id           bigint NOT NULL,
  service_id           bigint NOT NULL,
  resource_id          bigint,
  description_id       bigint,
  tags_id              bigint,
  extras_id            bigint,
  commitment_id        bigint,
  sharing_id           bigint,
  tenant_id            integer NOT NULL,
  part_id              integer NOT NULL,
  billing_month        date NOT NULL,
  charge_day           date NOT NULL,
  row_hash             uuid NOT NULL,
  billed_cost          numeric NOT NULL,
  effective_cost       numeric,
  list_cost            numeric,
  contracted_cost      numeric,
  list_unit_price      numeric,
  contracted_unit_price numeric,
  pricing_quantity     numeric,
  consumed_quantity    numeric,
  commitment_discount_quantity numeric,
  pricing_currency_contracted_unit_price numeric,
  pricing_currency_effective_cost numeric,
  pricing_currency_list_unit_price numeric,
  inline               jsonb
) PARTITION BY RANGE (billing_month);
-- The only index: the difference and the roll-ups read a part's day; reports prune by month. Equal keys are stored once.
CREATE INDEX cost_charges_by_day ON cost_charges (part_id, charge_day);
SELECT protect_table('cost_charges');

-- What a later delivery did to charges that had been delivered before. The first delivery of a day is not a change.
CREATE TABLE cost_changes (
  tenant_id        integer NOT NULL,
  change_id        bigint GENERATED ALWAYS AS IDENTITY,
  changed_at       timestamptz NOT NULL DEFAULT now(),
  run_id           bigint NOT NULL,
  part_id          integer NOT NULL,
  bill_id          bigint NOT NULL,
  billing_month    date NOT NULL,
  charge_day       date NOT NULL,
  change           text NOT NULL CHECK (change IN ('changed', 'new', 'gone')),
  billed_cost_before numeric,
  billed_cost_after  numeric,
  effective_cost_before numeric,
  effective_cost_after  numeric,
  row_hash_before  uuid,
  row_hash_after   uuid,
  old_charge       jsonb,  -- the row of cost_charges as it was; null for a new one
  PRIMARY KEY (tenant_id, change_id)
);
CREATE INDEX cost_changes_by_day ON cost_changes (tenant_id, billing_month, charge_day);
SELECT protect_table('cost_changes');

-- ---- roll-up --------------------------------------------------------------------------------------------------------------

-- By source (part), bill, day, account and service group: streams never share a row.
CREATE TABLE cost_daily (
  tenant_id       integer NOT NULL,
  billing_month   date NOT NULL,
  charge_day      date NOT NULL,
  part_id         integer NOT NULL,
  bill_id         bigint NOT NULL,
  account_id      bigint NOT NULL,
  service_id      bigint NOT NULL,
  charges         bigint NOT NULL,
  billed_cost     numeric NOT NULL,
  effective_cost  numeric,
  list_cost       numeric,
  contracted_cost numeric,
  PRIMARY KEY (part_id, charge_day, bill_id, account_id, service_id)
);
CREATE INDEX cost_daily_by_month ON cost_daily (tenant_id, billing_month);
SELECT protect_table('cost_daily');

-- Days whose roll-up is behind: reports take them from the charges, the job thread catches up.
CREATE TABLE rollup_dirty (
  tenant_id     integer NOT NULL,
  part_id       integer NOT NULL,
  billing_month date NOT NULL,
  charge_day    date NOT NULL,
  marked_at     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (part_id, billing_month, charge_day)
);
SELECT protect_table('rollup_dirty');

-- Recomputes one day of a part. The dirty mark goes first: a mark that is about to dirty the day again is waited for, or waits
-- for us and then dirties it anew. One at a time per day, by an advisory lock.
CREATE FUNCTION cost_day_lock(the_part integer, the_day date) RETURNS bigint
LANGUAGE sql IMMUTABLE
AS $$ SELECT hashtextextended('infrazen.cost_day', 0) # ((the_part::bigint << 20) | (the_day - date '1970-01-01')) $$;

CREATE FUNCTION refresh_cost_day(the_part integer, the_month date, the_day date) RETURNS void
LANGUAGE sql SET search_path = infrazen, pg_catalog, pg_temp
AS $$
  SELECT pg_advisory_xact_lock(infrazen.cost_day_lock(the_part, the_day));
  DELETE FROM infrazen.rollup_dirty WHERE part_id = the_part AND charge_day = the_day AND billing_month = the_month;
  DELETE FROM infrazen.cost_daily WHERE part_id = the_part AND charge_day = the_day AND billing_month = the_month;
  INSERT INTO infrazen.cost_daily
  SELECT tenant_id, billing_month, charge_day, part_id, bill_id, account_id, service_id, count(*), sum(billed_cost),
         sum(effective_cost), sum(list_cost), sum(contracted_cost)
  FROM infrazen.cost_charges
  WHERE part_id = the_part AND charge_day = the_day AND billing_month = the_month
  GROUP BY tenant_id, billing_month, charge_day, part_id, bill_id, account_id, service_id;
$$;

-- cost_daily with the days that are behind taken from the charges: always what the charges add up to.
CREATE VIEW cost_days WITH (security_invoker = true) AS
  SELECT d.tenant_id, d.billing_month, d.charge_day, d.part_id, d.bill_id, d.account_id, d.service_id, d.charges,
         d.billed_cost, d.effective_cost, d.list_cost, d.contracted_cost
  FROM infrazen.cost_daily d
  WHERE NOT EXISTS (SELECT FROM infrazen.rollup_dirty x WHERE x.part_id = d.part_id AND x.billing_month = d.billing_month
                    AND x.charge_day = d.charge_day)
  UNION ALL
  SELECT c.tenant_id, c.billing_month, c.charge_day, c.part_id, c.bill_id, c.account_id, c.service_id, count(*),
         sum(c.billed_cost), sum(c.effective_cost), sum(c.list_cost), sum(c.contracted_cost)
  FROM infrazen.cost_charges c
  WHERE (c.part_id, c.billing_month, c.charge_day) IN (SELECT x.part_id, x.billing_month, x.charge_day FROM infrazen.rollup_dirty x)
  GROUP BY c.tenant_id, c.billing_month, c.charge_day, c.part_id, c.bill_id, c.account_id, c.service_id;
SELECT publish_view('cost_days');

-- The same with names, for people and dashboards.
CREATE VIEW cost_report WITH (security_invoker = true) AS
  SELECT d.tenant_id, d.billing_month, d.charge_day, k.name AS connection, k.provider, p.scope AS part, a.billing_account_id,
         a.billing_account_name, a.sub_account_id, a.sub_account_name, a.service_provider_name, a.provider_name,
         s.service_category, s.service_name, s.region_id, s.region_name, s.charge_category, a.billing_currency, a.amount_basis,
         a.charge_status, d.charges, d.billed_cost, d.effective_cost, d.list_cost, d.contracted_cost
  FROM infrazen.cost_days d
  JOIN infrazen.cost_parts p USING (part_id)
  JOIN infrazen.connections k USING (connection_id)
  JOIN infrazen.cost_accounts a ON a.tenant_id = d.tenant_id AND a.id = d.account_id
  JOIN infrazen.cost_services s ON s.tenant_id = d.tenant_id AND s.id = d.service_id;
SELECT publish_view('cost_report');

-- ---- FOCUS views: the columns of the specification given back, x_ columns as one jsonb ---------------------------------------

-- Every charge with every column, under the names of FOCUS. Ids of ours come last.
CREATE VIEW focus_charges WITH (security_invoker = true) AS
  SELECT
    coalesce(r.availability_zone, f.inline -> 'resource' ->> 'availability_zone') AS "AvailabilityZone",
    f.billed_cost AS "BilledCost",
    a.billing_account_id AS "BillingAccountId",
    a.billing_account_name AS "BillingAccountName",
    a.billing_currency AS "BillingCurrency",
    b.billing_period_end AS "BillingPeriodEnd",
    b.billing_period_start AS "BillingPeriodStart",
    s.charge_category AS "ChargeCategory",
    s.charge_class AS "ChargeClass",
    coalesce(t.charge_description, f.inline -> 'description' ->> 'charge_description') AS "ChargeDescription",
    s.charge_frequency AS "ChargeFrequency",
    f.charge_period_end AS "ChargePeriodEnd",
    f.charge_period_start AS "ChargePeriodStart",
    coalesce(m.commitment_discount_category, f.inline -> 'commitment' ->> 'commitment_discount_category') AS "CommitmentDiscountCategory",
    coalesce(m.commitment_discount_id, f.inline -> 'commitment' ->> 'commitment_discount_id') AS "CommitmentDiscountId",
    coalesce(m.commitment_discount_name, f.inline -> 'commitment' ->> 'commitment_discount_name') AS "CommitmentDiscountName",
    coalesce(m.commitment_discount_status, f.inline -> 'commitment' ->> 'commitment_discount_status') AS "CommitmentDiscountStatus",
    coalesce(m.commitment_discount_type, f.inline -> 'commitment' ->> 'commitment_discount_type') AS "CommitmentDiscountType",
    f.consumed_quantity AS "ConsumedQuantity",
    s.consumed_unit AS "ConsumedUnit",
    f.contracted_cost AS "ContractedCost",
    f.contracted_unit_price AS "ContractedUnitPrice",
    f.effective_cost AS "EffectiveCost",
    a.invoice_issuer_name AS "InvoiceIssuerName",
    f.list_cost AS "ListCost",
    f.list_unit_price AS "ListUnitPrice",
    s.pricing_category AS "PricingCategory",
    f.pricing_quantity AS "PricingQuantity",
    s.pricing_unit AS "PricingUnit",
    a.provider_name AS "ProviderName",
    a.publisher_name AS "PublisherName",
    s.region_id AS "RegionId",
    s.region_name AS "RegionName",
    coalesce(r.resource_id, f.inline -> 'resource' ->> 'resource_id') AS "ResourceId",
    coalesce(r.resource_name, f.inline -> 'resource' ->> 'resource_name') AS "ResourceName",
    coalesce(r.resource_type, f.inline -> 'resource' ->> 'resource_type') AS "ResourceType",
    s.service_category AS "ServiceCategory",
    s.service_name AS "ServiceName",
    s.sku_id AS "SkuId",
    s.sku_price_id AS "SkuPriceId",
    a.sub_account_id AS "SubAccountId",
    a.sub_account_name AS "SubAccountName",
    coalesce(g.tags, f.inline -> 'tags' -> 'tags') AS "Tags",
    coalesce(m.capacity_reservation_id, f.inline -> 'commitment' ->> 'capacity_reservation_id') AS "CapacityReservationId",
    coalesce(m.capacity_reservation_status, f.inline -> 'commitment' ->> 'capacity_reservation_status') AS "CapacityReservationStatus",
    f.commitment_discount_quantity AS "CommitmentDiscountQuantity",
    coalesce(m.commitment_discount_unit, f.inline -> 'commitment' ->> 'commitment_discount_unit') AS "CommitmentDiscountUnit",
    s.service_subcategory AS "ServiceSubcategory",
    s.sku_meter AS "SkuMeter",
    s.sku_price_details AS "SkuPriceDetails",
    a.billing_account_type AS "BillingAccountType",
    a.invoice_id AS "InvoiceId",
    a.pricing_currency AS "PricingCurrency",
    f.pricing_currency_contracted_unit_price AS "PricingCurrencyContractedUnitPrice",
    f.pricing_currency_effective_cost AS "PricingCurrencyEffectiveCost",
    f.pricing_currency_list_unit_price AS "PricingCurrencyListUnitPrice",
    a.sub_account_type AS "SubAccountType",
    coalesce(h.allocated_method_details, f.inline -> 'sharing' -> 'allocated_method_details') AS "AllocatedMethodDetails",
    coalesce(h.allocated_method_id, f.inline -> 'sharing' ->> 'allocated_method_id') AS "AllocatedMethodId",
    coalesce(h.allocated_resource_id, f.inline -> 'sharing' ->> 'allocated_resource_id') AS "AllocatedResourceId",
    coalesce(h.allocated_resource_name, f.inline -> 'sharing' ->> 'allocated_resource_name') AS "AllocatedResourceName",
    coalesce(h.allocated_tags, f.inline -> 'sharing' -> 'allocated_tags') AS "AllocatedTags",
    coalesce(m.contract_applied, f.inline -> 'commitment' -> 'contract_applied') AS "ContractApplied",
    a.host_provider_name AS "HostProviderName",
    a.service_provider_name AS "ServiceProviderName",
    s.commitment_program_eligibility_details AS "CommitmentProgramEligibilityDetails",
    coalesce(h.invoice_detail_id, f.inline -> 'sharing' ->> 'invoice_detail_id') AS "InvoiceDetailId",
    a.amount_basis AS "AmountBasis",
    a.tax_rate AS "TaxRate",
    a.charge_status AS "ChargeStatus",
    coalesce(x.x_columns, f.inline -> 'extras' -> 'x_columns') AS "x_columns",
    f.tenant_id, k.name AS connection, k.provider, p.scope AS part, f.billing_month, f.charge_day, f.row_hash
  FROM infrazen.cost_charges f
  JOIN infrazen.cost_parts p ON p.part_id = f.part_id
  JOIN infrazen.connections k ON k.connection_id = p.connection_id
  JOIN infrazen.cost_bills b ON b.tenant_id = f.tenant_id AND b.bill_id = f.bill_id
  JOIN infrazen.cost_accounts a ON a.tenant_id = f.tenant_id AND a.id = f.account_id
  JOIN infrazen.cost_services s ON s.tenant_id = f.tenant_id AND s.id = f.service_id
  LEFT JOIN infrazen.cost_resources r ON r.tenant_id = f.tenant_id AND r.id = f.resource_id
  LEFT JOIN infrazen.cost_descriptions t ON t.tenant_id = f.tenant_id AND t.id = f.description_id
  LEFT JOIN infrazen.cost_tags g ON g.tenant_id = f.tenant_id AND g.id = f.tags_id
  LEFT JOIN infrazen.cost_extras x ON x.tenant_id = f.tenant_id AND x.id = f.extras_id
  LEFT JOIN infrazen.cost_commitments m ON m.tenant_id = f.tenant_id AND m.id = f.commitment_id
  LEFT JOIN infrazen.cost_sharing h ON h.tenant_id = f.tenant_id AND h.id = f.sharing_id;
SELECT publish_view('focus_charges');

CREATE VIEW focus_1_0 WITH (security_invoker = true) AS
  SELECT "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency",
         "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
         "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountCategory",
         "CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType",
         "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice", "EffectiveCost",
         "InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit",
         "ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType",
         "ServiceCategory", "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags",
         "x_columns", tenant_id, connection, part, billing_month, charge_day
  FROM infrazen.focus_charges;
SELECT publish_view('focus_1_0');

CREATE VIEW focus_1_1 WITH (security_invoker = true) AS
  SELECT "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency",
         "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
         "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountCategory",
         "CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType",
         "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice", "EffectiveCost",
         "InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit",
         "ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType",
         "ServiceCategory", "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags",
         "CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity",
         "CommitmentDiscountUnit", "ServiceSubcategory", "SkuMeter", "SkuPriceDetails", "x_columns", tenant_id,
         connection, part, billing_month, charge_day
  FROM infrazen.focus_charges;
SELECT publish_view('focus_1_1');

CREATE VIEW focus_1_2 WITH (security_invoker = true) AS
  SELECT "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency",
         "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
         "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountCategory",
         "CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType",
         "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice", "EffectiveCost",
         "InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit",
         "ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType",
         "ServiceCategory", "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags",
         "CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity",
         "CommitmentDiscountUnit", "ServiceSubcategory", "SkuMeter", "SkuPriceDetails", "BillingAccountType",
         "InvoiceId", "PricingCurrency", "PricingCurrencyContractedUnitPrice", "PricingCurrencyEffectiveCost",
         "PricingCurrencyListUnitPrice", "SubAccountType", "x_columns", tenant_id, connection, part, billing_month,
         charge_day
  FROM infrazen.focus_charges;
SELECT publish_view('focus_1_2');

CREATE VIEW focus_1_3 WITH (security_invoker = true) AS
  SELECT "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency",
         "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
         "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountCategory",
         "CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType",
         "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice", "EffectiveCost",
         "InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit",
         "ProviderName", "PublisherName", "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType",
         "ServiceCategory", "ServiceName", "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags",
         "CapacityReservationId", "CapacityReservationStatus", "CommitmentDiscountQuantity",
         "CommitmentDiscountUnit", "ServiceSubcategory", "SkuMeter", "SkuPriceDetails", "BillingAccountType",
         "InvoiceId", "PricingCurrency", "PricingCurrencyContractedUnitPrice", "PricingCurrencyEffectiveCost",
         "PricingCurrencyListUnitPrice", "SubAccountType", "AllocatedMethodDetails", "AllocatedMethodId",
         "AllocatedResourceId", "AllocatedResourceName", "AllocatedTags", "ContractApplied", "HostProviderName",
         "ServiceProviderName", "x_columns", tenant_id, connection, part, billing_month, charge_day
  FROM infrazen.focus_charges;
SELECT publish_view('focus_1_3');

CREATE VIEW focus_1_4 WITH (security_invoker = true) AS
  SELECT "AvailabilityZone", "BilledCost", "BillingAccountId", "BillingAccountName", "BillingCurrency",
         "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription",
         "ChargeFrequency", "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountCategory",
         "CommitmentDiscountId", "CommitmentDiscountName", "CommitmentDiscountStatus", "CommitmentDiscountType",
         "ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice", "EffectiveCost",
         "InvoiceIssuerName", "ListCost", "ListUnitPrice", "PricingCategory", "PricingQuantity", "PricingUnit",
         "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType", "ServiceCategory", "ServiceName",
         "SkuId", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags", "CapacityReservationId",
         "CapacityReservationStatus", "CommitmentDiscountQuantity", "CommitmentDiscountUnit", "ServiceSubcategory",
         "SkuMeter", "SkuPriceDetails", "BillingAccountType", "InvoiceId", "PricingCurrency",
         "PricingCurrencyContractedUnitPrice", "PricingCurrencyEffectiveCost", "PricingCurrencyListUnitPrice",
         "SubAccountType", "AllocatedMethodDetails", "AllocatedMethodId", "AllocatedResourceId",
         "AllocatedResourceName", "AllocatedTags", "ContractApplied", "HostProviderName", "ServiceProviderName",
         "CommitmentProgramEligibilityDetails", "InvoiceDetailId", "x_columns", tenant_id, connection, part,
         billing_month, charge_day
  FROM infrazen.focus_charges;
SELECT publish_view('focus_1_4');
