// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>

#include <boost/json/value.hpp>

#include "cli/context.hpp"
#include "cli/output/times.hpp"

// The JSON of the status socket, shown to people.
namespace iz::cli {

// Failure EX_SOFTWARE when it is not JSON.
[[nodiscard]] boost::json::value parse_body(const std::string& body);

// Members that may be null or, with an older daemon, missing.
[[nodiscard]] std::string text_of(const boost::json::value& object, std::string_view member);
[[nodiscard]] std::uint64_t number_of(const boost::json::value& object, std::string_view member);
[[nodiscard]] std::optional<Instant> instant_of(const boost::json::value& object, std::string_view member);

// The daemon in a line or two, then a table of streams.
void show_status(const Context& context, const boost::json::value& status, const boost::json::value& connections);
void show_connections(const Context& context, const boost::json::value& connections);
void show_connection(const Context& context, const boost::json::value& connection, Instant now);

// Is nothing there that waits for a person?
[[nodiscard]] bool is_healthy(const boost::json::value& status, const boost::json::value& connections);

}  // namespace iz::cli
