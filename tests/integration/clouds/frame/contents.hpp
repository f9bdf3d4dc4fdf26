// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/pg_cluster.hpp"
#include "integration/clouds/matrix.hpp"

namespace iz::test {

using Contents = std::map<std::string, std::multiset<std::string>>;  // a tenant's rows, as text, by table

[[nodiscard]] Contents contents_of(PgSession& database, const std::string& tenant,
                                   const std::vector<CloudTable>& tables);

// What of `wanted` is not in `got`, and with `exactly` the other way, too; "" = nothing. Three rows say enough.
[[nodiscard]] std::string difference(const Contents& wanted, const Contents& got, bool exactly);

}  // namespace iz::test
