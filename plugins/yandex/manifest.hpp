// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

// docs/connector-manifest.md explains the format, README.md the settings.
namespace iz::yandex {

inline constexpr char kManifest[] = R"json({
  "manifest": 1,
  "id": "yandex",
  "version": "1.0.0",
  "title": "Yandex Cloud",
  "provider": "yandex",
  "billing_time_zone": "Europe/Moscow",
  "settings": {
    "auth": {"type": "enum", "values": ["key", "metadata", "oauth"], "default": "key",
      "description": "key: authorized key of a service account. metadata: the service account of the provider's machine this runs on. oauth: deprecated"},
    "key_id": {"type": "string", "default": "", "description": "\"id\" of the authorized key's file; with auth: key"},
    "service_account_id": {"type": "string", "default": "", "description": "\"service_account_id\" of the authorized key's file; with auth: key"},
    "domain": {"type": "string", "default": "api.cloud.yandex.net",
      "description": "Domain of the services' addresses: api.yandexcloud.kz for the installation in Kazakhstan"},
    "token_audience": {"type": "string", "default": "https://iam.api.cloud.yandex.net/iam/v1/tokens",
      "description": "Whom the signed JWT is for, with auth: key: a name, whatever the address is"},
    "discover_endpoints": {"type": "boolean", "default": true, "description": "Ask the installation's registry for the services' addresses"},
    "storage_region": {"type": "string", "default": "ru-central1", "description": "Region that requests signed with static_key name"},
    "endpoints": {"type": "map", "default": {}, "description": "Service → https:// address, before anything else; \"*\" stands for all that are not named"},
    "organizations": {"type": "list", "default": [], "description": "Ids of organizations; empty = all the credential sees"},
    "clouds": {"type": "list", "default": [], "description": "Ids of clouds; empty = all of the organizations"},
    "folders": {"type": "list", "default": [], "description": "Ids of folders; when given, nothing above them needs to be seen"},
    "kinds": {"type": "list", "default": [], "description": "Types of resources to list (compute.instance, mdb.*); empty = all"},
    "without_kinds": {"type": "list", "default": [], "description": "Types of resources not to list, for services that are not used or may not be read"},
    "metrics_grid": {"type": "duration", "default": "1h", "min": 60, "max": 86400, "description": "Distance of two points of a metric"},
    "metrics_history": {"type": "duration", "default": "7d", "min": 3600, "description": "How far back the first run of the metrics begins; after a week the provider thins them out"},
    "metrics_overlap": {"type": "duration", "default": "15m", "min": 0, "max": 86400, "description": "Steps so far back are read again on each run, for points that the provider gets late; 0s = none"},
    "audit_bucket": {"type": "string", "default": "", "description": "Bucket that an audit trail writes to; empty = none"},
    "audit_prefix": {"type": "string", "default": "", "description": "Object prefix of the trail"},
    "audit_history": {"type": "duration", "default": "7d", "min": 3600, "description": "How far back the first run of the logs begins"},
    "details": {"type": "boolean", "default": true, "description": "Ask for what takes requests per resource: sizes and tags of buckets, versions of functions, revisions of containers"},
    "page_size": {"type": "integer", "default": 1000, "min": 10, "max": 1000, "description": "Resources per request"},
    "billing_accounts": {"type": "list", "default": [], "description": "Ids of billing accounts; empty = all the credential sees"},
    "billing_bucket": {"type": "string", "default": "", "description": "Bucket with the billing export (CSV); empty = none"},
    "billing_prefix": {"type": "string", "default": "", "description": "What the names of the export's files in the bucket begin with"},
    "billing_path": {"type": "path", "description": "A folder to which the export was copied, instead of the bucket"},
    "billing_recheck": {"type": "duration", "default": "40d", "min": 172800, "description": "For so long after its last change all that is known of a file is kept; of older ones it may be forgotten, then only a later change is noticed"},
    "billing_locale": {"type": "enum", "values": ["any", "ru", "en"], "default": "any", "description": "The language taken where the same days were exported in two; any = the one that came first"},
    "vat": {"type": "enum", "values": ["included", "excluded", "none"], "default": "included", "description": "Whether the export's amounts contain value added tax; the provider does not say"},
    "vat_rates": {"type": "map", "default": {}, "description": "Day from which on → rate as a fraction; empty = those of Russia, for roubles only: 0.20, from 2026-01-01 0.22"},
    "estimates": {"type": "boolean", "default": false, "description": "Estimate today and yesterday from prices and configuration as long as the bill has not come"},
    "reconcile_every": {"type": "duration", "default": "0s", "description": "How often a month's imported days are compared with the provider's usage report, an account a run; 0s = never"},
    "sku_map": {"type": "map", "default": {}, "description": "Kind of resource and pricing unit → SKU, for estimates of what no bill has shown yet: sku_map.yaml"}
  },
  "secrets": {
    "key": {"required": false, "description": "The authorized key: the JSON file of `yc iam key create`, or its private key as PEM"},
    "static_key": {"required": false, "description": "Static access key for Object Storage, as KEY_ID:SECRET; without it the IAM token is used there, too"},
    "oauth_token": {"required": false, "description": "OAuth token of a user; with auth: oauth, deprecated"}
  },
  "streams": {
    "metrics": {"interval": "1h", "after": ["inventory"], "kinds": ["metric"],
      "incremental": "points of the steps that ended since the cursor, which knows the folders that are behind, and of those of the last 15 minutes before it (metrics_overlap) again"},
    "logs": {"interval": "5m", "kinds": ["log"], "incremental": "files written since the newest one read, some minutes overlapping; an event's id counts once"},
    "inventory": {"interval": "15m", "full_every": "24h", "kinds": ["account", "resource", "relation", "retirement"],
      "incremental": "lists every folder and kind whole, the provider has no change feed; audit events look single resources up in between; the cursor knows which folders there were"},
    "costs": {"interval": "1h", "back_fill": true, "full_every": "30d", "kinds": ["charge"],
      "incremental": "files of the export whose ETag, time or size changed are read again and replace their days by difference; the cursor knows the files"},
    "prices": {"interval": "24h", "kinds": ["price"], "incremental": "every SKU each time, the provider has no change feed; what did not change is not written"},
    "balance": {"interval": "1h", "kinds": ["account", "balance"], "incremental": "the balance as it is now"}
  },
  "webhook": {"stream": "inventory", "handles": true,
    "description": "Audit events: the body of a function's trigger on the trail's log group, queue or bucket, passed on as it is"},
  "hosts": ["api.cloud.yandex.net", "*.api.cloud.yandex.net", "storage.yandexcloud.net", "api.yandexcloud.kz", "*.api.yandexcloud.kz",
    "storage.yandexcloud.kz", "169.254.169.254", "localhost", "127.0.0.1"],
  "rate_limits": [{"host": "*.api.cloud.yandex.net", "per_second": 10, "burst": 20},
    {"host": "*.api.yandexcloud.kz", "per_second": 10, "burst": 20}],
  "permissions": [
    {"name": "monitoring.viewer", "why": "to read metrics; on the cloud or the folder"},
    {"name": "resource-manager.viewer", "why": "to find clouds and folders; on the organization or the cloud"},
    {"name": "viewer", "why": "to list resources, their sizes and states; on the cloud or the folder. auditor is enough where no sizes of buckets are wanted"},
    {"name": "billing.accounts.viewer", "why": "for balances, prices and usage reports (billing.accounts.getReport); on the billing account"},
    {"name": "storage.viewer", "why": "to read the billing export; on the bucket"}
  ],
  "sensitive_fields": [],
  "extension_columns": [
    {"name": "instance_type", "type": "text", "description": "kind of machine: platform and size, or the preset of a database host"},
    {"name": "cpu_cores", "type": "integer", "description": "virtual processors"},
    {"name": "memory_gb", "type": "integer", "description": "memory, GiB"},
    {"name": "operating_system", "type": "text", "description": "system and version"},
    {"name": "platform", "type": "text", "description": "processor platform, such as Intel Ice Lake"},
    {"name": "disk_type", "type": "text", "description": "network-ssd, network-hdd, …"},
    {"name": "disk_size_gb", "type": "integer", "description": "disk, GiB"},
    {"name": "storage_class", "type": "text", "description": "standard, cold or ice"},
    {"name": "ip_addresses", "type": "json", "description": "addresses of the resource"},
    {"name": "security_groups", "type": "json", "description": "ids of its security groups"},
    {"name": "folder_id", "type": "text", "description": "folder"},
    {"name": "cloud_id", "type": "text", "description": "cloud"},
    {"name": "organization_id", "type": "text", "description": "organisation"},
    {"name": "core_fraction", "type": "integer", "description": "guaranteed share of a core, percent"},
    {"name": "gpus", "type": "integer", "description": "graphics processors"},
    {"name": "preemptible", "type": "boolean", "description": "may be stopped by the provider at any time"}
  ]
})json";

}  // namespace iz::yandex
