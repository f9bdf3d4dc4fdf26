// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "harness/infrazend.hpp"

// What the tests of whole daemons have in common: the connector "pages" and what its data must be, and the status.
namespace iz::test {

// Leases that a test can outwait, and next tries that come soon. More members of `limits` go into `more` ("a: 1, b:
// 2").
std::string quick_limits(const std::string& more = {});

// A connection of the connector "pages" whose second stream is switched off.
std::string pages_connection(int pages, int rows, int pause_ms, const std::string& more = {});

// GET /v1/status, or what of it is asked for. Throws when nobody answers.
boost::json::object status_of(const Infrazend& daemon);
boost::json::object connection_status(const Infrazend& daemon, std::string_view connection);
std::string connection_state(const Infrazend& daemon, std::string_view connection);  // "" = it is not shown
boost::json::object stream_status(const Infrazend& daemon, std::string_view connection, std::string_view stream);
std::string daemon_state(const Infrazend& daemon);

[[nodiscard]] bool wait_connection_state(const Infrazend& daemon, const std::string& connection,
                                         const std::string& state,
                                         std::chrono::milliseconds timeout = std::chrono::seconds(15));
[[nodiscard]] bool wait_daemon_state(const Infrazend& daemon, const std::string& state,
                                     std::chrono::milliseconds timeout = std::chrono::seconds(15));
// What the status shows of a stream comes a moment after its row in `runs`.
[[nodiscard]] bool wait_stream_state(const Infrazend& daemon, const std::string& connection, const std::string& stream,
                                     const std::string& state);
// Until the stream has so many marks, and no longer than the time.
[[nodiscard]] bool wait_marks(const Infrazend& daemon, const std::string& connection, int marks,
                              std::chrono::milliseconds timeout = std::chrono::seconds(15));
[[nodiscard]] bool wait_log(const Infrazend& daemon, std::string_view text,
                            std::chrono::milliseconds timeout = std::chrono::seconds(15));

int marks_of(const Infrazend& daemon, const std::string& connection);

// What of "every page is there, and each was committed once" does not hold; "" = all of it does.
std::string wrong_with_pages(const Infrazend& daemon, const std::string& connection, int pages, int rows);

// Processes whose parent is `parent`.
std::vector<pid_t> children_of(pid_t parent);
// The lines of /proc/<pid>/fd, by what they point to.
std::size_t open_descriptors(pid_t pid);

}  // namespace iz::test
