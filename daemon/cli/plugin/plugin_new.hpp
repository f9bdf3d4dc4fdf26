// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <string>

namespace iz::cli {

// Copies the SDK's template connector to `folder`, which must not exist, and renames it from acme to `id`.
// Throws std::runtime_error.
void new_plugin(const std::filesystem::path& sdk_template, const std::filesystem::path& folder, const std::string& id);

}  // namespace iz::cli
