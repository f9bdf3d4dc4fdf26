// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "wire/batch_codec.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include <fmt/format.h>

#include "records/kinds.hpp"
#include "wire/text.hpp"

namespace iz::wire {
namespace {

using records::Cell;

constexpr std::uint32_t kHasPositions = 1;

struct Head {
  std::uint32_t kind = 0;
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
  std::uint32_t flags = 0;
  std::uint32_t scope_bytes = 0;
  std::uint32_t origin_bytes = 0;
  std::uint32_t name_bytes = 0;
  std::uint32_t cell_bytes = 0;
};
static_assert(sizeof(Head) == 32);

std::uint32_t length_of(Cell cell) {
  return records::is_null(cell) ? kNull : static_cast<std::uint32_t>(cell.size());
}

std::uint32_t load_u32(const std::byte* at) {
  std::uint32_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

void check_head(const Head& head) {
  const auto refuse_above = [](std::string_view what, std::uint64_t value, std::uint64_t most) {
    if (value > most) throw MalformedFrame(fmt::format("batch of {} {}, at most {} are allowed", value, what, most));
  };
  if (records::find_kind(head.kind) == nullptr)
    throw MalformedFrame(fmt::format("batch of unknown kind {}", head.kind));
  if ((head.flags & ~kHasPositions) != 0)
    throw MalformedFrame(fmt::format("batch with unknown flags {:#x}", head.flags));
  refuse_above("rows", head.rows, IZ_BATCH_ROWS_MAX);
  refuse_above("columns", head.columns, kMaxColumns);
  refuse_above("cells", std::uint64_t{head.rows} * head.columns, kMaxCells);
  refuse_above("cell bytes", head.cell_bytes, IZ_BATCH_BYTES_MAX);
  if (head.scope_bytes != kNull) refuse_above("scope bytes", head.scope_bytes, IZ_SCOPE_MAX);
  if (head.origin_bytes != kNull) refuse_above("origin bytes", head.origin_bytes, kMaxOriginBytes);
  refuse_above("name bytes", head.name_bytes, std::uint64_t{head.columns} * kMaxNameBytes);
}

Cell take_cell(ByteReader& reader, std::uint32_t length) {
  if (length == kNull) return {};
  const auto bytes = reader.take(length);
  return length == 0 ? Cell("", 0) : Cell(reinterpret_cast<const char*>(bytes.data()), length);
}

Cell take_text(ByteReader& reader, std::uint32_t length, std::string_view what) {
  const Cell text = take_cell(reader, length);
  if (!is_text(text)) throw MalformedFrame(fmt::format("{} that is not UTF-8 or holds a NUL", what));
  return text;
}

void refuse_repeated(const records::Kind& kind, BatchViews& views) {
  auto& order = views.order;
  const auto& columns = views.columns;
  const auto key_less = [&](std::uint32_t a, std::uint32_t b) {
    return columns[a].field != columns[b].field ? columns[a].field < columns[b].field
                                                : columns[a].name < columns[b].name;
  };
  order.resize(columns.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, key_less);
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (!key_less(order[i - 1], order[i])) {
      throw MalformedFrame(fmt::format("{} batch with a column twice: field {} \"{}\"", kind.name,
                                       columns[order[i]].field, columns[order[i]].name));
    }
  }
}

void decode_columns(std::span<const std::byte> table, ByteReader& names, const records::Kind& kind, BatchViews& views) {
  const std::size_t columns = table.size() / 8;
  views.columns.resize(columns);
  for (std::size_t i = 0; i < columns; ++i) {
    const std::uint32_t field = load_u32(table.data() + 8 * i);
    const std::uint32_t bytes = load_u32(table.data() + 8 * i + 4);
    if (bytes > kMaxNameBytes) throw MalformedFrame(fmt::format("column name of {} bytes", bytes));
    const std::string_view name = take_text(names, bytes, "column name");
    if (field == IZ_FIELD_EXTENSION ? name.empty() : kind.find(field) == nullptr || !name.empty()) {
      throw MalformedFrame(fmt::format("{} batch with unknown column: field {} \"{}\"", kind.name, field, name));
    }
    views.columns[i] = {field, name};
  }
  refuse_repeated(kind, views);
}

void decode_cells(std::span<const std::byte> lengths, std::span<const std::byte> bytes, std::vector<Cell>& cells) {
  const std::size_t count = lengths.size() / 4;
  if (cells.size() < count) cells.resize(count);
  const char* at = reinterpret_cast<const char*>(bytes.data());
  std::size_t left = bytes.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t length = load_u32(lengths.data() + 4 * i);
    if (length == kNull) {
      cells[i] = Cell{};
      continue;
    }
    if (length > left || length > IZ_CELL_MAX) {
      throw MalformedFrame(fmt::format("cell {} of {} bytes where {} are left", i, length, left));
    }
    cells[i] = Cell(at, length);
    at += length;
    left -= length;
  }
  if (left != 0) throw MalformedFrame(fmt::format("{} bytes belong to no cell", left));
}

}  // namespace

