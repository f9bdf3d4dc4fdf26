/* SPDX-License-Identifier: Apache-2.0
 * Copyright The InfraZen authors
 *
 * infrazen/abi/note.h: the ELF note `.note.infrazen`, readable before (and without) any dlopen.
 *
 * Section ".note.infrazen", owner name "InfraZen" (9 bytes with its zero, padded to 12), type IZ_NOTE_TYPE.
 * The descriptor is iz_note: fixed size, little endian, text zero-padded. A file without exactly one such note is not a
 * connector; one whose abi_major is not the host's is refused with both numbers named.
 */
#ifndef INFRAZEN_ABI_NOTE_H
#define INFRAZEN_ABI_NOTE_H

#include <infrazen/abi/base.h>

#ifdef __cplusplus
extern "C" {
#endif

#define IZ_NOTE_OWNER        "InfraZen"
#define IZ_NOTE_TYPE         1u
#define IZ_NOTE_ID_SIZE      32
#define IZ_NOTE_VERSION_SIZE 32

typedef struct iz_note {
    uint32_t abi_major;
    uint32_t abi_minor;
    char     id[IZ_NOTE_ID_SIZE];           /* ^[a-z][a-z0-9]{1,30}$ : the connector's and its table's name */
    char     version[IZ_NOTE_VERSION_SIZE]; /* semantic version of the connector, at most 31 bytes           */
} iz_note;

/* What the section holds: an Elf64_Nhdr, the owner padded to 4, the descriptor. */
typedef struct iz_note_section {
    uint32_t namesz; /* 9                */
    uint32_t descsz; /* sizeof(iz_note)  */
    uint32_t type;   /* IZ_NOTE_TYPE     */
    char     owner[12];
    iz_note  desc;
} iz_note_section;

/* Places the note: `IZ_NOTE("hetzner", "1.0.0");`. Both are string literals. Use once per module, at file scope;
 * INFRAZEN_MODULE of the C++ layer does it for you. */
#define IZ_NOTE(id_, version_)                                                                                         \
    __attribute__((section(".note.infrazen"), used, aligned(4))) static const iz_note_section iz_note_instance = {     \
        9u, sizeof(iz_note), IZ_NOTE_TYPE, IZ_NOTE_OWNER, {IZ_ABI_MAJOR, IZ_ABI_MINOR, id_, version_}}

#ifdef __cplusplus
}
#endif
#endif
