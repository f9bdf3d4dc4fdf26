// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/exports/export_reading.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "support/csv.hpp"
#include "support/encoding.hpp"
#include "yandex/costs/charge_batch.hpp"
#include "yandex/costs/charge_lines.hpp"
#include <infrazen/days.hpp>
#include <infrazen/error.hpp>

namespace iz::yandex {
namespace {

using infrazen::Decimal;
using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Severity;
using support::CsvFault;
using support::CsvReader;
using support::CsvRecord;

constexpr std::size_t kBlock = std::size_t{256} << 10;

[[noreturn]] void fail_cut(std::string_view name) {
  throw Error(ErrorClass::transient, "the billing export " + std::string(name) +
                                         " is cut off in the middle of a row: nothing of it was taken; it is read "
                                         "again at the next run");
}

// The header; nothing when the file is none of ours.
std::optional<ExportHeader> take_header(CsvReader& csv, support::Issues& issues) {
  CsvRecord record;
  const auto refuse = [&](std::string_view message) {
    issues.add({.severity = Severity::rejected, .rule = "no_header", .message = message});
    return std::nullopt;
  };
  if (!csv.fill() || !csv.next(record)) return refuse("the file is empty: it has no header");
  if (csv.byte_order_mark() == support::ByteOrderMark::utf16 || csv.byte_order_mark() == support::ByteOrderMark::utf32)
    return refuse("the file is UTF-16 or UTF-32: the provider writes UTF-8");
  if (record.fault != CsvFault::none) return refuse("the header line is damaged: a quote in it is not closed");
  std::vector<std::string_view> names;
  for (const support::CsvField& field : record.fields) names.push_back(field.text());
  if (!std::ranges::all_of(names, support::is_text)) return refuse("the header line is not UTF-8");
  ExportHeader header = read_export_header(names, issues);
  if (header.refused) return std::nullopt;
  return header;
}

// Every row behind the header.
template <class Visit>
void each_row(CsvReader& csv, const ExportHeader& header, std::string_view name, support::Issues& issues,
              const ReadingHooks& hooks, Visit&& visit) {
  RowReader rows(header, issues);
  CsvRecord record;
  ExportRow row;
  do {
    while (csv.next(record)) {
      if (record.fault == CsvFault::record_too_long || record.fault == CsvFault::unterminated_quote ||
          (record.cut && record.fields.size() < header.columns)) {
        fail_cut(name);
      }
      if (!rows.read(record, csv.plain_ascii(), row)) continue;
      try {
        visit(row);
      } catch (const infrazen::DecimalOverflow&) {
        issues.add({.severity = Severity::rejected,
                    .rule = "decimal_range",
                    .line = row.line,
                    .message = "amounts and quantity have too many digits to be worked with"});
      }
    }
    hooks.progress(csv.bytes());
  } while (csv.fill());
}

std::int64_t whole_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  std::from_chars(text.data(), text.data() + text.size(), seconds);
  return seconds;
}

// Rows of one account and day mostly follow each other.
template <class Map>
auto* find_day(Map& days, const ExportRow& row, AccountDay& last, decltype(&days.begin()->second)& found) {
  if (found != nullptr && last.day == row.day && last.account == row.text(Column::billing_account_id)) return found;
  last = {std::string(row.text(Column::billing_account_id)), row.day};
  const auto at = days.find(last);
  return found = at == days.end() ? nullptr : &at->second;
}

void count(const ExportRow& row, RowSums& sums) {
  sums.payable += row.cost + row.credit();
  ++sums.rows;
}

// Decides which day of each account the file is about.
void find_main_days(Survey& survey) {
  std::map<std::string_view, std::uint64_t> most;
  for (const auto& [key, day] : survey.days) {
    std::uint64_t& rows = most[key.account];
    rows = std::max(rows, day.sums.rows);
  }
  for (auto& [key, day] : survey.days) day.main = day.sums.rows == most[key.account];
}

// A row that outlives the reader's block.
struct KeptRow {
  explicit KeptRow(const ExportRow& of) : row(of) {
    for (const std::string_view cell : of.cells) texts.emplace_back(cell);
  }
  [[nodiscard]] ExportRow view() const {
    ExportRow out = row;
    out.cells.assign(texts.begin(), texts.end());
    return out;
  }
  ExportRow row;
  std::vector<std::string> texts;
};

// The second pass over the rows of one account and day.
struct DayDelivery {
  std::string scope;
  DayCommitments* commitments = nullptr;
  const SurveyedDay* surveyed = nullptr;
  std::vector<KeptRow> last;
  RowSums sums;
  Decimal billed, effective;
};

class Deliverer {
 public:
  Deliverer(Survey& survey, const std::set<AccountDay>& days, const Delivery& delivery)
      : survey_(survey),
        delivery_(delivery),
        batch_(delivery.sink, survey.header, delivery.settings, delivery.now, delivery.name) {
    for (const AccountDay& key : days) {
      SurveyedDay& surveyed = survey.days.at(key);
      days_.emplace(key, DayDelivery{scope_of(key), &surveyed.commitments, &surveyed, {}, {}, {}, {}});
    }
  }

