// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "records/elf_note.hpp"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <infrazen/abi/note.h>

namespace iz::records {
namespace {

constexpr std::uint64_t kMaxProgramHeaders = 64;
constexpr std::uint64_t kMaxNoteBytes = 65536;
constexpr std::string_view kOwner{IZ_NOTE_OWNER, sizeof(IZ_NOTE_OWNER)};  // with its zero

#if defined(__x86_64__)
constexpr std::uint16_t kMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t kMachine = EM_AARCH64;
#else
#error "name this machine's ELF number"
#endif

template <class Struct>
Struct load(const ReadAt& read, std::uint64_t offset, std::string_view what) {
  Struct value{};
  if (!read(offset, std::as_writable_bytes(std::span(&value, 1)))) {
    throw NoteError(fmt::format("the file is cut off: {} at offset {} is missing", what, offset));
  }
  return value;
}

Elf64_Ehdr load_header(const ReadAt& read) {
  Elf64_Ehdr header{};
  if (!read(0, std::as_writable_bytes(std::span(&header, 1))) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
    throw NoteError("the file is not an ELF shared library");
  }
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB) {
    throw NoteError("the file is not a 64-bit little-endian ELF file");
  }
  if (header.e_machine != kMachine) {
    throw NoteError(fmt::format("the file was built for another machine (ELF machine {}, this one is {})",
                                header.e_machine, kMachine));
  }
  if (header.e_type != ET_DYN) throw NoteError("the file is an ELF file, but not a shared library");
  if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phnum == 0 || header.e_phnum > kMaxProgramHeaders) {
    throw NoteError(fmt::format("the file has {} program headers of {} bytes", header.e_phnum, header.e_phentsize));
  }
  return header;
}

std::string fixed_text(const char* bytes, std::size_t size, std::string_view what) {
  const std::string_view field(bytes, size);
  const std::size_t end = field.find('\0');
  if (end == std::string_view::npos || end == 0) throw NoteError(fmt::format("its note has no proper {}", what));
  if (field.find_first_not_of('\0', end) != std::string_view::npos) {
    throw NoteError(fmt::format("its note has bytes behind the {}", what));
  }
  const std::string_view text = field.substr(0, end);
  if (!std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; })) {
    throw NoteError(fmt::format("its note's {} is not printable", what));
  }
  return std::string(text);
}

ElfNote read_descriptor(std::span<const std::byte> bytes) {
  // A later minor may append to iz_note; what this build knows comes first.
  if (bytes.size() < sizeof(iz_note)) {
    throw NoteError(fmt::format("its note has {} bytes, at least {} are needed", bytes.size(), sizeof(iz_note)));
  }
  iz_note note;
  std::memcpy(&note, bytes.data(), sizeof note);
  return {note.abi_major, note.abi_minor, fixed_text(note.id, sizeof note.id, "id"),
          fixed_text(note.version, sizeof note.version, "version")};
}

std::uint64_t padded(std::uint64_t size, std::uint64_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

// The loader maps what the header promises and dies of SIGBUS if the file ends before.
void check_loadable(const ReadAt& read, const Elf64_Phdr& program) {
  if (program.p_filesz == 0) return;
  std::byte last[1];
  const bool overflows = program.p_offset > UINT64_MAX - program.p_filesz;
  if (overflows || !read(program.p_offset + program.p_filesz - 1, last)) {
    throw NoteError(fmt::format("the file is cut off: {} bytes at offset {} are not all there", program.p_filesz,
                                program.p_offset));
  }
}

// Notes of one segment: {namesz, descsz, type, name, descriptor}, name and descriptor padded to the segment's
// alignment.
void read_segment(std::span<const std::byte> segment, std::uint64_t alignment, std::optional<ElfNote>& found) {
  while (segment.size() >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr note;
    std::memcpy(&note, segment.data(), sizeof note);
    const std::uint64_t desc_at = padded(sizeof note + std::uint64_t{note.n_namesz}, alignment);
    const std::uint64_t end = desc_at + note.n_descsz;
    if (end > segment.size()) throw NoteError("a note is longer than its segment");
    const std::string_view owner(reinterpret_cast<const char*>(segment.data()) + sizeof note, note.n_namesz);
    if (owner == kOwner && note.n_type == IZ_NOTE_TYPE) {
      if (found) throw NoteError("it has more than one InfraZen note: IZ_NOTE or INFRAZEN_MODULE is used twice");
      found = read_descriptor(segment.subspan(desc_at, note.n_descsz));
    }
    segment = segment.subspan(std::min<std::uint64_t>(padded(end, alignment), segment.size()));
  }
}

}  // namespace

ElfNote read_note(const ReadAt& read) {
  const Elf64_Ehdr header = load_header(read);
  std::optional<ElfNote> found;
  std::vector<std::byte> segment;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    if (header.e_phoff > UINT64_MAX - i * sizeof(Elf64_Phdr)) throw NoteError("its program headers are nowhere");
    const auto program = load<Elf64_Phdr>(read, header.e_phoff + i * sizeof(Elf64_Phdr), "a program header");
    if (program.p_type == PT_LOAD) check_loadable(read, program);
    if (program.p_type != PT_NOTE) continue;
    if (program.p_filesz > kMaxNoteBytes) throw NoteError(fmt::format("it has {} bytes of notes", program.p_filesz));
    segment.resize(program.p_filesz);
    if (!read(program.p_offset, segment)) {
      throw NoteError(fmt::format("the file is cut off: notes at offset {} are missing", program.p_offset));
    }
    read_segment(segment, program.p_align == 8 ? 8 : 4, found);
  }
  if (!found) throw NoteError("it has no InfraZen note, so it is not a connector");
  return *found;
}

ElfNote read_note(std::span<const std::byte> file) {
  return read_note([file](std::uint64_t offset, std::span<std::byte> out) {
    if (offset > file.size() || out.size() > file.size() - offset) return false;
    std::ranges::copy(file.subspan(offset, out.size()), out.begin());
    return true;
  });
}

}  // namespace iz::records
