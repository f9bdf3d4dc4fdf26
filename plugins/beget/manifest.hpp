// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

// docs/connector-manifest.md explains the format, README.md the settings.
namespace iz::beget {

inline constexpr char kManifest[] = R"json({
  "manifest": 1,
  "id": "beget",
  "version": "1.0.0",
  "title": "Beget: hosting and cloud",
  "provider": "beget",
  "billing_time_zone": "Europe/Moscow",
  "settings": {
    "login": {"type": "string", "required": true, "description": "Login of the account. It is the billing account's id"},
    "cloud_login": {"type": "string", "default": "", "description": "Who signs in to the cloud, if it is another user"},
    "utc_offset": {"type": "string", "default": "+03:00", "description": "Zone of Beget's days and of dates that have none"},
    "charge_stopped": {"type": "boolean", "default": true, "description": "A stopped server costs its price"},
    "charge_archived": {"type": "boolean", "default": false, "description": "An archived server costs its price"},
    "charge_suspended": {"type": "boolean", "default": false, "description": "A service suspended for lack of money costs its price"},
    "additional_ip_price": {"type": "number", "default": 0, "min": 0, "description": "RUB a day for an additional address, which the API does not say; 0: not charged"},
    "year_plan": {"type": "enum", "values": ["prepaid", "daily"], "default": "prepaid", "description": "How a plan for a year is paid: at once, or drawn day by day"},
    "accrue_domains": {"type": "boolean", "default": true, "description": "Renewal prices of domains are spread over the year"},
    "true_up": {"type": "enum", "values": ["adjust", "report", "off"], "default": "adjust", "description": "What becomes of a difference between balance and accrual: a charge, a finding, nothing"},
    "amount_basis": {"type": "enum", "values": ["gross", "net", "unknown"], "default": "gross", "description": "Whether prices contain VAT"},
    "page_size": {"type": "integer", "default": 100, "min": 2, "max": 1000, "description": "Rows of a page of the cloud's listings"},
    "mailboxes": {"type": "boolean", "default": true, "description": "Mailboxes are listed: one call per domain"},
    "hosting_pause": {"type": "duration", "default": "1s", "description": "Between two calls of the hosting API, whose limit is not documented"},
    "statistics": {"type": "list", "default": ["cpu", "memory", "disk", "disk-usage", "network", "load-average"], "description": "Statistics of servers and databases that are read: one call each"},
    "size_unit": {"type": "enum", "values": ["bytes", "kilobytes", "megabytes"], "default": "bytes", "description": "Unit of the sizes of buckets and snapshots"},
    "disk_usage_unit": {"type": "string", "default": "unknown", "description": "Unit that is kept with disk usage"},
    "disk_unit": {"type": "string", "default": "unknown", "description": "Unit that is kept with disk reads and writes"},
    "network_unit": {"type": "string", "default": "unknown", "description": "Unit that is kept with network traffic"},
    "base_url": {"type": "string", "default": "https://api.beget.com", "description": "Address of both APIs"}
  },
  "secrets": {
    "api_password": {"required": false, "description": "Password of the hosting API, set in the panel under API"},
    "cloud_password": {"required": false, "description": "Password of the cloud's user. It opens everything that user may do: make one for this"}
  },
  "streams": {
    "inventory": {"interval": "15m", "kinds": ["account", "resource", "relation", "retirement"],
      "incremental": "lists everything, which is a call or two per kind; what did not change is not written"},
    "costs": {"interval": "1h", "back_fill": true, "kinds": ["charge"],
      "incremental": "today, and the days since the last run; the cursor keeps what cost money then and the balance"},
    "metrics": {"interval": "15m", "back_fill": true, "after": ["inventory"], "kinds": ["metric"],
      "incremental": "points after the last one of each series, out of the smallest window that reaches back to it"},
    "logs": {"interval": "1h", "back_fill": true, "after": ["inventory"], "kinds": ["log"],
      "incremental": "events since a day before the last run; an event that was stored is stored once"},
    "prices": {"interval": "1d", "kinds": ["price"], "incremental": "lists everything; a price that is the same makes no new row"},
    "balance": {"interval": "1h", "kinds": ["balance"], "incremental": "the balance of now"}
  },
  "hosts": ["api.beget.com", "{base_url}"],
  "permissions": [
    {"name": "section user", "why": "hosting API: plan, balance, days left"},
    {"name": "section site", "why": "hosting API: sites"},
    {"name": "section mysql", "why": "hosting API: databases"},
    {"name": "section domain", "why": "hosting API: domains and their prices"},
    {"name": "section ftp", "why": "hosting API: FTP accounts"},
    {"name": "section mail", "why": "hosting API: mailboxes"},
    {"name": "section stat", "why": "hosting API: load of sites and databases"},
    {"name": "section backup", "why": "hosting API: log of backups"},
    {"name": "cloud: servers", "why": "a user of the cloud, without a second factor, who may read servers"},
    {"name": "cloud: services", "why": "the same user: databases, S3, CDN"}
  ],
  "sensitive_fields": [],
  "extension_columns": [
    {"name": "slug", "type": "text", "description": "Short name in addresses"},
    {"name": "hostname", "type": "text", "description": "Host name"},
    {"name": "ip_address", "type": "text", "description": "Main or additional address"},
    {"name": "configuration_id", "type": "text", "description": "Id of the configuration"},
    {"name": "configuration_name", "type": "text", "description": "Name of the configuration"},
    {"name": "configuration_group", "type": "text", "description": "Class of the configuration"},
    {"name": "price_month", "type": "decimal", "description": "RUB a month, as listed; the day's price is list_price"},
    {"name": "disk_used_bytes", "type": "integer", "description": "Used of the disk, the database or the bucket"},
    {"name": "disk_free_bytes", "type": "integer", "description": "Left of the disk or the database"}
  ]
})json";

}  // namespace iz::beget
