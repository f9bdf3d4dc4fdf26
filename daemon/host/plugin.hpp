// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>

#include "records/elf_note.hpp"
#include "records/manifest.hpp"
#include <infrazen/abi/module.h>

namespace iz::host {

// A loaded connector. It is never unloaded: its threads, thread-local destructors and C++ types may be in use until the
// process ends.
class Plugin {
 public:
  // Loads the file and holds its module against the note read before. Throws records::RunError (IZ_ERR_CONFIG).
  Plugin(const std::filesystem::path& path, const records::ElfNote& note);

  [[nodiscard]] const iz_connector& connector() const { return *module_->connector; }
  [[nodiscard]] const records::Manifest& manifest() const { return manifest_; }

 private:
  const iz_module* module_ = nullptr;
  records::Manifest manifest_;
};

}  // namespace iz::host
