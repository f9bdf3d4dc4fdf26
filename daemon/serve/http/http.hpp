// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>
#include <vector>

// HTTP in plain words, so that only sessions and http_message.cpp know Beast.
namespace iz::serve {

enum class Method : std::uint8_t { get, post };

// Who is at the other end of the unix socket, by SO_PEERCRED: the kernel says so, not the client.
struct Caller {
  uid_t uid = 0;
  gid_t gid = 0;
  pid_t pid = 0;
  std::string user;        // name of the uid, or "uid 1234"
  bool may_write = false;  // root, the daemon's own user, members of the admin group
};

struct Request {
  Method method = Method::get;
  std::string path;                                          // decoded, without the query
  std::map<std::string, std::string, std::less<>> query;     // decoded
  std::map<std::string, std::string, std::less<>> captures;  // what {name} in the route stood for
  std::string body;
  std::string idempotency_key;  // header Idempotency-Key
  // Of servers with HttpOptions::keep_headers only, which leave `query` empty.
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case, in the order they came
  std::optional<std::string> raw_query;                      // as sent; nullopt = there was none
  std::string peer;                                          // address of the other end
  Caller caller;

  // "" when absent.
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
  // The first header of that name in lower case; "" when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

// Completes a request: exactly once, from any thread, now or later. Calls after the first are ignored; a handler that
// drops it without calling answers 500.
using Respond = std::function<void(Response)>;
// Runs on the io_context's thread and must not block: what needs the database goes to another thread and responds from
// there.
using Handler = std::function<void(const Request&, Respond)>;

// {"error":{"status":404,"message":"…"}}; the message says what is wrong and what to do.
[[nodiscard]] Response error_response(unsigned status, std::string_view message);

}  // namespace iz::serve
