// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>

#include "records/elf_note.hpp"

namespace iz::records {

// Everything that can be said about a connector's file before (and without) loading it. It must be a readable regular
// file, owned by root or this user, in a folder of which the same holds, neither of them writable by others, with one
// note of this build's ABI major. Throws RunError (IZ_ERR_CONFIG) naming the file, what is wrong and what to do.
[[nodiscard]] ElfNote inspect_plugin(const std::filesystem::path& plugin);

}  // namespace iz::records
