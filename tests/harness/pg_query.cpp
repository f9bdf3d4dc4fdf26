// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <memory>
#include <stdexcept>

#include <libpq-fe.h>

#include "harness/pg_cluster.hpp"

namespace iz::test {

PgSession::PgSession(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str()), &PQfinish) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(connection_.get()));
  PQsetNoticeProcessor(
      connection_.get(), [](void*, const char*) {}, nullptr);
}

PgRows PgSession::query(const std::string& sql) {
  const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection_.get(), sql.c_str()), &PQclear);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
    throw std::runtime_error(std::string(PQerrorMessage(connection_.get())) + "in: " + sql.substr(0, 2000));
  }
  PgRows rows;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    auto& cells = rows.emplace_back();
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      if (PQgetisnull(result.get(), row, column) != 0) {
        cells.emplace_back();
      } else {
        cells.emplace_back(std::string(PQgetvalue(result.get(), row, column),
                                       static_cast<std::size_t>(PQgetlength(result.get(), row, column))));
      }
    }
  }
  return rows;
}

std::string PgSession::scalar(const std::string& sql) {
  const auto rows = query(sql);
  if (rows.empty() || rows.front().empty()) throw std::runtime_error("no row from: " + sql.substr(0, 2000));
  return rows.front().front().value_or("");
}

PgRows pg_query(const std::string& conninfo, const std::string& sql) {
  return PgSession(conninfo).query(sql);
}

std::string pg_scalar(const std::string& conninfo, const std::string& sql) {
  return PgSession(conninfo).scalar(sql);
}

}  // namespace iz::test