void encode_batch(const records::BatchView& batch, Bytes& out) {
  Head head;
  head.kind = batch.kind;
  head.rows = batch.rows;
  head.columns = static_cast<std::uint32_t>(batch.columns.size());
  head.flags = batch.positions.empty() ? 0 : kHasPositions;
  head.scope_bytes = length_of(batch.scope);
  head.origin_bytes = length_of(batch.origin);
  for (const auto& column : batch.columns) head.name_bytes += static_cast<std::uint32_t>(column.name.size());
  std::size_t cell_bytes = 0;
  for (const Cell cell : batch.cells) cell_bytes += cell.size();
  head.cell_bytes = static_cast<std::uint32_t>(cell_bytes);

  const std::size_t start = out.size();
  out.resize(start + sizeof head + batch.positions.size_bytes() + batch.columns.size() * 8 + batch.cells.size() * 4 +
             batch.scope.size() + batch.origin.size() + head.name_bytes + cell_bytes);
  std::byte* at = out.data() + start;
  const auto put = [&at](const void* from, std::size_t size) {
    if (size != 0) std::memcpy(at, from, size);
    at += size;
  };
  put(&head, sizeof head);
  put(batch.positions.data(), batch.positions.size_bytes());
  for (const auto& column : batch.columns) {
    const std::uint32_t pair[2] = {column.field, static_cast<std::uint32_t>(column.name.size())};
    put(pair, sizeof pair);
  }
  std::byte* lengths = at;
  at += batch.cells.size() * 4;
  put(batch.scope.data(), batch.scope.size());
  put(batch.origin.data(), batch.origin.size());
  for (const auto& column : batch.columns) put(column.name.data(), column.name.size());
  for (const Cell cell : batch.cells) {
    const std::uint32_t length = length_of(cell);
    std::memcpy(lengths, &length, 4);
    lengths += 4;
    put(cell.data(), cell.size());
  }
}

records::BatchView decode_batch(std::span<const std::byte> payload, BatchViews& views) {
  ByteReader reader(payload);
  Head head;
  std::memcpy(&head, reader.take(sizeof head).data(), sizeof head);
  check_head(head);
  const auto& kind = *records::find_kind(head.kind);

  const std::size_t count = std::size_t{head.rows} * head.columns;
  const auto positions = reader.take((head.flags & kHasPositions) != 0 ? std::size_t{head.rows} * 8 : 0);
  const auto columns = reader.take(std::size_t{head.columns} * 8);
  const auto lengths = reader.take(count * 4);
  records::BatchView batch;
  batch.kind = head.kind;
  batch.rows = head.rows;
  batch.scope = take_text(reader, head.scope_bytes, "scope");
  batch.origin = take_text(reader, head.origin_bytes, "origin");
  ByteReader names(reader.take(head.name_bytes));
  decode_columns(columns, names, kind, views);
  names.end();
  decode_cells(lengths, reader.take(head.cell_bytes), views.cells);
  reader.end();

  batch.columns = views.columns;
  batch.cells = std::span<const Cell>(views.cells.data(), count);
  if (!positions.empty()) {
    if (reinterpret_cast<std::uintptr_t>(positions.data()) % alignof(std::uint64_t) == 0) {
      batch.positions = {reinterpret_cast<const std::uint64_t*>(positions.data()), head.rows};
    } else {
      views.positions.resize(head.rows);
      std::memcpy(views.positions.data(), positions.data(), positions.size());
      batch.positions = views.positions;
    }
  }
  return batch;
}

}  // namespace iz::wire
