// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>

#include "e2e/bench.hpp"
#include "fakes/yandex/cloud.hpp"

namespace iz::bench {

// The connection "yc" of one stream, whose services are all at one address. `more`: members of its settings; `top`:
// further lines of its file.
inline void connect_yandex(Daemon& daemon, const test::YandexCloud& cloud, const std::string& address,
                           const std::string& stream, const std::string& more, const std::string& top = {}) {
  std::string streams = stream + ": {interval: 300d}";
  for (const std::string other : {"inventory", "costs", "prices", "balance", "metrics", "logs"}) {
    if (other != stream) streams += ", " + other + ": false";
  }
  daemon->secret("key", cloud.key_file());
  daemon->connection("yc", "connector: yandex\nallow_plain_loopback: true\nhosts: [127.0.0.1]\nsecrets: {key: key}\n" +
                               top + "settings: {key_id: " + test::YandexCloud::key_id() + ", service_account_id: " +
                               test::YandexCloud::service_account_id() + ", endpoints: {\"*\": \"" + address + "\"}, " +
                               more + "}\nstreams: {" + streams + "}\n");
}

}  // namespace iz::bench
