// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

// docs/connector-manifest.md explains the format, README.md the settings.
namespace iz::selectel {

inline constexpr char kManifest[] = R"json({
  "manifest": 1,
  "id": "selectel",
  "version": "1.0.0",
  "title": "Selectel, and any OpenStack: servers, volumes, networks, Kubernetes, databases, hourly consumption",
  "provider": "selectel",
  "billing_time_zone": "Europe/Moscow",
  "settings": {
    "vendor": {"type": "enum", "values": ["selectel", "none"], "default": "selectel",
      "description": "none: a stock OpenStack, without any of Selectel's own services"},
    "provider_name": {"type": "string", "default": "Selectel", "description": "Whose cloud this is, in charges and accounts"},
    "account": {"type": "string", "required": true,
      "description": "Selectel: number of the account. Elsewhere: name of the Keystone domain"},
    "user": {"type": "string", "description": "Name of the service user; needed for everything but the bill"},
    "user_domain": {"type": "string", "description": "Domain of that user; the account if absent"},
    "auth_url": {"type": "string", "default": "https://cloud.api.selcloud.ru/identity/v3", "description": "Address of Keystone v3"},
    "interface": {"type": "enum", "values": ["public", "internal", "admin"], "default": "public", "description": "Which addresses of the catalogue are used"},
    "endpoint_hosts": {"type": "list", "default": [], "description": "Hosts of the catalogue beside that of auth_url and Selectel's own"},
    "projects": {"type": "list", "default": [], "description": "Ids or names of projects; empty = all that the user has a role in"},
    "regions": {"type": "list", "default": [], "description": "Only these regions; empty = all of the catalogue"},
    "without": {"type": "list", "default": [], "description": "Kinds that are not listed: backups, ports, …"},
    "page_size": {"type": "integer", "default": 500, "min": 1, "max": 1000, "description": "Rows per request"},
    "overlap": {"type": "duration", "default": "5m", "description": "Changes are asked for again so far back, for clocks that differ"},
    "spot_tag": {"type": "string", "default": "preemptible", "description": "Servers with this tag may be taken away at any time"},
    "api_url": {"type": "string", "default": "https://api.selectel.ru", "description": "Address of billing, projects and dedicated servers"},
    "registry_url": {"type": "string", "default": "https://cr.selcloud.ru/api/v1", "description": "Address of the container registry where the catalogue names none"},
    "billing_offset": {"type": "string", "default": "+03:00", "description": "What the bill's clock is ahead of UTC"},
    "provider_keys": {"type": "list", "default": ["vpc", "mks", "dbaas", "craas", "storage", "cdn"], "description": "Services whose consumption is asked for"},
    "locale": {"type": "string", "default": "ru", "description": "Language of names in the bill"},
    "costs_since": {"type": "string", "description": "First billing day to read, 2026-01-31; the first of the current month if absent"},
    "costs_window": {"type": "duration", "default": "48h", "min": 0, "max": 2678400, "description": "So far back hours are read again on each run, because they are restated"},
    "costs_chunk": {"type": "duration", "default": "6h", "min": 3600, "max": 86400, "description": "Hours per request; divides a day"},
    "report": {"type": "boolean", "default": true, "description": "Hold each month that is over against the report by project"},
    "report_after": {"type": "duration", "default": "3d", "min": 86400, "max": 2419200, "description": "How long after its end a month is settled"},
    "prediction_unit": {"type": "enum", "values": ["days", "hours"], "default": "days", "description": "Unit of the prediction when the balance ends"},
    "documents_window": {"type": "duration", "default": "48h", "min": 0, "max": 2678400, "description": "So far back transactions are read again"},
    "granularity": {"type": "duration", "default": "5m", "min": 60, "max": 86400, "description": "Distance of two points of Gnocchi"},
    "metrics_lag": {"type": "duration", "default": "10m", "description": "Points younger than this are left for the next run"},
    "metrics_overlap": {"type": "duration", "default": "15m", "min": 0, "max": 86400, "description": "Points so far back are read again on each run, for those that the provider gets late; 0s = none"},
    "metrics_since": {"type": "duration", "default": "1d", "max": 2592000, "description": "How far back the first run begins"},
    "cpu_metric": {"type": "enum", "values": ["cpu_util", "cpu"], "default": "cpu_util", "description": "cpu: nanoseconds, of which the rate is taken"}
  },
  "secrets": {
    "password": {"required": false, "description": "Password of the service user"},
    "api_key": {"required": false, "description": "Static key of the account (X-Token), for balances, billing and projects; without it the service user's token is used"}
  },
  "streams": {
    "inventory": {"interval": "15m", "full_every": "1d", "kinds": ["account", "resource", "relation", "retirement"],
      "incremental": "servers that changed since the last run, deleted ones included; volumes whole when one changed; everything else whole. Full once a day"},
    "costs": {"interval": "1h", "back_fill": true, "after": ["inventory"], "kinds": ["charge"],
      "incremental": "billing days of the last 48 hours (costs_window) again, earlier ones once; a settled month once more"},
    "metrics": {"interval": "5m", "after": ["inventory"], "kinds": ["metric"], "incremental": "points after the cursor, and those of 15 minutes before it (metrics_overlap) again"},
    "balance": {"interval": "1h", "kinds": ["balance"], "incremental": "the balances now"},
    "documents": {"interval": "6h", "back_fill": true, "kinds": ["document"], "incremental": "transactions after the cursor, and 48 hours before it (documents_window) again"}
  },
  "hosts": ["*.selcloud.ru", "api.selectel.ru", "{auth_url}", "{api_url}", "{registry_url}", "{endpoint_hosts}"],
  "permissions": [
    {"name": "role reader on the account", "why": "to list the projects"},
    {"name": "role reader on each project", "why": "to list servers, volumes, networks, clusters, databases and registries, and to read metrics"},
    {"name": "role billing on the account, or a static key", "why": "to read consumption, balances, transactions and reports"}
  ],
  "sensitive_fields": [],
  "extension_columns": [
    {"name": "flavor", "type": "text", "description": "Size of a server, by its flavor's name"},
    {"name": "cpu_cores", "type": "integer", "description": "Cores of a server or database node"},
    {"name": "memory_gb", "type": "integer", "description": "Memory, whole GiB, rounded up"},
    {"name": "operating_system", "type": "text", "description": "Of the image a volume or server was made from, where it says"},
    {"name": "volume_type", "type": "text", "description": "fast.ru-3b"},
    {"name": "volume_size_gb", "type": "integer", "description": "GiB of a volume, snapshot, share, node"},
    {"name": "ip_addresses", "type": "json", "description": "Fixed and floating addresses"},
    {"name": "security_groups", "type": "json", "description": "Names, of ports ids"},
    {"name": "project_id", "type": "text", "description": "Project"},
    {"name": "datacenter", "type": "text", "description": "Availability zone, or location of a dedicated server"}
  ]
})json";

}  // namespace iz::selectel
