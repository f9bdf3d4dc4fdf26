// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/run_sink.hpp"
#include "store/encoding/copy_binary.hpp"
#include "store/session/pg_result.hpp"

struct pg_conn;

// The path of a mark: COPY BINARY, cursor, run row and audit row in one transaction, fenced by epoch and mark number. Over
// libpq, because libpqxx 6 hides the connection and has no binary COPY. See docs/decisions/0003.
namespace iz::store {

// The right to write a stream, as streams.hpp handed it out. The daemon that took the stream over has a higher epoch.
struct StreamLease {
  std::int32_t tenant_id = 0;
  std::int32_t connection_id = 0;
  std::int32_t stream_id = 0;
  std::int64_t epoch = 0;
  std::int64_t mark_seq = 0;  // of the last mark we know of; a commit raises it
  std::int64_t listing_version = 0;  // when the lease was taken; raised by whoever else retires what the stream lists
  std::optional<std::chrono::sys_time<std::chrono::microseconds>> next_due;  // as it was when the lease was taken
  Uuid owner;
  std::string cursor;      // bytes of that mark
  std::string checkpoint;  // the connector's blob
};

// The server or the way to it is gone. What the server itself says (its disk is full, say) is a plain RunError.
class ConnectionLost : public records::RunError {
 public:
  using RunError::RunError;
};
// The stream is another daemon's by now; nothing was written.
class LeaseLost : public records::RunError {
 public:
  using RunError::RunError;
};

// One libpq connection, used by one thread at a time. Errors are RunErrors: transient when the connection or the server is
// at fault (also: disk full, deadlock), internal when the statement is.
class MarkSession {
 public:
  explicit MarkSession(std::string conninfo);  // Database::conninfo()
  ~MarkSession();
  MarkSession(const MarkSession&) = delete;
  MarkSession& operator=(const MarkSession&) = delete;

  // Opens the connection if there is none. The other members do so by themselves.
  void connect();
  void disconnect() noexcept;
  [[nodiscard]] bool connected() const noexcept { return connection_ != nullptr; }
  [[nodiscard]] const std::string& conninfo() const noexcept { return conninfo_; }

  PgResult exec(const std::string& sql, std::initializer_list<Param> params = {});
  PgResult exec(const std::string& sql, std::span<const Param> params);
  PgResult exec_binary(const std::string& sql, std::initializer_list<Param> params = {});  // result in binary form
  // Sends a statement and comes back; until its result() was taken the session is good for nothing else.
  void send(const std::string& sql, std::span<const Param> params);
  [[nodiscard]] bool answered();     // result() will not wait
  PgResult result();                 // of what was sent
  // Runs a "COPY … TO STDOUT (FORMAT binary)" and calls `row` with the bytes of each row, from its number of fields on.
  void copy_out(const std::string& sql, const std::function<void(std::string_view)>& row);

 private:
  friend class MarkTransaction;
  friend class CopyWriter;
  PgResult run(const std::string& sql, std::span<const Param> params, int result_format);
  void copy_begin(const std::string& sql);
  void copy_data(std::string_view bytes);
  void copy_end();
  void copy_abort() noexcept;
  [[noreturn]] void lost(const std::string& doing);

  PgResult checked(pg_result* result, const std::string& sql);

  std::string conninfo_;
  std::string sent_;  // what answered() and result() are about
  pg_conn* connection_ = nullptr;
};

// What a session is called (application_name) while a transaction of that stream is open in it.
[[nodiscard]] inline std::string mark_session_name(std::int32_t stream_id) {
  return "infrazend, stream " + std::to_string(stream_id);
}

// Whether somebody else has the stream by now: asked by a daemon whose session was ended, by the server or by a successor.
// Asks in a connection of its own making; what cannot be asked has not been taken.
[[nodiscard]] bool taken_over(MarkSession& session, const StreamLease& lease) noexcept;

// What one mark did, for the run row and the status.
struct MarkCounters {
  std::int64_t records = 0;
  std::int64_t bytes = 0;
  std::int64_t findings = 0;
  std::int64_t rejected = 0;
};

// One transaction that ends in a mark. Without commit() it is rolled back by the destructor and nothing of it remains.
class MarkTransaction {
 public:
  // Begins. `run_id` is the row of `runs` that the mark is counted in (streams.hpp); 0 = none.
  MarkTransaction(MarkSession& session, StreamLease& lease, std::int64_t run_id = 0);
  ~MarkTransaction();
  MarkTransaction(const MarkTransaction&) = delete;
  MarkTransaction& operator=(const MarkTransaction&) = delete;

  [[nodiscard]] const StreamLease& lease() const noexcept { return lease_; }
  [[nodiscard]] std::int64_t run_id() const noexcept { return run_id_; }

  PgResult exec(const std::string& sql, std::initializer_list<Param> params = {});
  PgResult exec(const std::string& sql, std::span<const Param> params);
  PgResult exec_binary(const std::string& sql, std::initializer_list<Param> params = {});

  // Starts COPY … FROM STDIN (FORMAT binary) into "table (column, …)". One at a time; call finish() on it before the next
  // statement. PostgreSQL refuses COPY into a table with row-level security for anybody but its owner, so the target is a
  // leaf partition (`infrazen.ensure_partition` returns its name; leaves carry no policy and no grant for readers) or a
  // temporary table whose rows an INSERT … SELECT then moves (copy_staged).
  [[nodiscard]] CopyWriter copy(const std::string& table_and_columns);
  // Creates (or empties) the temporary table iz_stage_<name> with the columns' types of `table`, and COPYs into it.
  // Afterwards: INSERT INTO table (columns) SELECT columns FROM iz_stage_<name> … It goes with the transaction.
  [[nodiscard]] CopyWriter copy_staged(const std::string& name, const std::string& table, const std::string& columns);

  // Ends the transaction with the fencing UPDATE of the stream (epoch and mark_seq as seen, else RunError "lease lost" and
  // nothing remains), the run row and the audit row. `checkpoint` null = unchanged; `keep_cursor` for targeted runs.
  // A connection lost during COMMIT is opened again to read whether it was committed: then it returns as if nothing had
  // happened, or throws a transient RunError that says the mark is not there. Raises lease.mark_seq, sets lease.cursor.
  void commit(std::string_view cursor, const MarkCounters& counters, std::string_view checkpoint = {},
              bool keep_cursor = false);
  void rollback() noexcept;

 private:
  void resolve_lost_commit();

  MarkSession& session_;
  StreamLease& lease_;
  std::int64_t run_id_;
  bool open_ = false;
};

}  // namespace iz::store
