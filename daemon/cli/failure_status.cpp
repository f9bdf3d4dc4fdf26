// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/failure_status.hpp"

#include <sysexits.h>

#include "cli/context.hpp"
#include "config/yaml/problem.hpp"
#include "records/run_sink.hpp"
#include "store/session/database.hpp"
#include <infrazen/abi/base.h>

namespace iz::cli {

int failure_status(const std::exception& error) {
  if (const auto* failure = dynamic_cast<const Failure*>(&error)) return failure->status();
  if (dynamic_cast<const config::ConfigError*>(&error) != nullptr) return EX_CONFIG;
  if (dynamic_cast<const store::SchemaError*>(&error) != nullptr) return EX_CONFIG;
  const auto* fault = dynamic_cast<const records::RunError*>(&error);
  if (fault == nullptr) return EX_SOFTWARE;
  switch (fault->error_class()) {
    case IZ_ERR_TRANSIENT:
    case IZ_ERR_RATE_LIMITED: return EX_TEMPFAIL;
    case IZ_ERR_AUTH: return EX_NOPERM;
    case IZ_ERR_CONFIG: return EX_CONFIG;
    default: return EX_SOFTWARE;
  }
}

}  // namespace iz::cli
