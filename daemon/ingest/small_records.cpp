// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/small_records/small_records.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "ingest/kind_ingest.hpp"
#include "ingest/rows/staged_records.hpp"

// Prices, rates, balances, documents, accounts: few rows, no scopes, moved by one statement or two of their own.
namespace iz::ingest {
namespace {

// Rejects the row (through cells) when the kind's own rules say so.
using Check = void (*)(Cells& cells);
using Apply = std::vector<store::Finding> (*)(store::MarkTransaction& tx, const store::RecordOrigin& origin);

class SmallRecords : public KindIngest {
 public:
  SmallRecords(IngestContext& context, std::uint32_t kind, Check check, Apply apply)
      : context_(context), staged_(context, *records::find_kind(kind)), check_(check), apply_(apply) {}

  void batch(const records::BatchView& batch) override {
    Cells cells(context_, staged_.kind(), batch);
    for (std::size_t row = 0; row < batch.rows; ++row) {
      if (!cells.row(row)) continue;
      check_(cells);
      if (cells.ok()) staged_.add(cells, {});
    }
  }

  void write(store::MarkTransaction& tx) override {
    if (staged_.records() == 0) return;
    staged_.copy(tx);
    for (store::Finding& finding : apply_(tx, origin_of(context_))) context_.findings().add(std::move(finding));
  }

  void committed() override { staged_.clear(); }
  [[nodiscard]] std::uint64_t pending_records() const override { return staged_.records(); }
  [[nodiscard]] std::uint64_t pending_bytes() const override { return staged_.bytes(); }

 private:
  IngestContext& context_;
  StagedRecords staged_;
  Check check_;
  Apply apply_;
};

constexpr std::size_t kKeyMax = 512;  // bytes: several of them make one index entry

void check_key(Cells& cells, std::uint32_t field) {
  if (!cells.ok()) return;
  const records::Cell cell = cells.text(field);
  if (records::is_null(cell)) return;
  if (cell.empty()) return cells.reject(field, "empty_key", "this column tells the rows apart and must not be empty");
  if (cell.size() > kKeyMax) cells.reject(field, "too_long", "this column tells the rows apart and may have 512 bytes");
}

void check_currency(Cells& cells, std::uint32_t field) {
  if (!cells.ok()) return;
  const records::Cell cell = cells.text(field);
  if (records::is_null(cell)) return;
  const bool good = cell.size() == 3 && std::ranges::all_of(cell, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!good) cells.reject(field, "currency_format", "a currency is three capital letters (ISO 4217)");
}

void check_word(Cells& cells, std::uint32_t field, std::initializer_list<std::string_view> words, std::string_view message) {
  if (!cells.ok()) return;
  const records::Cell cell = cells.text(field);
  if (!records::is_null(cell) && std::ranges::find(words, cell) == words.end()) cells.reject(field, "unknown_word", message);
}

// `to` after `from`; equal is allowed when `empty_period` says so.
void check_period(Cells& cells, std::uint32_t from, std::uint32_t to, bool empty_period) {
  if (!cells.ok()) return;
  const auto begin = cells.instant(from);
  const auto end = cells.instant(to);
  if (begin && end && (*end < *begin || (*end == *begin && !empty_period))) {
    cells.reject(to, "period_order", "the end of the period is not after its begin");
  }
}

void check_price(Cells& cells) {
  check_key(cells, IZ_PRICE_SKU_ID);
  check_key(cells, IZ_PRICE_REGION);
  check_key(cells, IZ_PRICE_ACCOUNT_ID);
  check_currency(cells, IZ_PRICE_CURRENCY);
  check_word(cells, IZ_PRICE_PRICE_KIND, {"list", "contract"}, "price_kind is list or contract");
  check_period(cells, IZ_PRICE_VALID_FROM, IZ_PRICE_VALID_TO, false);
}

void check_rate(Cells& cells) {
  check_key(cells, IZ_RATE_SOURCE);
  check_currency(cells, IZ_RATE_BASE_CURRENCY);
  check_currency(cells, IZ_RATE_QUOTE_CURRENCY);
  if (!cells.ok()) return;
  if (cells.text(IZ_RATE_BASE_CURRENCY) == cells.text(IZ_RATE_QUOTE_CURRENCY)) {
    return cells.reject(IZ_RATE_QUOTE_CURRENCY, "same_currency", "a rate is between two currencies");
  }
  if (!(*cells.decimal(IZ_RATE_RATE) > infrazen::Decimal(0))) {
    cells.reject(IZ_RATE_RATE, "not_positive", "a rate is more than zero");
  }
}

void check_balance(Cells& cells) {
  check_key(cells, IZ_BALANCE_ACCOUNT_ID);
  check_currency(cells, IZ_BALANCE_CURRENCY);
  check_word(cells, IZ_BALANCE_BALANCE_KIND, {"main", "bonus", "credit"}, "balance_kind is main, bonus or credit");
}

void check_document(Cells& cells) {
  check_key(cells, IZ_DOCUMENT_ACCOUNT_ID);
  check_key(cells, IZ_DOCUMENT_DOCUMENT_ID);
  check_key(cells, IZ_DOCUMENT_DOCUMENT_TYPE);
  check_currency(cells, IZ_DOCUMENT_CURRENCY);
  check_period(cells, IZ_DOCUMENT_PERIOD_START, IZ_DOCUMENT_PERIOD_END, true);
}

void check_account(Cells& cells) {
  check_key(cells, IZ_ACCOUNT_ACCOUNT_ID);
  check_key(cells, IZ_ACCOUNT_ACCOUNT_TYPE);
  check_key(cells, IZ_ACCOUNT_PARENT_ID);
  check_currency(cells, IZ_ACCOUNT_CURRENCY);
}

}  // namespace

std::unique_ptr<KindIngest> make_prices(IngestContext& context) {
  return std::make_unique<SmallRecords>(context, IZ_KIND_PRICE, check_price, store::apply_prices);
}
std::unique_ptr<KindIngest> make_rates(IngestContext& context) {
  return std::make_unique<SmallRecords>(context, IZ_KIND_RATE, check_rate, store::apply_rates);
}
std::unique_ptr<KindIngest> make_balances(IngestContext& context) {
  return std::make_unique<SmallRecords>(context, IZ_KIND_BALANCE, check_balance, store::apply_balances);
}
std::unique_ptr<KindIngest> make_documents(IngestContext& context) {
  return std::make_unique<SmallRecords>(context, IZ_KIND_DOCUMENT, check_document, store::apply_documents);
}
std::unique_ptr<KindIngest> make_accounts(IngestContext& context) {
  return std::make_unique<SmallRecords>(context, IZ_KIND_ACCOUNT, check_account, store::apply_accounts);
}

}  // namespace iz::ingest
