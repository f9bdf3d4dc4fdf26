// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "host/http/exchanges.hpp"
#include "host/request/request.hpp"
#include "host/services/secrets.hpp"

// Exchanges as files, for tests without a network. One readable file each, in the form that the SDK's test kit reads
// too:
//
//   POST https://api.example.com/v1/servers?page=1
//   content-type: application/json
//   body-sha256: 9f86d0…
//
//   HTTP/1.1 200
//   content-type: application/json
//
//   {"servers":[]}
//
// A request is as the connector made it, before its secrets were put in, and every secret or kept token that still
// appears anywhere is "***". Any thread.
namespace iz::host {

class HttpRecorder {
 public:
  // Throws std::filesystem::filesystem_error if the folder cannot be read.
  HttpRecorder(std::filesystem::path folder, const Secrets& secrets);

  // Adds <number>-<method>-<host>-<path>.http. Throws HttpRefusal (CONFIG) if it cannot be written.
  void write(const HttpRequest& request, const HttpReply& reply);

 private:
  const std::filesystem::path folder_;
  const Secrets& secrets_;
  std::mutex mutex_;
  unsigned written_ = 0;
};

class HttpReplay {
 public:
  // Throws HttpRefusal (CONFIG) naming a file that is no recording, or the folder.
  HttpReplay(const std::filesystem::path& folder, const Secrets& secrets);

  // By method, URL and body. Several answers to one request come in turn, the last one again and again. nullopt: none.
  [[nodiscard]] std::optional<HttpReply> answer(const HttpRequest& request);

 private:
  const Secrets& secrets_;
  std::mutex mutex_;
  std::map<std::string, std::deque<HttpReply>, std::less<>> answers_;
};

}  // namespace iz::host
