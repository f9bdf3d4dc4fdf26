-- SPDX-License-Identifier: Apache-2.0
-- Copyright The InfraZen authors
--
-- 0006: what is concluded from resources, usage and costs: tag categories, allocation rules, usage summaries, trends,
-- recommendations. Money is numeric without a fixed scale; every figure of money names its currency.

CREATE TABLE infrazen.tag_categories (
    tenant_id      integer NOT NULL,
    id             bigint  GENERATED ALWAYS AS IDENTITY,
    category_name  text    NOT NULL,  -- business, technical, cost
    description    text,
    is_required    boolean NOT NULL DEFAULT false,  -- required for cost allocation
    allowed_values jsonb   CHECK (jsonb_typeof(allowed_values) = 'array'),  -- NULL: any value
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, category_name)
);
SELECT infrazen.protect_table('tag_categories');

CREATE TABLE infrazen.cost_allocations (
    tenant_id             integer     NOT NULL,
    id                    bigint      GENERATED ALWAYS AS IDENTITY,
    resource_id           bigint,     -- NULL: the rule's conditions choose
    allocation_method     text        NOT NULL CHECK (allocation_method IN ('direct', 'proportional', 'fixed')),
    business_unit         text,
    project_id            text,
    cost_center           text,
    allocation_percentage numeric     CHECK (allocation_percentage BETWEEN 0 AND 100),
    fixed_amount          numeric,
    currency              text,
    rule_conditions       jsonb,
    priority              integer     NOT NULL DEFAULT 0,
    is_active             boolean     NOT NULL DEFAULT true,
    valid_from            date,       -- billing days; NULL: always
    valid_to              date,       -- exclusive
    created_at            timestamptz NOT NULL DEFAULT now(),
    created_by            text        NOT NULL DEFAULT session_user,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES infrazen.resource_items (tenant_id, id),
    CHECK (fixed_amount IS NULL OR currency IS NOT NULL),
    CHECK (allocation_method <> 'fixed' OR fixed_amount IS NOT NULL),
    CHECK (valid_to IS NULL OR valid_from IS NULL OR valid_to > valid_from)
);
CREATE INDEX cost_allocations_resource ON infrazen.cost_allocations (tenant_id, resource_id);
CREATE INDEX cost_allocations_order ON infrazen.cost_allocations (tenant_id, priority, id) WHERE is_active;
SELECT infrazen.protect_table('cost_allocations');

CREATE TABLE infrazen.resource_usage_summary (
    tenant_id           integer     NOT NULL,
    id                  bigint      GENERATED ALWAYS AS IDENTITY,
    resource_id         bigint      NOT NULL,
    period_start        timestamptz NOT NULL,
    period_end          timestamptz NOT NULL,
    avg_cpu_utilization numeric,
    max_cpu_utilization numeric,
    avg_memory_usage_gb numeric,
    max_memory_usage_gb numeric,
    uptime_hours        numeric,
    storage_used_gb     numeric,
    io_operations       bigint,
    data_transfer_gb    numeric,
    ingress_traffic_gb  numeric,
    egress_traffic_gb   numeric,
    connection_count    bigint,
    total_cost          numeric,
    cost_per_hour       numeric,
    currency            text,
    created_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, resource_id, period_start, period_end),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES infrazen.resource_items (tenant_id, id),
    CHECK (period_end > period_start),
    CHECK (total_cost IS NULL OR currency IS NOT NULL)
);
CREATE INDEX resource_usage_summary_period ON infrazen.resource_usage_summary (tenant_id, period_start);
SELECT infrazen.protect_table('resource_usage_summary');

CREATE TABLE infrazen.cost_trends (
    tenant_id              integer     NOT NULL,
    id                     bigint      GENERATED ALWAYS AS IDENTITY,
    resource_id            bigint      NOT NULL,
    period_start           timestamptz NOT NULL,
    period_end             timestamptz NOT NULL,
    total_cost             numeric     NOT NULL,
    currency               text        NOT NULL,
    cost_trend             text        CHECK (cost_trend IN ('increasing', 'decreasing', 'stable')),
    cost_variance          numeric,
    cost_efficiency_score  numeric     CHECK (cost_efficiency_score BETWEEN 0 AND 100),
    usage_cost_ratio       numeric,
    utilization_efficiency numeric,
    predicted_cost         numeric,
    confidence_score       numeric     CHECK (confidence_score BETWEEN 0 AND 100),
    created_at             timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, resource_id, period_start, period_end, currency),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES infrazen.resource_items (tenant_id, id),
    CHECK (period_end > period_start)
);
CREATE INDEX cost_trends_period ON infrazen.cost_trends (tenant_id, period_start);
SELECT infrazen.protect_table('cost_trends');

CREATE TABLE infrazen.optimization_recommendations (
    tenant_id             integer     NOT NULL,
    id                    bigint      GENERATED ALWAYS AS IDENTITY,
    resource_id           bigint      NOT NULL,
    recommendation_type   text        NOT NULL,  -- rightsize, cleanup, reserved, …
    title                 text        NOT NULL,
    description           text,
    category              text        CHECK (category IN ('cost', 'performance', 'security')),
    estimated_savings     numeric,    -- a month
    currency              text,
    confidence_score      numeric     CHECK (confidence_score BETWEEN 0 AND 100),
    implementation_effort text        CHECK (implementation_effort IN ('low', 'medium', 'high')),
    action_required       text,
    prerequisites         jsonb,
    risks                 jsonb,
    status                text        NOT NULL DEFAULT 'pending'
                                      CHECK (status IN ('pending', 'approved', 'implemented', 'dismissed', 'expired')),
    priority              integer     NOT NULL DEFAULT 0,
    created_at            timestamptz NOT NULL DEFAULT now(),
    created_by            text        NOT NULL DEFAULT session_user,
    reviewed_by           text,
    reviewed_at           timestamptz,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, resource_id) REFERENCES infrazen.resource_items (tenant_id, id),
    CHECK (estimated_savings IS NULL OR currency IS NOT NULL)
);
-- The same advice is open once.
CREATE UNIQUE INDEX optimization_recommendations_open
    ON infrazen.optimization_recommendations (tenant_id, resource_id, recommendation_type) WHERE status IN ('pending', 'approved');
CREATE INDEX optimization_recommendations_status ON infrazen.optimization_recommendations (tenant_id, status, priority);
SELECT infrazen.protect_table('optimization_recommendations');
