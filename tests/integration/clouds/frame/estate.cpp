// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/clouds/frame/estate.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "harness/read_text.hpp"
#include "harness/wait_until.hpp"

namespace iz::test {

std::mutex Estate::configuring;

Estate::Estate(const Cloud& cloud, Infrazend& daemon, std::string name, std::vector<std::string> streams)
    : cloud_(cloud),
      daemon_(daemon),
      name_(std::move(name)),
      streams_(std::move(streams)),
      database_(daemon.conninfo()) {
  CloudFake fake = cloud.start(server_.url("", "localhost"));
  provider_ = std::make_unique<FaultyCloud>(std::move(fake.handler), std::move(fake.habits));
  server_.handle_others([this](const ReceivedRequest& request) { return (*provider_)(request); });
}

// Gone for the daemon when it reads its configuration the next time.
Estate::~Estate() {
  const std::lock_guard lock(configuring);
  daemon_.remove_connection(name_);
  name_tenant(false);
}

// All tenants are looked at in each reload: only those are named that there are estates of. `default` is always there.
void Estate::name_tenant(bool wanted) {
  std::string text = read_text(daemon_.config_file());
  const std::string entry = ", " + name_;
  const std::size_t at = text.find("tenants: [default") + std::string("tenants: [default").size();
  if (wanted) {
    text.insert(at, entry);
  } else if (const std::size_t found = text.find(entry + (text.find(entry + ",") != std::string::npos ? "," : "]"));
             found != std::string::npos) {
    text.erase(found, entry.size());
  }
  (void)daemon_.folder().write("infrazen.yaml", text);
}

std::vector<RunEnd> Estate::first_runs() {
  {
    const std::lock_guard lock(configuring);
    configure();
    name_tenant(true);
    const HttpAnswer answer = daemon_.post("/v1/reload");
    if (answer.status != 200) throw std::runtime_error("the configuration was refused: " + answer.body);
  }
  std::vector<RunEnd> ends;
  for (const std::string& stream : streams_) {
    const auto ended = [&] { return database_.scalar("SELECT count(*)" + runs_of(stream)) != "0"; };
    if (!wait_until(ended, std::chrono::seconds(30), std::chrono::milliseconds(10)))
      throw std::runtime_error("no run of " + name_ + '/' + stream + " ended:\n" + daemon_.log());
    ends.push_back(last_run(stream));
  }
  return ends;
}

std::vector<RunEnd> Estate::sync(const std::vector<std::string>& streams) {
  std::vector<RunEnd> ends;
  for (const std::string& stream : streams) {
    daemon_.sync(name_, stream, "incremental", std::chrono::seconds(90));
    ends.push_back(last_run(stream));
  }
  return ends;
}

void Estate::forgive() {
  (void)database_.query("DELETE FROM infrazen.rate_budget WHERE account = '" + name_ + "'");
}

void Estate::configure() {
  std::string yaml = "connector: " + cloud_.connector + "\ntenant: " + name_ + "\nrate_limit: {account: " + name_ +
                     "}\nallow_plain_loopback: true\nsettings: " + cloud_.settings(server_.url("", "localhost")) +
                     "\nstreams: {";
  for (const std::string& stream : streams_) yaml += stream + ": {interval: 300d}, ";
  for (const std::string& stream : cloud_.streams) {
    if (std::ranges::find(streams_, stream) == streams_.end()) yaml += stream + ": false, ";
  }
  for (const std::string& stream : cloud_.streams_off) yaml += stream + ": false, ";
  yaml += "}\n";
  if (!cloud_.secrets.empty()) {
    yaml += "secrets: {";
    for (const auto& [name, value] : cloud_.secrets) {
      yaml += name + ": " + name_ + '.' + name + ", ";
      daemon_.secret(name_ + '.' + name, value);
    }
    yaml += "}\n";
  }
  daemon_.connection(name_, yaml);
}

std::string Estate::runs_of(const std::string& stream) const {
  return " FROM infrazen.runs r JOIN infrazen.streams s USING (stream_id) JOIN infrazen.connections c"
         " ON c.connection_id = s.connection_id WHERE c.name = '" +
         name_ + "' AND s.stream = '" + stream + "' AND r.ended_at IS NOT NULL";
}

RunEnd Estate::last_run(const std::string& stream) {
  const PgRows rows = database_.query("SELECT r.outcome, r.error_class, r.message" + runs_of(stream) +
                                      " ORDER BY r.run_id DESC LIMIT 1");
  return {.stream = stream,
          .outcome = rows.at(0).at(0).value_or(""),
          .error_class = std::stoi(rows.at(0).at(1).value_or("0")),
          .message = rows.at(0).at(2).value_or("")};
}

}  // namespace iz::test
