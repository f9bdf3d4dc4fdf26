// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/exports/export_ledger.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "support/packed.hpp"
#include <infrazen/abi/sink.h>
#include <infrazen/error.hpp>

namespace iz::yandex {
namespace {

constexpr std::string_view kMagic = "izyandex1";  // the layout below; another one gets another digit

class Writer {
 public:
  void number(std::uint64_t value) { support::append_varint(out_, value); }
  void text(std::string_view text) {
    number(text.size());
    out_ += text;
  }
  [[nodiscard]] const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

[[noreturn]] void fail() {
  throw infrazen::Error(
      infrazen::ErrorClass::internal,
      "the cursor was not written by this version of the yandex connector: run the stream once with 'full'");
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t number() {
    const auto value = support::take_varint(rest_);
    if (!value) fail();
    return *value;
  }
  std::string text() {
    const std::uint64_t size = number();
    if (size > rest_.size()) fail();
    std::string out(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return out;
  }
  [[nodiscard]] Day day() { return Day(std::chrono::days(static_cast<std::int64_t>(number() & 0xFFFFFF))); }

 private:
  std::string_view rest_;
};

std::uint64_t day_number(Day day) {
  return static_cast<std::uint64_t>(day.time_since_epoch().count());
}

std::uint64_t whole_seconds(infrazen::Micros at) {
  return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
}
infrazen::Micros from_seconds(std::uint64_t seconds) {
  return infrazen::Micros(std::chrono::seconds(static_cast<std::int64_t>(seconds & 0xFFFFFFFFFF)));
}

std::string unpack(std::string_view cursor) {
  if (!cursor.starts_with(kMagic)) fail();
  Reader head(cursor.substr(kMagic.size()));
  const std::uint64_t size = head.number();
  auto bytes = support::inflated(head.text(), size);
  if (!bytes) fail();
  return *std::move(bytes);
}

constexpr std::uint64_t kRightLocale = 1;
constexpr std::uint64_t kMain = 2;
constexpr std::uint64_t kDelivered = 4;
constexpr std::uint64_t kPreliminary = 8;

}  // namespace

bool ranks_before(const HeldDay& a, const HeldDay& b) {
  return std::tuple(a.right_locale, a.main, a.newest) > std::tuple(b.right_locale, b.main, b.newest);
}

std::uint64_t file_key(std::string_view object_key) {
  return XXH3_64bits(object_key.data(), object_key.size()) >> 8;
}

ExportLedger::ExportLedger(std::string_view cursor) {
  if (cursor.empty()) return;
  const std::string bytes = unpack(cursor);
  Reader in(bytes);
  source = in.number();
  locale = in.text();
  forgotten_until_ = from_seconds(in.number());
  std::vector<std::string> accounts(std::min<std::uint64_t>(in.number(), bytes.size()));
  for (std::string& account : accounts) account = in.text();
  const auto key = [&] {
    const std::uint64_t account = in.number();
    if (account >= accounts.size()) fail();
    return AccountDay{accounts[account], in.day()};
  };
  for (std::uint64_t left = in.number(); left != 0; --left) estimated.insert(key());
  for (std::uint64_t left = in.number(); left != 0; --left) {
    const std::uint64_t file = in.number();
    FileRecord& record = files_[file];
    record.stamp = in.number();
    record.modified = from_seconds(in.number());
    for (std::uint64_t days = in.number(); days != 0; --days) {
      HeldDay& day = record.days.emplace_back();
      day.key = key();
      day.newest = static_cast<std::int64_t>(in.number());
      const std::uint64_t flags = in.number();
      day.right_locale = (flags & kRightLocale) != 0;
      day.main = (flags & kMain) != 0;
      day.delivered = (flags & kDelivered) != 0;
      day.preliminary = (flags & kPreliminary) != 0;
    }
  }
}

bool ExportLedger::pack(std::string& out) const {
  std::map<std::string_view, std::uint64_t> accounts;
  const auto note = [&](const AccountDay& day) { accounts.emplace(day.account, accounts.size()); };
  for (const AccountDay& day : estimated) note(day);
  for (const auto& [file, record] : files_) {
    for (const HeldDay& day : record.days) note(day.key);
  }
  std::vector<std::string_view> names(accounts.size());
  for (const auto& [name, place] : accounts) names[place] = name;

  Writer body;
  body.number(source);
  body.text(locale);
  body.number(whole_seconds(forgotten_until_));
  body.number(names.size());
  for (const std::string_view name : names) body.text(name);
  const auto write = [&](const AccountDay& day) {
    body.number(accounts.at(day.account));
    body.number(day_number(day.day));
  };
  body.number(estimated.size());
  for (const AccountDay& day : estimated) write(day);
  body.number(files_.size());
  for (const auto& [file, record] : files_) {
    body.number(file);
    body.number(record.stamp);
    body.number(whole_seconds(record.modified));
    body.number(record.days.size());
    for (const HeldDay& day : record.days) {
      write(day.key);
      body.number(static_cast<std::uint64_t>(std::max<std::int64_t>(day.newest, 0)));
      body.number((day.right_locale ? kRightLocale : 0) | (day.main ? kMain : 0) | (day.delivered ? kDelivered : 0) |
                  (day.preliminary ? kPreliminary : 0));
    }
  }

  Writer head;
  head.number(body.bytes().size());
  head.text(support::deflated(body.bytes()));
  out = std::string(kMagic) + head.bytes();
  return out.size() <= IZ_CURSOR_MAX;
}

void ExportLedger::forget_oldest(infrazen::Micros kept_since) {
  std::vector<std::pair<infrazen::Micros, std::uint64_t>> by_age;
  for (const auto& [file, record] : files_) by_age.emplace_back(record.modified, file);
  std::ranges::sort(by_age);
  if (by_age.empty() || by_age.front().first >= kept_since) {
    throw infrazen::Error(
        infrazen::ErrorClass::config,
        "there are more files of the billing export within 'billing_recheck' than one connection keeps "
        "track of (" +
            std::to_string(by_age.size()) + "): shorten it, or make a connection per prefix with 'billing_prefix'");
  }
  for (std::size_t i = 0; i < by_age.size() / 8 + 1 && i < by_age.size() && by_age[i].first < kept_since; ++i) {
    forgotten_until_ = std::max(forgotten_until_, by_age[i].first);
    files_.erase(by_age[i].second);
  }
}

std::string ExportLedger::cursor(infrazen::Micros kept_since) {
  std::string out;
  while (!pack(out)) forget_oldest(kept_since);
  return out;
}

const FileRecord* ExportLedger::find(std::uint64_t file) const {
  const auto found = files_.find(file);
  return found == files_.end() ? nullptr : &found->second;
}

std::optional<ExportLedger::Holder> ExportLedger::best_other(const AccountDay& day, std::uint64_t file) {
  std::optional<Holder> best;
  for (auto& [other, record] : files_) {
    if (other == file) continue;
    for (HeldDay& held : record.days) {
      if (held.key == day && (!best || ranks_before(held, *best->day))) best = Holder{other, &held};
    }
  }
  return best;
}

void ExportLedger::supersede(std::uint64_t file, const AccountDay& day) {
  const auto found = files_.find(file);
  if (found == files_.end()) return;
  for (HeldDay& held : found->second.days) {
    if (held.key == day) held.delivered = false;
  }
}

bool ExportLedger::covers(const AccountDay& day) const {
  return std::ranges::any_of(files_, [&](const auto& file) {
    return std::ranges::any_of(file.second.days,
                               [&](const HeldDay& held) { return held.delivered && held.key == day; });
  });
}

}  // namespace iz::yandex
