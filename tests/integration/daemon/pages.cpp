// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/daemon/pages.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "harness/wait_until.hpp"

namespace iz::test {

namespace json = boost::json;

std::string quick_limits(const std::string& more) {
  // A daemon on a busy machine may be silent for a second, under a sanitizer for several, and must not lose its lease
  // by that.
  return "limits: {lease: " + std::to_string(kSanitized ? 10 : 4) + "s, backoff: {min: 100ms, max: 1s}" +
         (more.empty() ? "" : ", " + more) + "}\n";
}

std::string pages_connection(int pages, int rows, int pause_ms, const std::string& more) {
  return "connector: pages\nsettings: {pages: " + std::to_string(pages) + ", rows: " + std::to_string(rows) +
         ", pause_ms: " + std::to_string(pause_ms) + "}\nstreams: {balance: {interval: 1h}, documents: false}\n" + more;
}

json::object status_of(const Infrazend& daemon) {
  return json::parse(daemon.get("/v1/status").body).as_object();
}

json::object connection_status(const Infrazend& daemon, std::string_view connection) {
  const HttpAnswer answer = daemon.get("/v1/connections/" + std::string(connection));
  return answer.status == 200 ? json::parse(answer.body).as_object() : json::object();
}

std::string connection_state(const Infrazend& daemon, std::string_view connection) {
  const json::object status = connection_status(daemon, connection);
  return status.empty() ? std::string() : std::string(status.at("state").as_string().c_str());
}

json::object stream_status(const Infrazend& daemon, std::string_view connection, std::string_view stream) {
  const json::object status = connection_status(daemon, connection);
  if (status.empty()) return {};
  for (const json::value& entry : status.at("streams").as_array()) {
    if (entry.at("name").as_string() == json::string_view(stream.data(), stream.size())) return entry.as_object();
  }
  return {};
}

std::string daemon_state(const Infrazend& daemon) {
  return status_of(daemon).at("state").as_string().c_str();
}

bool wait_connection_state(const Infrazend& daemon, const std::string& connection, const std::string& state,
                           std::chrono::milliseconds timeout) {
  return wait_until([&] { return connection_state(daemon, connection) == state; }, timeout,
                    std::chrono::milliseconds(20));
}

bool wait_daemon_state(const Infrazend& daemon, const std::string& state, std::chrono::milliseconds timeout) {
  return wait_until([&] { return daemon_state(daemon) == state; }, timeout, std::chrono::milliseconds(20));
}

bool wait_stream_state(const Infrazend& daemon, const std::string& connection, const std::string& stream,
                       const std::string& state) {
  return wait_until(
      [&] {
        const json::object status = stream_status(daemon, connection, stream);
        return !status.empty() && status.at("state").as_string() == state;
      },
      std::chrono::seconds(10), std::chrono::milliseconds(20));
}

int marks_of(const Infrazend& daemon, const std::string& connection) {
  return std::stoi(daemon.scalar(
      "SELECT coalesce(max(mark_seq), 0) FROM infrazen.streams JOIN infrazen.connections USING (connection_id)"
      " WHERE name = '" +
      connection + "'"));
}

bool wait_marks(const Infrazend& daemon, const std::string& connection, int marks, std::chrono::milliseconds timeout) {
  return wait_until([&] { return marks_of(daemon, connection) >= marks; }, timeout, std::chrono::milliseconds(10));
}

bool wait_log(const Infrazend& daemon, std::string_view text, std::chrono::milliseconds timeout) {
  return wait_until([&] { return daemon.log().find(text) != std::string::npos; }, timeout,
                    std::chrono::milliseconds(20));
}

std::string wrong_with_pages(const Infrazend& daemon, const std::string& connection, int pages, int rows) {
  const std::string of = " JOIN infrazen.connections c USING (connection_id) WHERE c.name = '" + connection + "'";
  const std::string all = std::to_string(pages * rows);
  std::string wrong;
  const auto expect = [&](const char* what, const std::string& sql, const std::string& wanted) {
    const std::string got = daemon.scalar(sql);
    if (got != wanted) wrong += std::string(what) + " is " + got + ", not " + wanted + "; ";
  };
  expect("the number of rows", "SELECT count(*) FROM infrazen.balances" + of, all);
  expect("the sum of the amounts", "SELECT trim_scale(sum(amount))::text FROM infrazen.balances" + of,
         daemon.scalar("SELECT trim_scale(sum(n + 0.25))::text FROM generate_series(0, " +
                       std::to_string(pages * rows - 1) + ") n"));
  // Counted in the transactions of the marks: a page committed twice would count twice.
  expect("the records of all runs", "SELECT sum(records) FROM infrazen.runs" + of, all);
  expect("the number of marks", "SELECT max(mark_seq) FROM infrazen.streams" + of, std::to_string(pages));
  expect("the audited marks",
         "SELECT count(*) FROM infrazen.audit WHERE action = 'mark' AND object LIKE '" + connection + "/%'",
         std::to_string(pages));
  return wrong;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream file(entry.path() / "stat");
    const std::string stat((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const auto end = stat.rfind(')');  // the program's name may hold anything
    if (end == std::string::npos || stat.size() < end + 5) continue;
    if (std::stoi(stat.substr(end + 4)) == parent) children.push_back(std::stoi(name));
  }
  return children;
}

std::size_t open_descriptors(pid_t pid) {
  const auto list = std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(list), end(list)));
}

}  // namespace iz::test