  void take(const ExportRow& row) {
    DayDelivery* const day = find_day(days_, row, last_key_, last_);
    if (day == nullptr) return;
    const bool last = row.cud.sign() < 0 && day->commitments->comes_last(row);
    count(row, day->sums);
    if (last) {
      day->last.emplace_back(row);
    } else {
      write(*day, row, false);
    }
  }

  void finish() {
    for (auto& [key, day] : days_) {
      if (day.sums != day.surveyed->sums) {
        throw Error(ErrorClass::transient, "the billing export " + std::string(delivery_.name) +
                                               " changed while it was read: it is read again at the next run");
      }
      for (const KeptRow& kept : day.last) write(day, kept.view(), true);
      for (const auto& [sku, commitment] : day.commitments->commitments()) {
        const auto line = unused_line(*day.commitments, commitment);
        if (!line) continue;
        ExportRow row;
        row.header = &survey_.header;
        row.cells.assign(commitment.cells.begin(), commitment.cells.end());
        row.line = commitment.line;
        row.day = key.day;
        add(day, row, *line);
      }
      prove(key, day);
    }
    batch_.flush();
  }

 private:
  void write(DayDelivery& day, const ExportRow& row, bool last) {
    lines_of(row, *day.commitments, last, lines_);
    for (const ChargeLine& line : lines_) add(day, row, line);
  }
  void add(DayDelivery& day, const ExportRow& row, const ChargeLine& line) {
    batch_.add(day.scope, row, line);
    day.billed += line.billed;
    day.effective += line.effective;
  }
  // What a bill must add up to; should it ever not, it is better not to take the day.
  void prove(const AccountDay& key, const DayDelivery& day) const {
    if (day.billed != day.sums.payable || day.effective != day.billed) {
      throw Error(ErrorClass::internal, "the charges of " + scope_of(key) + " in " + std::string(delivery_.name) +
                                            " add up to " + day.billed.to_string() + " billed and " +
                                            day.effective.to_string() + " effective instead of " +
                                            day.sums.payable.to_string() + ": report this as a fault");
    }
  }

  Survey& survey_;
  const Delivery& delivery_;
  ChargeBatch batch_;
  std::map<AccountDay, DayDelivery> days_;
  AccountDay last_key_;
  DayDelivery* last_ = nullptr;
  std::vector<ChargeLine> lines_;
};

}  // namespace

std::string scope_of(const AccountDay& day) {
  return day.account + '/' + infrazen::day_text(day.day);
}

Survey survey_export(support::ByteSource& source, std::string_view name, support::Issues& issues,
                     const ReadingHooks& hooks) {
  Survey survey;
  CsvReader csv(source, {.delimiter = ',', .block = kBlock});
  auto header = take_header(csv, issues);
  if (!header) {
    while (csv.fill()) {  // to the end: the source may find that this is not the file
      CsvRecord record;
      while (csv.next(record)) continue;
    }
    survey.refused = true;
    return survey;
  }
  survey.header = std::move(*header);
  AccountDay last;
  SurveyedDay* found = nullptr;
  each_row(csv, survey.header, name, issues, hooks, [&](const ExportRow& row) {
    SurveyedDay* day = find_day(survey.days, row, last, found);
    if (day == nullptr) day = found = &survey.days[last];
    day->commitments.add(row);
    if (day->sums.rows == 0) day->locale = row.text(Column::locale);
    count(row, day->sums);
    day->newest = std::max(day->newest, whole_seconds(row.text(Column::updated_at)));
    hooks.row(row);
  });
  for (auto& [key, day] : survey.days) day.commitments.settle(issues);
  find_main_days(survey);
  return survey;
}

void deliver_export(support::ByteSource& source, Survey& survey, const std::set<AccountDay>& days,
                    const Delivery& delivery, const ReadingHooks& hooks) {
  support::Issues again;  // what the first pass found
  CsvReader csv(source, {.delimiter = ',', .block = kBlock});
  if (const auto header = take_header(csv, again); !header || *header != survey.header) {
    throw Error(ErrorClass::transient, "the billing export " + std::string(delivery.name) +
                                           " changed while it was read: it is read again at the next run");
  }
  Deliverer deliverer(survey, days, delivery);
  each_row(csv, survey.header, delivery.name, again, hooks, [&](const ExportRow& row) { deliverer.take(row); });
  deliverer.finish();
}

}  // namespace iz::yandex
