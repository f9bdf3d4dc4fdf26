// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <dlfcn.h>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <infrazen/abi/module.h>

namespace infrazen::testkit {

// The module in a built connector, which stays loaded to the end of the process. std::runtime_error if there is none.
inline const iz_module& load(const std::filesystem::path& path) {
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(::dlerror());
  const void* const symbol = ::dlsym(library, IZ_MODULE_SYMBOL);
  if (symbol == nullptr) throw std::runtime_error(path.string() + " does not export " IZ_MODULE_SYMBOL);
  return *static_cast<const iz_module*>(symbol);
}

}  // namespace infrazen::testkit
