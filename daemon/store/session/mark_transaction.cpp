// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <chrono>
#include <thread>

#include <infrazen/abi/base.h>

#include "records/fault_point.hpp"
#include "records/run_sink.hpp"
#include "store/session/mark_session.hpp"

namespace iz::store {

namespace {

// One round trip: fence, run row and audit row live or die together.
constexpr const char* kSeal = R"(
WITH fence AS (
  UPDATE infrazen.streams
  SET cursor = CASE WHEN $8 THEN cursor ELSE $4::bytea END, checkpoint = coalesce($5::bytea, checkpoint),
      mark_seq = mark_seq + 1, last_mark = clock_timestamp()
  WHERE stream_id = $1 AND epoch = $2 AND mark_seq = $3
  RETURNING tenant_id, connection_id, stream, mark_seq),
counted AS (
  UPDATE infrazen.runs
  SET marks = marks + 1, records = records + $6::bigint, bytes = bytes + $7::bigint, findings = findings + $9::bigint,
      rejected = rejected + $10::bigint, last_mark_at = clock_timestamp()
  WHERE run_id = $11 AND EXISTS (SELECT FROM fence)),
logged AS (
  INSERT INTO infrazen.audit (tenant_id, at, actor, action, object, details)
  SELECT f.tenant_id, clock_timestamp(), 'daemon', 'mark', c.name || '/' || f.stream,
         jsonb_build_object('run_id', $11::bigint, 'mark_seq', f.mark_seq, 'epoch', $2::bigint, 'records', $6::bigint)
  FROM fence f JOIN infrazen.connections c USING (connection_id))
SELECT count(*) FROM fence)";

LeaseLost lease_lost() {
  return {IZ_ERR_TRANSIENT,
          "lease lost: another daemon has taken this stream over, so nothing since the last mark was written; this run ends and "
          "the other one's goes on"};
}

}  // namespace

MarkTransaction::MarkTransaction(MarkSession& session, StreamLease& lease, std::int64_t run_id)
    : session_(session), lease_(lease), run_id_(run_id) {
  // Named, for whoever looks at pg_stat_activity, and for the daemon that takes the stream over (acquire_lease).
  session_.exec("BEGIN");
  open_ = true;
  session_.exec("SELECT set_config('application_name', $1, true)", {mark_session_name(lease.stream_id)});
}

MarkTransaction::~MarkTransaction() { rollback(); }

void MarkTransaction::rollback() noexcept {
  if (!open_) return;
  open_ = false;
  try {
    if (session_.connected()) session_.exec("ROLLBACK");
  } catch (const std::exception&) {
    session_.disconnect();  // the server rolls back by itself
  }
}

// A session that was lost must not be opened anew in the middle of a transaction: the rest would commit without its beginning.
PgResult MarkTransaction::exec(const std::string& sql, std::initializer_list<Param> params) {
  if (!open_ || !session_.connected()) throw ConnectionLost(IZ_ERR_TRANSIENT, "the mark's transaction is gone");
  return session_.exec(sql, params);
}

PgResult MarkTransaction::exec(const std::string& sql, std::span<const Param> params) {
  if (!open_ || !session_.connected()) throw ConnectionLost(IZ_ERR_TRANSIENT, "the mark's transaction is gone");
  return session_.exec(sql, params);
}

PgResult MarkTransaction::exec_binary(const std::string& sql, std::initializer_list<Param> params) {
  if (!open_ || !session_.connected()) throw ConnectionLost(IZ_ERR_TRANSIENT, "the mark's transaction is gone");
  return session_.exec_binary(sql, params);
}

CopyWriter MarkTransaction::copy(const std::string& table_and_columns) {
  if (!open_ || !session_.connected()) throw ConnectionLost(IZ_ERR_TRANSIENT, "the mark's transaction is gone");
  return {session_, "COPY " + table_and_columns + " FROM STDIN (FORMAT binary)"};
}

CopyWriter MarkTransaction::copy_staged(const std::string& name, const std::string& table, const std::string& columns) {
  const std::string stage = "iz_stage_" + name;
  exec("CREATE TEMPORARY TABLE IF NOT EXISTS " + stage + " ON COMMIT DROP AS SELECT " + columns + " FROM " + table +
       " WITH NO DATA");
  exec("TRUNCATE pg_temp." + stage);
  return copy("pg_temp." + stage + " (" + columns + ")");
}

