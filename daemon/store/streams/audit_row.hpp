// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <pqxx/pqxx>

#include "store/streams/audit.hpp"

namespace iz::store {

// Within a transaction that does what the entry tells of. Only for .cpp files inside store/.
void audit_in(pqxx::transaction_base& tx, const AuditEntry& entry);

}  // namespace iz::store
