// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/session/mark_session.hpp"

#include <algorithm>
#include <memory>
#include <sys/socket.h>
#include <utility>

#include <libpq-fe.h>

#include <infrazen/abi/base.h>

#include "records/fault_point.hpp"
#include "records/run_sink.hpp"
#include "store/session/error_text.hpp"

namespace iz::store {

namespace {

std::string trimmed(const char* text) {
  return text == nullptr ? std::string() : one_line(text);
}

bool transient_state(std::string_view state) {
  // connection, rollback (deadlock, serialisation), resources (disk full), lock time-out, operator intervention, system
  return state.starts_with("08") || state.starts_with("40") || state.starts_with("53") || state == "55P03" ||
         state.starts_with("57") || state.starts_with("58");
}

// The first words of a statement: enough to know which it was, without its values.
std::string abridged(const std::string& sql) {
  constexpr std::size_t kShown = 60;
  return sql.size() <= kShown ? sql : sql.substr(0, kShown) + "…";
}

// What a COPY sends while the server writes a segment of its log to the disk: as much as the system allows
// (net.core.wmem_max). TCP sizes its buffers itself.
void widen(int socket) {
  constexpr int kSendBuffer = 4 << 20;
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0 || address.ss_family != AF_UNIX) return;
  ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
}

}  // namespace

MarkSession::MarkSession(std::string conninfo) : conninfo_(std::move(conninfo)) {}
MarkSession::~MarkSession() { disconnect(); }

void MarkSession::disconnect() noexcept {
  if (connection_ != nullptr) PQfinish(connection_);
  connection_ = nullptr;
}

void MarkSession::connect() {
  if (connection_ != nullptr) {
    if (PQstatus(connection_) == CONNECTION_OK) return;
    disconnect();
  }
  connection_ = PQconnectdb(conninfo_.c_str());
  if (connection_ == nullptr || PQstatus(connection_) != CONNECTION_OK) {
    const std::string reason = connection_ == nullptr ? "out of memory" : trimmed(PQerrorMessage(connection_));
    disconnect();
    throw ConnectionLost(IZ_ERR_TRANSIENT, "cannot connect to PostgreSQL: " + reason);
  }
  widen(PQsocket(connection_));
  PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);  // libpq would print them on stderr
}

void MarkSession::lost(const std::string& doing) {
  const std::string reason = trimmed(PQerrorMessage(connection_));
  disconnect();
  throw ConnectionLost(IZ_ERR_TRANSIENT, "the connection to PostgreSQL was lost during " + doing + ": " + reason);
}

namespace {

// The server's last words before it closes the connection (57P), or libpq's own (which have no code), may come while the
// connection still looks well.
bool gone(const pg_conn* connection, const pg_result* result) {
  if (result == nullptr || PQstatus(connection) != CONNECTION_OK) return true;
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  return state == nullptr || std::string_view(state).starts_with("57P");
}

[[noreturn]] void refuse(pg_conn* connection, const pg_result* result, const std::string& doing) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  std::string reason = trimmed(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
  if (const char* detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL)) reason += " (" + trimmed(detail) + ")";
  if (reason.empty()) reason = trimmed(PQerrorMessage(connection));
  const std::uint32_t error_class = state == nullptr || transient_state(state) ? IZ_ERR_TRANSIENT : IZ_ERR_INTERNAL;
  throw records::RunError(error_class, "PostgreSQL refused " + doing + ": " + reason);
}

}  // namespace

namespace {

// Parameters as libpq wants them.
struct Values {
  explicit Values(std::span<const Param> params) {
    texts.reserve(params.size());
    for (const auto& param : params) {
      if (param.null()) {
        values.push_back(nullptr);
      } else if (param.is_binary()) {
        values.push_back(param.text().data());
      } else {
        values.push_back(texts.emplace_back(param.text()).c_str());
      }
      lengths.push_back(static_cast<int>(param.text().size()));
      formats.push_back(param.is_binary() ? 1 : 0);
    }
  }
  [[nodiscard]] int count() const { return static_cast<int>(values.size()); }

  std::vector<std::string> texts;  // zero-terminated copies of text parameters that are views
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
};

}  // namespace

PgResult MarkSession::checked(pg_result* raw, const std::string& sql) {
  std::unique_ptr<pg_result, decltype(&PQclear)> result(raw, &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    if (gone(connection_, result.get())) lost("\"" + abridged(sql) + "\"");
    refuse(connection_, result.get(), "\"" + abridged(sql) + "\"");
  }
  return PgResult(result.release());
}

PgResult MarkSession::run(const std::string& sql, std::span<const Param> params, int result_format) {
  connect();
  const Values values(params);
  return checked(PQexecParams(connection_, sql.c_str(), values.count(), nullptr, values.values.data(), values.lengths.data(),
                              values.formats.data(), result_format),
                 sql);
}

void MarkSession::send(const std::string& sql, std::span<const Param> params) {
  connect();
  const Values values(params);
  sent_ = sql;
  if (PQsendQueryParams(connection_, sql.c_str(), values.count(), nullptr, values.values.data(), values.lengths.data(),
                        values.formats.data(), 0) != 1) {
    lost("\"" + abridged(sql) + "\"");
  }
}

