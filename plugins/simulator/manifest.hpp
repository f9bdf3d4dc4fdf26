// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

// docs/connector-manifest.md explains the format, README.md the settings.
namespace simulator {

inline constexpr char kManifest[] = R"json({
  "manifest": 1,
  "id": "simulator",
  "version": "1.0.0",
  "title": "Simulated estate",
  "provider": "simulator",
  "billing_time_zone": "UTC",
  "settings": {
    "seed": {"type": "integer", "default": 1, "min": 0, "description": "The same seed gives the same estate"},
    "resources": {"type": "integer", "default": 200, "min": 1, "max": 10000000, "description": "Resources at the start"},
    "accounts": {"type": "integer", "default": 3, "min": 1, "max": 1000, "description": "Billing accounts"},
    "folders": {"type": "integer", "default": 4, "min": 1, "max": 10000, "description": "Folders per account; each is a scope"},
    "regions": {"type": "integer", "default": 3, "min": 1, "max": 6, "description": "Regions"},
    "currency": {"type": "string", "default": "RUB", "description": "ISO 4217 code of all amounts"},
    "growth": {"type": "number", "default": 0.03, "min": 0, "max": 10, "description": "New resources a month, as a share"},
    "churn": {"type": "number", "default": 0.01, "min": 0, "max": 1, "description": "Deleted resources a month, as a share"},
    "waste": {"type": "number", "default": 0.08, "min": 0, "max": 1, "description": "Idle machines and unattached disks, as a share"},
    "incidents": {"type": "number", "default": 0.02, "min": 0, "max": 30, "description": "Cost and load spikes per resource and month"},
    "columns": {"type": "integer", "default": 30, "min": 8, "max": 30, "description": "Columns of the inventory"},
    "changed_fraction": {"type": "number", "default": 0, "min": 0, "max": 1, "description": "Share of the inventory that differs from the run before"},
    "charges_per_day": {"type": "integer", "default": 1, "min": 1, "max": 24, "description": "Charges per resource and day"},
    "series_per_resource": {"type": "integer", "default": 3, "min": 1, "max": 1000, "description": "Metrics per resource"},
    "points_per_run": {"type": "integer", "default": 0, "min": 0, "max": 65536, "description": "Points per series and run; 0 = up to now"},
    "point_interval": {"type": "duration", "default": "60s", "description": "Distance of two points"},
    "logs_per_day": {"type": "number", "default": 2, "min": 0, "max": 1000, "description": "Log lines per resource and day"},
    "full_doubles": {"type": "boolean", "default": false, "description": "Metric values with every digit of a double instead of two decimals: what packs worst"},
    "history_days": {"type": "integer", "default": 35, "min": 0, "max": 3650, "description": "How far back the first run of a stream begins"},
    "metrics_days": {"type": "integer", "default": 2, "min": 0, "max": 3650, "description": "How far back the first run of metrics begins"},
    "rows_per_second": {"type": "integer", "default": 0, "min": 0, "max": 1000000000, "description": "Speed limit; 0 = none"},
    "since": {"type": "string", "default": "2026-01-01", "description": "When the estate had `resources` resources; growth and churn count from here"},
    "now": {"type": "string", "default": "", "description": "Freezes the time, RFC 3339; empty = the clock"}
  },
  "secrets": {},
  "streams": {
    "inventory": {"interval": "15m", "kinds": ["account", "resource", "relation", "retirement"], "incremental": "lists everything; the cursor counts inventories"},
    "costs": {"interval": "1h", "back_fill": true, "after": ["inventory"], "full_every": "168h", "kinds": ["charge"], "incremental": "whole months, from the first that is not settled"},
    "metrics": {"interval": "5m", "back_fill": true, "after": ["inventory"], "kinds": ["metric"], "incremental": "points after the cursor"},
    "logs": {"interval": "5m", "after": ["inventory"], "kinds": ["log"], "incremental": "lines after the cursor"},
    "components": {"interval": "6h", "after": ["inventory"], "kinds": ["component"], "incremental": "lists everything"},
    "prices": {"interval": "24h", "kinds": ["price"], "incremental": "lists everything"},
    "rates": {"interval": "24h", "kinds": ["rate"], "incremental": "days after the cursor"},
    "balance": {"interval": "1h", "kinds": ["balance"], "incremental": "the balance now"},
    "documents": {"interval": "24h", "kinds": ["document"], "incremental": "months after the cursor"}
  },
  "hosts": [],
  "permissions": [],
  "sensitive_fields": [],
  "extension_columns": [
    {"name": "revision", "type": "integer", "description": "How often the resource was changed"},
    {"name": "flavor", "type": "text", "description": "Size"},
    {"name": "owner", "type": "text", "description": "Team"},
    {"name": "cost_center", "type": "text", "description": "Cost centre"},
    {"name": "host_name", "type": "text", "description": "Name in the internal DNS"},
    {"name": "serial", "type": "integer", "description": "A number that never changes"}
  ]
})json";

}  // namespace simulator
