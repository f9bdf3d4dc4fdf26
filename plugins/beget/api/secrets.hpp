// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string_view>

namespace iz::beget {

// Names of the manifest's secrets. The connector uses them by name and sees neither.
inline constexpr std::string_view kHostingSecret = "api_password";
inline constexpr std::string_view kCloudSecret = "cloud_password";

}  // namespace iz::beget
