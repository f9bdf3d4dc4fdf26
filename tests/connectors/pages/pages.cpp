// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Delivers numbered pages, each with a mark whose cursor is the number of the next one, and goes on from there in the
// next run: what is missing or there twice afterwards can be told exactly. Between pages it waits, as for a provider.
// Streams: "balance", and "documents", which the manifest puts after it.
#include <charconv>

#include "../support/connector.hpp"

namespace {

using iz::test::Host;
using iz::test::str;

std::string instant(std::int64_t seconds) {
  char text[sizeof "2026-01-01T00:00:00Z"];
  const auto two = [](char* at, std::int64_t value) {
    at[0] = static_cast<char>('0' + value / 10);
    at[1] = static_cast<char>('0' + value % 10);
  };
  std::string_view("2026-01-01T00:00:00Z").copy(text, sizeof text);
  two(text + 8, 1 + seconds / 86'400 % 28);
  two(text + 5, 1 + seconds / 86'400 / 28 % 12);
  two(text + 11, seconds / 3'600 % 24);
  two(text + 14, seconds / 60 % 60);
  two(text + 17, seconds % 60);
  return {text, sizeof text - 1};
}

std::int32_t push_page(Host& host, std::int64_t page, std::int64_t rows, const std::string& account, iz_error* error) {
  static constexpr iz_column kColumns[] = {{IZ_BALANCE_ACCOUNT_ID, 0, {}},
                                           {IZ_BALANCE_AMOUNT, 0, {}},
                                           {IZ_BALANCE_CURRENCY, 0, {}},
                                           {IZ_BALANCE_AS_OF, 0, {}}};
  // A balance that is as it was before is not stored again, so each is another one.
  std::vector<std::string> texts;
  for (std::int64_t row = page * rows; row < (page + 1) * rows; ++row) {
    texts.push_back(std::to_string(row) + ".25");
    texts.push_back(instant(row));
  }
  std::vector<iz_str> cells;
  for (std::size_t i = 0; i < texts.size(); i += 2)
    cells.insert(cells.end(), {str(account), str(texts[i]), str("RUB"), str(texts[i + 1])});
  iz_batch batch{};
  batch.struct_size = sizeof batch;
  batch.kind = IZ_KIND_BALANCE;
  batch.columns = kColumns;
  batch.column_count = 4;
  batch.column_stride = sizeof(iz_column);
  batch.cells = cells.data();
  batch.row_count = static_cast<std::uint32_t>(rows);
  return host.sink->push(host.sink->context, &batch, error);
}

std::int32_t sync(Host& host, const iz_sync_request& request, iz_error* error) {
  const std::string_view cursor = iz::test::view(request.cursor);
  std::int64_t page = 0;
  if (!cursor.empty()) std::from_chars(cursor.data(), cursor.data() + cursor.size(), page);
  const std::int64_t pages = host.number("pages", 10);
  const std::int64_t pause = host.number("pause_ms", 0);
  const std::string account = std::string(iz::test::view(request.stream)) + '-' + host.setting("account");
  if (host.setting("variant") == "refuse") return iz::test::fail(error, IZ_ERR_AUTH, "the provider does not know us");
  for (; page < pages; ++page) {
    if (const auto r = push_page(host, page, host.number("rows", 20), account, error); r != IZ_OK) return r;
    if (const auto r = host.mark(std::to_string(page + 1), error); r != IZ_OK) return r;
    if (pause == 0 || page + 1 == pages) continue;
    if (const auto r = host.clock->sleep_ms(host.clock->context, pause, error); r != IZ_OK) return r;
  }
  return IZ_OK;
}

#define PAGES_MANIFEST                                                                                      \
  R"({"manifest":1,"id":"pages","version":"1.0.0","title":"Pages","settings":{"pages":{"type":"integer"},)" \
  R"("rows":{"type":"integer"},"pause_ms":{"type":"integer"},"account":{"type":"string","default":"a"},)"   \
  R"("variant":{"type":"string"}},"secrets":{"token":{"required":false}},)"                                 \
  R"("streams":{"balance":{"interval":"1h","kinds":["balance"]},)"                                          \
  R"("documents":{"interval":"1h","after":["balance"],"kinds":["balance"]}}})"

}  // namespace

IZ_NOTE("pages", "1.0.0");
IZ_TEST_MODULE("pages", PAGES_MANIFEST, &iz::test::kConnector<sync>);
