-- SPDX-License-Identifier: Apache-2.0
-- Copyright The InfraZen authors
--
-- 0007: what two providers say of a resource beyond the common columns. Tables of other providers come with their connectors; these
-- two are there from the start, so that reports can be written against them. A connector's manifest may add columns.

SELECT infrazen.ensure_extension_table('yandex', 'yandex', '[
  {"name": "instance_type",    "type": "text",    "description": "kind of machine"},
  {"name": "cpu_cores",        "type": "integer", "description": "virtual processors"},
  {"name": "memory_gb",        "type": "integer", "description": "memory, GiB"},
  {"name": "operating_system", "type": "text",    "description": "system and version"},
  {"name": "platform",         "type": "text",    "description": "processor platform, such as Intel Ice Lake"},
  {"name": "disk_type",        "type": "text",    "description": "network-ssd, network-hdd, …"},
  {"name": "disk_size_gb",     "type": "integer", "description": "disk, GiB"},
  {"name": "storage_class",    "type": "text",    "description": "standard, cold or ice"},
  {"name": "ip_addresses",     "type": "json",    "description": "addresses of the resource"},
  {"name": "security_groups",  "type": "json",    "description": "ids of its security groups"},
  {"name": "folder_id",        "type": "text",    "description": "folder"},
  {"name": "cloud_id",         "type": "text",    "description": "cloud"},
  {"name": "organization_id",  "type": "text",    "description": "organisation"}]');

SELECT infrazen.ensure_extension_table('selectel', 'selectel', '[
  {"name": "flavor",           "type": "text",    "description": "flavor, such as standard-4-8"},
  {"name": "cpu_cores",        "type": "integer", "description": "virtual processors"},
  {"name": "memory_gb",        "type": "integer", "description": "memory, GiB"},
  {"name": "operating_system", "type": "text",    "description": "system and version"},
  {"name": "volume_type",      "type": "text",    "description": "ssd, hdd, …"},
  {"name": "volume_size_gb",   "type": "integer", "description": "volume, GiB"},
  {"name": "ip_addresses",     "type": "json",    "description": "addresses of the resource"},
  {"name": "security_groups",  "type": "json",    "description": "ids of its security groups"},
  {"name": "project_id",       "type": "text",    "description": "project"},
  {"name": "datacenter",       "type": "text",    "description": "data centre, such as msk-a"}]');
