// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "integration/beget/account.hpp"

#include <stdexcept>

#include "harness/pg_cluster.hpp"

namespace iz::test {

BegetAccount::BegetAccount()
    : cloud(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
      daemon(shared_cluster(), {"beget"}) {
  server.handle_others([this](const ReceivedRequest& request) {
    return request.path.starts_with("/api/") ? hosting.answer(request) : cloud.answer(request);
  });
  daemon.secret("beget-api", hosting.password);
  daemon.secret("beget-cloud", cloud.password);
}

void BegetAccount::start(const std::string& streams) {
  std::string yaml =
      "connector: beget\nallow_plain_loopback: true\nhosts: [127.0.0.1]\nsettings: {login: demo, hosting_pause: 0s, "
      "page_size: 2, "
      "base_url: \"" +
      server.url("", "127.0.0.1") + "\"}\nsecrets: {api_password: beget-api, cloud_password: beget-cloud}\nstreams: {";
  for (const char* stream : {"inventory", "costs", "metrics", "logs", "prices", "balance"})
    yaml += std::string(stream) + (streams.find(stream) == std::string::npos ? ": false, " : ": {interval: 300d}, ");
  daemon.connection("shop", yaml + "}\n");
  daemon.start();
  for (const char* stream : {"inventory", "costs", "metrics", "logs", "prices", "balance"}) {
    if (streams.find(stream) != std::string::npos && !daemon.wait_outcome("shop", stream, "succeeded"))
      throw std::runtime_error(std::string(stream) + ": " + outcome(stream) + '\n' + daemon.log());
  }
}

std::string BegetAccount::outcome(const std::string& stream) const {
  return scalar(
      "SELECT coalesce(nullif(r.message, ''), r.outcome) FROM runs r JOIN streams s USING (stream_id) WHERE s.stream = "
      "'" +
      stream + "' AND r.ended_at IS NOT NULL ORDER BY r.run_id DESC LIMIT 1");
}

void BegetAccount::age_cursor(const std::string& stream, int days) {
  const std::string today = scalar("SELECT to_char(now() AT TIME ZONE 'Europe/Moscow', 'YYYY-MM-DD')");
  (void)daemon.query("UPDATE infrazen.streams SET cursor = convert_to(replace(convert_from(cursor, 'UTF8'), '\"" +
                     today + "\"', '\"' || ('" + today + "'::date - " + std::to_string(days) +
                     ")::text || '\"'), 'UTF8') WHERE stream = '" + stream + "'");
}

}  // namespace iz::test
