// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <string>

namespace iz::records {

// What `.note.infrazen` says (infrazen/abi/note.h).
struct ElfNote {
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::string id;
  std::string version;
};

// The file is not a shared library of this machine, is cut off, or has no note, two notes or a broken one.
class NoteError : public std::runtime_error {
 public:
  explicit NoteError(const std::string& what) : std::runtime_error(what) {}
};

// Fills `out` from the file at `offset`, or returns false if the file ends before.
using ReadAt = std::function<bool(std::uint64_t offset, std::span<std::byte> out)>;

// Reads the note from the PT_NOTE segments (they survive strip). Bounded: at most 64 program headers and 64 KiB of
// notes are looked at, whatever the file claims. Says nothing about the ABI major: the caller compares. Throws
// NoteError.
[[nodiscard]] ElfNote read_note(const ReadAt& read);
[[nodiscard]] ElfNote read_note(std::span<const std::byte> file);

}  // namespace iz::records