void MarkTransaction::commit(std::string_view cursor, const MarkCounters& counters, std::string_view checkpoint,
                             bool keep_cursor) {
  if (records::mutant("cursor_apart") && !keep_cursor) {
    // What the crash test must find: the cursor is durable before the records are.
    MarkSession apart(session_.conninfo());
    apart.exec("UPDATE infrazen.streams SET cursor = $2::bytea WHERE stream_id = $1",
               {lease_.stream_id, Param::binary(cursor.data() == nullptr ? std::string_view("") : cursor)});
  }
  records::fault_point("mark.before_fence");
  const auto seal = [&] {
    try {
      return exec(kSeal, {lease_.stream_id, lease_.epoch, lease_.mark_seq,
                                   Param::binary(cursor.data() == nullptr ? std::string_view("") : cursor),
                                   checkpoint.data() == nullptr ? Param(nullptr) : Param::binary(checkpoint),
                                   counters.records, counters.bytes, keep_cursor, counters.findings, counters.rejected, run_id_});
    } catch (const ConnectionLost&) {
      open_ = false;
      if (taken_over(session_, lease_)) throw lease_lost();  // by a successor that has ended our session (acquire_lease)
      throw;
    }
  };
  const PgResult sealed = seal();
  if (sealed.i64(0, 0) != 1) {
    rollback();
    throw lease_lost();
  }
  records::fault_point("mark.before_commit");
  open_ = false;
  try {
    session_.exec("COMMIT");
  } catch (const records::RunError&) {
    if (session_.connected()) throw;  // the server said no: a deferred check, a full disk
    resolve_lost_commit();
  }
  records::fault_point("mark.after_commit");
  ++lease_.mark_seq;
  if (!keep_cursor) lease_.cursor = cursor;
  if (checkpoint.data() != nullptr) lease_.checkpoint = checkpoint;
}

bool taken_over(MarkSession& session, const StreamLease& lease) noexcept {
  try {
    session.disconnect();
    const auto row = session.exec("SELECT epoch FROM infrazen.streams WHERE stream_id = $1", {lease.stream_id});
    return row.rows() == 0 || row.i64(0, 0) != lease.epoch;
  } catch (const std::exception&) {
    return false;
  }
}

// The reply to COMMIT did not come. The row lock makes the answer final: it is granted only once the transaction in doubt has
// ended, one way or the other.
void MarkTransaction::resolve_lost_commit() {
  using namespace std::chrono_literals;
  const auto give_up = std::chrono::steady_clock::now() + 60s;
  for (std::chrono::milliseconds pause = 50ms;; pause = std::min<std::chrono::milliseconds>(pause * 2, 2s)) {
    enum class Answer { none, committed, not_committed, taken_over } answer = Answer::none;
    try {
      session_.disconnect();
      session_.exec("SET lock_timeout = '20s'");
      const auto row = session_.exec("SELECT epoch, mark_seq FROM infrazen.streams WHERE stream_id = $1 FOR UPDATE",
                                     {lease_.stream_id});
      session_.exec("RESET lock_timeout");
      answer = row.rows() == 0 || row.i64(0, 0) != lease_.epoch ? Answer::taken_over
               : row.i64(0, 1) == lease_.mark_seq + 1           ? Answer::committed
                                                                : Answer::not_committed;
    } catch (const records::RunError&) {
      if (std::chrono::steady_clock::now() >= give_up) {
        throw ConnectionLost(IZ_ERR_TRANSIENT,
                                "the connection to PostgreSQL was lost at COMMIT and did not come back within a minute, so it is "
                                "not known yet whether the mark was written; the next run reads it from the database");
      }
    }
    switch (answer) {
      case Answer::committed: return;
      case Answer::taken_over: throw lease_lost();
      case Answer::not_committed:
        throw ConnectionLost(IZ_ERR_TRANSIENT,
                                "the connection to PostgreSQL was lost at COMMIT and the mark was not written; the next run "
                                "starts again from the mark before");
      case Answer::none: std::this_thread::sleep_for(pause);
    }
  }
}

}  // namespace iz::store
