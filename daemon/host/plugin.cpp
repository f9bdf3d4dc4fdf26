// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/plugin.hpp"

#include <cstddef>

#include <boost/dll/shared_library.hpp>
#include <fmt/format.h>

#include "host/error.hpp"
#include "records/run_sink.hpp"
#include "wire/messages.hpp"
#include "wire/text.hpp"

namespace iz::host {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what) {
  throw records::RunError(IZ_ERR_CONFIG, fmt::format("connector {}: {}", path.native(), what));
}

// Left behind on purpose: its destructor would unload.
const boost::dll::shared_library& load(const std::filesystem::path& path) {
  try {
    return *new boost::dll::shared_library(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
  } catch (const std::exception& fault) {
    refuse(path, fmt::format("cannot be loaded: {}; install the libraries it needs, or a build for this system",
                             wire::to_text(fault.what(), 600)));
  }
}

std::string text(iz_str value, std::size_t most) {
  return value.len > most ? std::string("(too long)") : wire::to_text(view(value), most);
}

}  // namespace

Plugin::Plugin(const std::filesystem::path& path, const records::ElfNote& note) {
  const auto& library = load(path);
  if (!library.has(IZ_MODULE_SYMBOL)) {
    refuse(path,
           fmt::format("does not export {}; build it with INFRAZEN_MODULE, or export an iz_module", IZ_MODULE_SYMBOL));
  }
  module_ = &library.get<const iz_module>(IZ_MODULE_SYMBOL);
  if (module_->struct_size < sizeof(iz_module)) {
    refuse(path,
           fmt::format("its iz_module.struct_size is {}, at least {} are needed; rebuild it with the InfraZen SDK",
                       module_->struct_size, sizeof(iz_module)));
  }
  const iz_connector* connector = module_->connector;
  if (connector == nullptr || connector->struct_size < offsetof(iz_connector, extension) ||
      connector->create == nullptr || connector->sync == nullptr || connector->destroy == nullptr) {
    refuse(path, "its iz_connector lacks create, sync or destroy; rebuild it with the InfraZen SDK");
  }
  const std::string id = text(module_->id, 64);
  const std::string version = text(module_->version, 64);
  if (id != note.id || version != note.version) {
    refuse(path, fmt::format("its module is {} {}, but its note says {} {}; both have to come from one build", id,
                             version, note.id, note.version));
  }
  if (module_->manifest.ptr == nullptr || module_->manifest.len > wire::kMaxManifestBytes) {
    refuse(path, fmt::format("it has no manifest, or one above {} bytes", wire::kMaxManifestBytes));
  }
  try {
    manifest_ = records::parse_manifest(view(module_->manifest));
  } catch (const records::ManifestError& fault) {
    refuse(path, fmt::format("its manifest is wrong: {}", wire::to_text(fault.what(), 700)));
  }
  if (manifest_.id != note.id || manifest_.version != note.version) {
    refuse(path, fmt::format("its manifest is of {} {}, but its note says {} {}", manifest_.id, manifest_.version,
                             note.id, note.version));
  }
}

}  // namespace iz::host
