// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "beget/inventory/listed_scope.hpp"
#include "beget/settings.hpp"
#include "support/json.hpp"

// A row of one of the cloud's listings as records. Only members that are named here are taken: the same objects hold
// passwords of applications (software.field_value), keys of buckets, logins of FTP.
namespace iz::beget {

void emit_vps(const Settings& settings, support::JsonValue row, ListedScope& scope);
void emit_service(const Settings& settings, support::JsonValue row, ListedScope& scope);
void emit_snapshot(const Settings& settings, support::JsonValue row, ListedScope& scope);
void emit_network(const Settings& settings, support::JsonValue row, ListedScope& scope);
void emit_project(const Settings& settings, support::JsonValue row, ListedScope& scope);
void emit_ssh_key(const Settings& settings, support::JsonValue row, ListedScope& scope);

}  // namespace iz::beget
