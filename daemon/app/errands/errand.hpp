// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>

#include "ingest/run_ingest.hpp"
#include "supervise/run.hpp"

namespace iz::app {

// What a run is sent for instead of its stream's sync: events of the inbox, a back-fill. It stands in the database, and
// is crossed out there in a transaction of the run's own.
class Errand {
 public:
  virtual ~Errand() = default;

  // What connector-host is to be told, and what ingest is to know.
  virtual void ask(supervise::RunSpec& spec, ingest::RunContext& context) const = 0;

  // Around each mark of the connector's, and around the end of a run that succeeded.
  virtual void before_mark(ingest::RunIngest& /*ingest*/) const {}
  virtual void marked() {}
  virtual void before_end(ingest::RunIngest& ingest) const = 0;
  // What the run that says it succeeded has not done of it; "" = nothing.
  [[nodiscard]] virtual std::string ended() { return {}; }
};

}  // namespace iz::app
