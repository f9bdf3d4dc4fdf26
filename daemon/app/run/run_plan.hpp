// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/connection_settings.hpp"
#include "config/secrets.hpp"
#include "config/settings.hpp"
#include "ingest/ingest_context.hpp"
#include "records/manifest.hpp"
#include "schedule/planner.hpp"
#include "store/streams/streams.hpp"
#include "supervise/run.hpp"

// From what was configured and what the manifest says to what is run. Pure, but for reading secrets.
namespace iz::app {

// The streams that run: the manifest's, as far as the connection does not switch them off, with its own rules on top.
struct StreamPlan {
  std::string stream;
  schedule::StreamRule rule;
};
[[nodiscard]] std::vector<StreamPlan> stream_plans(const config::Connection& connection,
                                                   const records::Manifest& manifest);

// What connector-host is to be told, without the parts that come from the database (cursor, checkpoint, run id).
// Throws records::RunError (IZ_ERR_CONFIG) naming file:line of every setting or secret that is wrong.
[[nodiscard]] supervise::RunSpec run_spec(const config::Settings& settings, const config::Connection& connection,
                                          const records::Manifest& manifest, const config::SecretStore& secrets,
                                          std::string_view stream);

// The same in two steps: `infrazen connection test` goes on when a secret cannot be read.
[[nodiscard]] supervise::RunSpec run_spec_without_secrets(const config::Settings& settings,
                                                          const config::Connection& connection,
                                                          const records::Manifest& manifest, std::string_view stream);
void add_secrets(supervise::RunSpec& spec, const config::Settings& settings, const config::Connection& connection,
                 const records::Manifest& manifest, const config::SecretStore& secrets);

// Whose resources and limits these are.
[[nodiscard]] const std::string& provider_of(const records::Manifest& manifest);

// The provider's account whose rate budget it takes from: as configured, else by the names of its secrets, for
// connections that use the same credentials are one account to the provider; else its own.
[[nodiscard]] std::string rate_account(const config::Connection& connection);

// Where its records go; the caller adds the run's number, stream and mode. `manifest` outlives the run.
[[nodiscard]] ingest::RunContext run_context(const config::Settings& settings, const config::Connection& connection,
                                             const records::Manifest& manifest, const store::StreamLease& lease);

// Whether two versions of a connection's configuration ask for the same, wherever in the files they stand.
[[nodiscard]] bool same(const config::Connection& one, const config::Connection& other);

}  // namespace iz::app
