// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/streams/audit.hpp"

#include "store/session/session.hpp"
#include "store/streams/audit_row.hpp"

namespace iz::store {

void audit_in(pqxx::transaction_base& tx, const AuditEntry& entry) {
  query(tx, "INSERT INTO infrazen.audit (tenant_id, actor, action, object, details) VALUES (nullif($1, 0), $2, $3, $4, $5::jsonb)",
        entry.tenant_id.value_or(0), entry.actor, entry.action, entry.object, entry.details_json);
}

void audit(Database& database, const AuditEntry& entry) {
  in_transaction(database, "write the audit", [&](pqxx::work& tx) { audit_in(tx, entry); });
}

std::vector<AuditRow> load_audit(Database& database, std::size_t limit, std::string_view action) {
  return in_transaction(database, "read the audit", [&](pqxx::work& tx) {
    std::vector<AuditRow> list;
    for (const auto& row : query(tx, R"(
           SELECT coalesce(tenant_id, 0), actor, action, object, details::text, audit_id,
                  to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
           FROM infrazen.audit WHERE $2 = '' OR action = $2 ORDER BY audit_id DESC LIMIT $1)",
                                 static_cast<std::int64_t>(limit), std::string(action))) {
      AuditRow entry;
      if (const auto tenant = row[0].as<std::int32_t>(); tenant != 0) entry.tenant_id = tenant;
      entry.actor = row[1].as<std::string>();
      entry.action = row[2].as<std::string>();
      entry.object = row[3].as<std::string>();
      entry.details_json = row[4].as<std::string>();
      entry.audit_id = row[5].as<std::int64_t>();
      entry.at = row[6].as<std::string>();
      list.push_back(std::move(entry));
    }
    return list;
  });
}

}  // namespace iz::store
