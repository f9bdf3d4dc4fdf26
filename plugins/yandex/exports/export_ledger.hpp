// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "yandex/exports/export_reading.hpp"
#include "yandex/rows/billing_day.hpp"
#include "yandex/stores/export_store.hpp"

// What is known of each file of the export: the cursor of the stream. An entry is a digest of the file's key, its
// stamp, and the days in it; all of them are packed to at most IZ_CURSOR_MAX bytes.
namespace iz::yandex {

// A day of an account in one file. Of several files that hold the same one, one is taken: see ranks_before().
struct HeldDay {
  AccountDay key;
  std::int64_t newest = 0;   // what the rows say about when they were made; else when the file was
  bool right_locale = true;  // of the language that is taken
  bool main = false;
  bool delivered = false;    // its charges are this file's
  bool preliminary = false;  // and are marked as such
};

// Whether the day is rather taken from a's file than from b's.
[[nodiscard]] bool ranks_before(const HeldDay& a, const HeldDay& b);

struct FileRecord {
  std::uint64_t stamp = 0;
  infrazen::Micros modified;  // whole seconds
  std::vector<HeldDay> days;
};

[[nodiscard]] std::uint64_t file_key(std::string_view object_key);

class ExportLedger {
 public:
  // Throws infrazen::Error (internal) for bytes that are no cursor of this connector.
  explicit ExportLedger(std::string_view cursor);
  // Forgets the files that were changed longest ago when they do not fit (see forgotten_until()), but none changed
  // since `kept_since`: then it throws infrazen::Error (config).
  [[nodiscard]] std::string cursor(infrazen::Micros kept_since);

  [[nodiscard]] const FileRecord* find(std::uint64_t file) const;
  void set(std::uint64_t file, FileRecord record) { files_[file] = std::move(record); }
  void erase(std::uint64_t file) { files_.erase(file); }
  [[nodiscard]] std::map<std::uint64_t, FileRecord>& files() { return files_; }

  // Another file that holds the day, the first in rank; the file itself is not asked.
  struct Holder {
    std::uint64_t file = 0;
    HeldDay* day = nullptr;
  };
  [[nodiscard]] std::optional<Holder> best_other(const AccountDay& day, std::uint64_t file);
  // The file's day is taken from another one now. Nothing if the file is not known any more.
  void supersede(std::uint64_t file, const AccountDay& day);
  [[nodiscard]] bool covers(const AccountDay& day) const;

  // Files last changed up to then that are not known were taken long ago.
  [[nodiscard]] infrazen::Micros forgotten_until() const { return forgotten_until_; }

  std::uint64_t source = 0;        // digest of bucket, prefix and folder: of another place nothing is known
  std::string locale;              // the language that is taken
  std::set<AccountDay> estimated;  // days whose estimate is in

 private:
  bool pack(std::string& out) const;
  void forget_oldest(infrazen::Micros kept_since);

  std::map<std::uint64_t, FileRecord> files_;
  infrazen::Micros forgotten_until_{};
};

}  // namespace iz::yandex
