// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "records/elf_note.hpp"

#include <cstring>
#include <elf.h>
#include <random>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <infrazen/abi/note.h>

namespace iz::records {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

iz_note_section good_note() {
  return {9, sizeof(iz_note), IZ_NOTE_TYPE, IZ_NOTE_OWNER, {1, 0, "focus", "1.2.3"}};
}

// The smallest file with notes: header, one program header, the notes.
std::vector<std::byte> elf_of(const std::vector<iz_note_section>& notes) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_DYN;
#if defined(__x86_64__)
  header.e_machine = EM_X86_64;
#else
  header.e_machine = EM_AARCH64;
#endif
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 1;
  Elf64_Phdr program{};
  program.p_type = PT_NOTE;
  program.p_offset = sizeof header + sizeof program;
  program.p_filesz = notes.size() * sizeof(iz_note_section);
  program.p_align = 4;
  std::vector<std::byte> file(program.p_offset + program.p_filesz);
  std::memcpy(file.data(), &header, sizeof header);
  std::memcpy(file.data() + sizeof header, &program, sizeof program);
  if (!notes.empty()) std::memcpy(file.data() + program.p_offset, notes.data(), program.p_filesz);
  return file;
}

std::string fault_of(const std::vector<std::byte>& file) {
  try {
    (void)read_note(file);
  } catch (const NoteError& fault) {
    return fault.what();
  }
  return "";
}

TEST(ElfNote, is_read) {
  const auto note = read_note(elf_of({good_note()}));
  EXPECT_EQ(note.abi_major, 1U);
  EXPECT_EQ(note.id, "focus");
  EXPECT_EQ(note.version, "1.2.3");
}

TEST(ElfNote, other_notes_do_not_matter) {
  auto other = good_note();
  std::memcpy(other.owner, "SomebodyX", 9);
  auto type = good_note();
  type.type = 2;
  EXPECT_EQ(read_note(elf_of({other, type, good_note()})).id, "focus");
  EXPECT_THAT(fault_of(elf_of({other, type})), HasSubstr("no InfraZen note"));
}

TEST(ElfNote, two_are_one_too_many) {
  EXPECT_THAT(fault_of(elf_of({good_note(), good_note()})), HasSubstr("more than one"));
}

TEST(ElfNote, texts_must_end_and_be_printable) {
  auto note = good_note();
  std::memset(note.desc.id, 'a', sizeof note.desc.id);
  EXPECT_THAT(fault_of(elf_of({note})), HasSubstr("no proper id"));
  note = good_note();
  note.desc.version[0] = '\0';
  EXPECT_THAT(fault_of(elf_of({note})), HasSubstr("version"));
  note = good_note();
  note.desc.id[2] = '\n';
  EXPECT_THAT(fault_of(elf_of({note})), HasSubstr("not printable"));
  note = good_note();
  note.desc.id[20] = 'x';
  EXPECT_THAT(fault_of(elf_of({note})), HasSubstr("behind the id"));
}

TEST(ElfNote, another_machine_is_named) {
  auto file = elf_of({good_note()});
  file[18] = std::byte{0xF3};  // RISC-V
  EXPECT_THAT(fault_of(file), HasSubstr("another machine"));
}

TEST(ElfNote, every_cut_is_refused) {
  const auto file = elf_of({good_note()});
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_NE(fault_of({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}), "") << size;
  }
}

TEST(ElfNote, absurd_offsets_are_refused) {
  for (const std::size_t at :
       {std::size_t{32}, sizeof(Elf64_Ehdr) + 8, sizeof(Elf64_Ehdr) + 32}) {  // e_phoff, p_offset, p_filesz
    for (const std::uint64_t value : {~std::uint64_t{0}, std::uint64_t{1} << 63, std::uint64_t{70000}}) {
      auto file = elf_of({good_note()});
      std::memcpy(file.data() + at, &value, sizeof value);
      EXPECT_NE(fault_of(file), "") << at << " " << value;
    }
  }
}

TEST(ElfNote, random_damage_is_survived) {
  const auto file = elf_of({good_note(), good_note()});
  std::mt19937 random(1);
  for (int i = 0; i < 50000; ++i) {
    auto damaged = file;
    for (int k = 0; k < 3; ++k) damaged[random() % damaged.size()] = static_cast<std::byte>(random());
    (void)fault_of(damaged);
  }
}

}  // namespace
}  // namespace iz::records