bool MarkSession::answered() {
  if (connection_ == nullptr) return true;  // result() says so
  return PQconsumeInput(connection_) != 1 || PQisBusy(connection_) == 0;
}

PgResult MarkSession::result() {
  if (connection_ == nullptr) throw ConnectionLost(IZ_ERR_TRANSIENT, "the connection to PostgreSQL was lost");
  pg_result* const first = PQgetResult(connection_);
  while (auto* more = PQgetResult(connection_)) PQclear(more);
  return checked(first, sent_);
}

PgResult MarkSession::exec(const std::string& sql, std::initializer_list<Param> params) {
  return run(sql, {params.begin(), params.size()}, 0);
}
PgResult MarkSession::exec(const std::string& sql, std::span<const Param> params) { return run(sql, params, 0); }
PgResult MarkSession::exec_binary(const std::string& sql, std::initializer_list<Param> params) {
  return run(sql, {params.begin(), params.size()}, 1);
}

void MarkSession::copy_out(const std::string& sql, const std::function<void(std::string_view)>& row) {
  // Of the first piece only: 11 bytes of signature, flags, and the length of what may follow them.
  constexpr std::size_t kHeader = 19;
  connect();
  const std::unique_ptr<pg_result, decltype(&PQclear)> begun(PQexec(connection_, sql.c_str()), &PQclear);
  if (PQresultStatus(begun.get()) != PGRES_COPY_OUT) {
    if (gone(connection_, begun.get())) lost("\"" + abridged(sql) + "\"");
    refuse(connection_, begun.get(), "\"" + abridged(sql) + "\"");
  }
  bool first = true;
  try {
    for (;;) {
      char* bytes = nullptr;
      const int size = PQgetCopyData(connection_, &bytes, 0);
      const std::unique_ptr<char, decltype(&PQfreemem)> owned(bytes, &PQfreemem);
      if (size < 0) break;  // the end, or an error that PQgetResult tells
      std::string_view piece(bytes, static_cast<std::size_t>(size));
      if (std::exchange(first, false)) piece.remove_prefix(std::min(kHeader, piece.size()));
      // The trailer is a row of -1 fields.
      if (piece.size() < 2 || piece.substr(0, 2) == "\xff\xff") continue;
      row(piece);
    }
  } catch (...) {
    disconnect();  // the rest of the answer is still under way
    throw;
  }
  const std::unique_ptr<pg_result, decltype(&PQclear)> end(PQgetResult(connection_), &PQclear);
  if (PQresultStatus(end.get()) != PGRES_COMMAND_OK) {
    if (gone(connection_, end.get())) lost("\"" + abridged(sql) + "\"");
    refuse(connection_, end.get(), "\"" + abridged(sql) + "\"");
  }
  while (auto* more = PQgetResult(connection_)) PQclear(more);
}

void MarkSession::copy_begin(const std::string& sql) {
  connect();
  const std::unique_ptr<pg_result, decltype(&PQclear)> result(PQexec(connection_, sql.c_str()), &PQclear);
  records::fault_point("copy.after_begin");
  if (PQresultStatus(result.get()) == PGRES_COPY_IN) return;
  if (gone(connection_, result.get())) lost("\"" + abridged(sql) + "\"");
  refuse(connection_, result.get(), "\"" + abridged(sql) + "\"");
}

void MarkSession::copy_data(std::string_view bytes) {
  if (connection_ == nullptr) throw ConnectionLost(IZ_ERR_TRANSIENT, "the connection to PostgreSQL was lost during a COPY");
  while (!bytes.empty()) {
    const auto piece = bytes.substr(0, std::size_t{1} << 20);
    if (PQputCopyData(connection_, piece.data(), static_cast<int>(piece.size())) != 1) {
      copy_end();  // throws with the server's reason
      throw records::RunError(IZ_ERR_TRANSIENT, "PostgreSQL took no more rows of a COPY");
    }
    bytes.remove_prefix(piece.size());
  }
  records::fault_point("copy.after_data");
}

void MarkSession::copy_end() {
  if (connection_ == nullptr) throw ConnectionLost(IZ_ERR_TRANSIENT, "the connection to PostgreSQL was lost during a COPY");
  records::fault_point("copy.before_end");
  PQputCopyEnd(connection_, nullptr);
  std::unique_ptr<pg_result, decltype(&PQclear)> first(PQgetResult(connection_), &PQclear);
  while (auto* more = PQgetResult(connection_)) PQclear(more);
  records::fault_point("copy.after_end");
  if (PQresultStatus(first.get()) == PGRES_COMMAND_OK) return;
  if (gone(connection_, first.get())) lost("a COPY");
  refuse(connection_, first.get(), "a COPY");
}

void MarkSession::copy_abort() noexcept {
  if (connection_ == nullptr) return;
  PQputCopyEnd(connection_, "given up by the client");
  while (auto* result = PQgetResult(connection_)) PQclear(result);
}

}  // namespace iz::store
