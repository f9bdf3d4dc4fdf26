// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/known_rows_load.hpp"

namespace iz::store {

void load_known(MarkSession& session, const std::string& select, const StreamLease& lease,
                const std::function<void(const Uuid&, const Uuid&, std::int64_t)>& with) {
  session.exec("BEGIN READ ONLY");
  try {
    session.exec("SET LOCAL cursor_tuple_fraction = 1");  // all of it will be read: no index for the sake of the first rows
    session.exec("DECLARE iz_known NO SCROLL CURSOR FOR " + select, {lease.tenant_id, lease.stream_id});
    for (;;) {
      const PgResult rows = session.exec_binary("FETCH 16384 FROM iz_known");
      for (int row = 0; row < rows.rows(); ++row) {
        with(rows.binary_uuid(row, 0), rows.binary_uuid(row, 1), rows.null(row, 2) ? 0 : rows.binary_i64(row, 2));
      }
      if (rows.rows() < 16384) break;
    }
    session.exec("COMMIT");
  } catch (...) {
    session.disconnect();  // whatever state the transaction is in, the next user starts afresh
    throw;
  }
}

}  // namespace iz::store
