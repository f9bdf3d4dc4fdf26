// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>

#include "yandex/reports/imported_sums.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/sync.hpp>

namespace iz::yandex {

class Client;

// Holds what was imported of a month's closed days against the provider's own report, by service: a difference is a
// finding `report_differs`, never a charge. One account per run, that whose comparison is the longest ago, and none
// before `every` has passed. Returns how many were asked for (0 or 1).
std::size_t reconcile(infrazen::Sync& sync, const Client& client, std::chrono::milliseconds every, ImportedSums& sums,
                      infrazen::Failures& failures);

}  // namespace iz::yandex
