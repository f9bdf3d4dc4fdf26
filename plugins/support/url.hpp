// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>

namespace iz::support {

// Everything but letters, digits and "-_.~" as %XX (RFC 3986's unreserved characters, and what SigV4 wants); those in
// `keep` stay as well ("/" for a path).
[[nodiscard]] std::string percent_encoded(std::string_view text, std::string_view keep = {});

// The URL with the query parameter set to `value`, which is encoded here; one of that name that was there is replaced.
[[nodiscard]] std::string with_parameter(std::string_view url, std::string_view name, std::string_view value);

// Up to its query.
[[nodiscard]] std::string_view without_query(std::string_view url);

}  // namespace iz::support
