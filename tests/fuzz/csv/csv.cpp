// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/csv.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "support/byte_source.hpp"
#include "support/encoding.hpp"

// The same records have to come out whatever the sizes of blocks and reads, and views have to lie in memory that is
// there.
namespace {

using namespace iz::support;

struct Record {
  std::vector<std::string> fields;
  std::uint64_t line = 0;
  CsvFault fault = CsvFault::none;
  bool cut = false;
  bool operator==(const Record&) const = default;
};

std::vector<Record> read(ByteSource& source, const CsvOptions& options) {
  std::vector<Record> records;
  CsvReader csv(source, options);
  CsvRecord record;
  while (csv.fill()) {
    while (csv.next(record)) {
      Record& copy = records.emplace_back();
      for (const CsvField& field : record.fields)
        copy.fields.push_back((field.quoted ? "q" : "u") + std::string(field.text()));
      copy.line = record.line;
      copy.fault = record.fault;
      copy.cut = record.cut;
    }
  }
  return records;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t most = size + 64;  // no record is too long
  MemorySource whole(text);
  const auto expected = read(whole, {.block = most, .max_record = most});
  MemorySource pieces(text, data[0] % 7 + 1U);
  if (read(pieces, {.block = data[0] / 7U + 1, .max_record = most}) != expected) std::abort();

  std::string repaired;
  append_repaired(repaired, text);
  if (!is_text(repaired)) std::abort();
  std::string decoded;
  append_windows_1251(decoded, text);
  if (!is_text(decoded)) std::abort();
  try {
    MemorySource compressed(text);
    GzipSource gunzip(compressed, "input");
    std::vector<char> buffer(4096);
    for (int i = 0; i < 256 && gunzip.read(buffer) != 0; ++i) {
    }
  } catch (const SourceFault&) {
  }
  return 0;
}
