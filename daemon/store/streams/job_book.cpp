// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/streams/job_book.hpp"

#include <algorithm>

#include "records/fault_point.hpp"
#include "store/session/session.hpp"

namespace iz::store {

namespace {

std::optional<JobInstant> instant(const pqxx::field& us) {
  if (us.is_null()) return std::nullopt;
  return JobInstant(std::chrono::microseconds(us.as<std::int64_t>()));
}

// The server notices some time later that a session was closed; whoever asks right then must not find the job taken.
void let_go(MarkSession& session, std::string_view job) {
  session.exec("SELECT pg_advisory_unlock(hashtext('infrazen.job'), hashtext($1))", {job});
}

}  // namespace

std::vector<JobState> load_jobs(Database& database) {
  return in_transaction(database, "read the jobs", [&](pqxx::work& tx) {
    const pqxx::result rows = tx.exec(
        "SELECT job, (extract(epoch FROM next_due) * 1000000)::bigint, (extract(epoch FROM last_start) * "
        "1000000)::bigint, "
        "(extract(epoch FROM last_success) * 1000000)::bigint, (extract(epoch FROM last_failure) * 1000000)::bigint, "
        "last_error, failures, last_report FROM infrazen.jobs ORDER BY job");
    std::vector<JobState> states;
    for (const auto& row : rows) {
      states.push_back({.job = row[0].as<std::string>(),
                        .next_due = *instant(row[1]),
                        .last_start = instant(row[2]),
                        .last_success = instant(row[3]),
                        .last_failure = instant(row[4]),
                        .last_error = row[5].as<std::string>(),
                        .failures = row[6].as<std::int32_t>(),
                        .last_report = row[7].as<std::string>()});
    }
    return states;
  });
}

std::optional<JobClaim> JobClaim::take(Database& database, std::string_view job, bool even_if_not_due) {
  auto session = std::make_unique<MarkSession>(database.conninfo());
  if (!session->exec("SELECT pg_try_advisory_lock(hashtext('infrazen.job'), hashtext($1))", {job}).boolean(0, 0)) {
    return std::nullopt;
  }
  session->exec("INSERT INTO infrazen.jobs (job) VALUES ($1) ON CONFLICT (job) DO NOTHING", {job});
  const PgResult started = session->exec(
      "UPDATE infrazen.jobs SET last_start = now() WHERE job = $1 AND (next_due <= now() OR $2::boolean) RETURNING job",
      {job, even_if_not_due});
  if (started.rows() == 0) {
    let_go(*session, job);
    return std::nullopt;
  }
  records::fault_point("job.after_claim");
  return JobClaim(std::move(session), std::string(job));
}

void JobClaim::succeeded(std::chrono::seconds next, std::string_view report) {
  records::fault_point("job.before_end");
  session_->exec(
      "UPDATE infrazen.jobs SET next_due = now() + $2::bigint * interval '1 second', last_success = now(), last_error "
      "= '', "
      "failures = 0, last_duration = now() - last_start, last_report = CASE WHEN $3 = '' THEN last_report ELSE $3 END "
      "WHERE job = $1",
      {job_, std::int64_t{next.count()}, report});
  let_go(*session_, job_);
}

void JobClaim::failed(std::chrono::seconds next, std::string_view error) {
  session_->exec(
      "UPDATE infrazen.jobs SET next_due = now() + least($2::bigint * power(2, least(failures, 16)), 86400) * interval "
      "'1 second', "
      "last_failure = now(), last_error = $3, failures = failures + 1, last_duration = now() - last_start WHERE job = "
      "$1",
      {job_, std::int64_t{next.count()}, error});
  let_go(*session_, job_);
}

std::chrono::milliseconds until_next_job(Database& database, const std::vector<std::string>& jobs) {
  return in_transaction(database, "read when the next job is due", [&](pqxx::work& tx) {
    std::string list;
    for (const std::string& job : jobs) list += (list.empty() ? "" : ", ") + tx.quote(job);
    if (list.empty()) list = "NULL";
    const pqxx::result rows = tx.exec(
        "SELECT count(*), coalesce((extract(epoch FROM min(next_due) - now()) * 1000)::bigint, 0) FROM infrazen.jobs "
        "WHERE job IN (" +
        list + ")");
    if (rows[0][0].as<std::size_t>() < jobs.size()) return std::chrono::milliseconds(0);
    return std::chrono::milliseconds(std::max<std::int64_t>(rows[0][1].as<std::int64_t>(), 0));
  });
}

}  // namespace iz::store
