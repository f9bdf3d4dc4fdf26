// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Manifests as a stranger's connector would bring them.
#include "records/manifest.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    (void)iz::records::parse_manifest({reinterpret_cast<const char*>(data), size});
  } catch (const iz::records::ManifestError&) {
  }
  return 0;
}
