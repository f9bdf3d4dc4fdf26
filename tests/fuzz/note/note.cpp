// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Files that claim to be connectors.
#include <cstddef>
#include <cstdint>

#include "records/elf_note.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    (void)iz::records::read_note(std::as_bytes(std::span(data, size)));
  } catch (const iz::records::NoteError&) {
  }
  return 0;
}
