#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# Copyright The InfraZen authors
"""Writes include/infrazen/records.hpp from include/infrazen/abi/records.h. Run it after a field was appended there;
tests/unit/sdk/fields_agree_test.cpp fails until both, and daemon/records/kinds.cpp, say the same."""
import pathlib
import re
import subprocess

SDK = pathlib.Path(__file__).resolve().parent.parent
HEADER = (SDK / "include/infrazen/abi/records.h").read_text()
TYPES = {"text": "Text", "decimal": "Amount", "integer": "Whole", "instant": "Instant", "date": "Date",
         "JSON object": "Json", "JSON array": "Json"}
EXTENDED = {"Resource", "Charge"}

out = ["""// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
// Written by sdk/tools/generate_records.py from abi/records.h. Do not edit.
#pragma once

#include <cstddef>
#include <cstdint>

#include <infrazen/abi/records.h>
#include <infrazen/value.hpp>

// The records a connector emits. Fields marked "!" are needed: a row without them is rejected. Types, limits and meaning
// are those of abi/records.h.
namespace infrazen {

enum class Kind : std::uint32_t {"""]
kinds = re.findall(r"#define IZ_KIND_(\w+)\s+(\d+)u", HEADER)
for name, _ in kinds:
    out.append(f"  {name.lower()} = IZ_KIND_{name},")
out.append("};\n")

for section in re.split(r"\n/\* ---- ", HEADER)[1:]:
    fields = re.findall(r"#define (IZ_(\w+)) (\d+)u\s+/\* (.*?) \*/", section)
    if not fields:
        continue
    kind = section.split(":")[0].split()[0].upper()
    struct = kind.capitalize() if kind != "LOG" else "LogEntry"
    head = section.split("*/")[0].replace(" ----", ".", 1).replace(" ----", "")
    title = re.sub(r"\s*\n \*\s*", " ", head).strip().rstrip(".")
    title = title.split(":", 1)[1].strip() if ":" in title else title
    article = "An" if kind[0] in "AEIO" else "A"
    detail = f"{article} {kind.lower()}: {title}" if title.lower() != kind.lower() else f"{article} {kind.lower()}"
    line = f"// {detail}."
    while len(line) > 120:
        cut = line.rfind(" ", 0, 120)
        out.append(line[:cut])
        line = "// " + line[cut + 1:]
    out.append(line)
    out.append(f"struct {struct} {{")
    out.append(f"  static constexpr Kind kind = Kind::{kind.lower()};")
    out.append(f"  static constexpr std::size_t field_count = {len(fields)};")
    needed = ", ".join("true" if c.startswith("! ") else "false" for *_, c in fields)
    out.append("  // Per field, in the ABI's order: whether a row without it is rejected.")
    line = f"  static constexpr bool needed[] = {{{needed}}};"
    while len(line) > 120:
        cut = line.rfind(" ", 0, 120)
        out.append(line[:cut])
        line = " " * 35 + line[cut + 1:]
    out.append(line + "\n")
    visits = []
    for macro, rest, _, comment in fields:
        member = rest[len(kind) + 1:].lower()
        name = "".join(p.capitalize() for p in member.split("_")) if kind == "CHARGE" else member
        needed = comment.startswith("! ")
        plain = comment[2:] if needed else comment
        type_ = next(v for k, v in TYPES.items() if plain.startswith(k))
        note = re.sub(r"^(text|decimal|integer|instant|date|JSON object|JSON array)[,:;]?\s*(of )?", "", plain)
        note = ("! " if needed else "") + note
        out.append(f"  {type_} {member}{{}};" + (f"  // {note.strip()}" if note.strip() else ""))
        visits.append(f'    visit({macro}, "{name}", self.{member});')
    if struct in EXTENDED:
        out.append("  Extensions extensions{};")
    out.append("\n  // visit(field id, name, value) for every field, in the ABI's order.")
    out.append("  template <class Self, class Visit>")
    out.append("  static void each(Self& self, Visit&& visit) {")
    out += visits
    out.append("  }\n};\n")
out.append("}  // namespace infrazen\n")
target = SDK / "include/infrazen/records.hpp"
target.write_text("\n".join(out))
subprocess.run(["clang-format", "-i", str(target)], check=True)
