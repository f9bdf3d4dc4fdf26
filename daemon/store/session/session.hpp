// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>

#include <pqxx/pqxx>

#include "records/run_sink.hpp"
#include "store/session/database.hpp"

// Only for .cpp files inside store/ (the architecture test sees to it).
namespace iz::store {

class Session {
 public:
  // Its transactions are short. One that is left open, because the process was stopped in its middle, keeps nobody waiting for
  // good. Those of marks may wait for their connectors: see acquire_lease.
  explicit Session(const std::string& conninfo) : connection_(conninfo) {
    pqxx::nontransaction(connection_).exec("SET idle_in_transaction_session_timeout = '30s'");
  }
  [[nodiscard]] pqxx::connection& connection() noexcept { return connection_; }

  std::uint64_t generation = 0;

 private:
  pqxx::connection connection_;
};

// An open session. RunError (transient) when the server cannot be reached, with libpq's reason; (config) when it refuses
// the login.
[[nodiscard]] std::unique_ptr<Session> open_session(const std::string& conninfo);

// Runs a statement with $1, $2, … in libpqxx 6 and 7 alike.
template <typename... Args>
pqxx::result query(pqxx::transaction_base& tx, const std::string& sql, Args&&... args) {
#if defined(PQXX_VERSION_MAJOR) && (PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 9))
  return tx.exec(sql, pqxx::params{std::forward<Args>(args)...});
#else
  return tx.exec_params(sql, std::forward<Args>(args)...);
#endif
}

// What a libpqxx exception means to a run: lost connection, full disk and serialisation are transient, the rest internal.
// `doing` completes "PostgreSQL refused to …".
[[noreturn]] void rethrow_as_run_error(const char* doing);

// Calls `work`; what libpqxx throws becomes a RunError.
template <typename Work>
auto translated(const char* doing, Work&& work) {
  try {
    return work();
  } catch (const records::RunError&) {
    throw;
  } catch (const SchemaError&) {
    throw;
  } catch (...) {
    rethrow_as_run_error(doing);
  }
}

// One transaction on a session of the pool: `in_transaction(db, "renew a lease", [&](pqxx::work& tx) { … })`.
template <typename Work>
auto in_transaction(Database& database, const char* doing, Work&& work) {
  return translated(doing, [&] {
    auto session = database.session();
    pqxx::work tx(session->connection());
    if constexpr (std::is_void_v<decltype(work(tx))>) {
      work(tx);
      tx.commit();
    } else {
      auto result = work(tx);
      tx.commit();
      return result;
    }
  });
}

}  // namespace iz::store
