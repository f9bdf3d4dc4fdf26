// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "focus/bill_file.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "focus/rows/row_batch.hpp"
#include "support/byte_source.hpp"
#include "support/csv.hpp"
#include "support/encoding.hpp"

namespace iz::focus {
namespace {

using infrazen::Severity;
using support::ByteOrderMark;
using support::ByteSource;
using support::CsvFault;
using support::CsvReader;
using support::CsvRecord;

// Hashes what goes through.
class HashingSource final : public ByteSource {
 public:
  explicit HashingSource(ByteSource& inner) : inner_(inner), state_(XXH3_createState()) { XXH3_64bits_reset(state_); }
  ~HashingSource() override { XXH3_freeState(state_); }
  HashingSource(const HashingSource&) = delete;
  HashingSource& operator=(const HashingSource&) = delete;

  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = inner_.read(buffer);
    XXH3_64bits_update(state_, buffer.data(), count);
    return count;
  }
  [[nodiscard]] std::uint64_t key() const { return content_key(XXH3_64bits_digest(state_)); }

 private:
  ByteSource& inner_;
  XXH3_state_t* state_;
};

// A file in Windows-1251 as UTF-8.
class Windows1251Source final : public ByteSource {
 public:
  explicit Windows1251Source(ByteSource& inner) : inner_(inner), bytes_(std::size_t{64} * 1024) {}

  std::size_t read(std::span<char> buffer) override {
    if (used_ == text_.size()) {
      text_.clear();
      used_ = 0;
      const std::size_t count = inner_.read(bytes_);
      support::append_windows_1251(text_, {bytes_.data(), count});
    }
    const std::size_t count = std::min(buffer.size(), text_.size() - used_);
    std::copy_n(text_.data() + used_, count, buffer.data());
    used_ += count;
    return count;
  }

 private:
  ByteSource& inner_;
  std::vector<char> bytes_;
  std::string text_;
  std::size_t used_ = 0;
};

// The layers between the disk and the CSV reader.
class BillSource {
 public:
  BillSource(int fd, const std::string& name, const Settings& settings) : file_(fd, name), hashed_(file_) {
    std::string head(2, ' ');
    std::size_t have = 0;
    while (have < head.size()) {
      const std::size_t count = hashed_.read({head.data() + have, head.size() - have});
      if (count == 0) break;
      have += count;
    }
    head.resize(have);
    const bool gzip = support::GzipSource::recognises(head);
    prefixed_.emplace(std::move(head), hashed_);
    text_ = &*prefixed_;
    if (gzip) text_ = &gunzip_.emplace(*prefixed_, name);
    if (settings.encoding == Encoding::windows_1251) text_ = &decoded_.emplace(*text_);
  }

  [[nodiscard]] ByteSource& text() { return *text_; }
  [[nodiscard]] std::uint64_t bytes() const { return file_.bytes(); }
  // Of all bytes, read to the end.
  [[nodiscard]] std::uint64_t key() {
    std::array<char, 4096> rest{};
    while (hashed_.read(rest) != 0) {
    }
    return hashed_.key();
  }

 private:
  support::FdSource file_;
  HashingSource hashed_;
  std::optional<support::PrefixedSource> prefixed_;
  std::optional<support::GzipSource> gunzip_;
  std::optional<Windows1251Source> decoded_;
  ByteSource* text_ = nullptr;
};

class BillReader {
 public:
  BillReader(infrazen::Sync& sync, const Settings& settings, const Metadata& metadata, const ReadingOrder& order)
      : sync_(sync),
        settings_(settings),
        metadata_(metadata),
        order_(order),
        file_(sync.files().open(kPathSetting, order.entry.path)),
        source_(file_.fd(), order.entry.path, settings) {}

  Reading run() {
    try {
      read();
    } catch (const support::SourceFault& fault) {
      const bool truncated = fault.kind() == support::SourceFault::Kind::truncated;
      refuse(truncated ? "truncated" : "corrupt", fault.what());
    }
    reading_.content = order_.content;
    if (order_.content == kNoContent) hash_read();
    issues_.report(sync_.sink(), order_.scope, order_.entry.path);
    return std::move(reading_);
  }

 private:
  void refuse(std::string_view rule, std::string_view message) {
    issues_.add({.severity = Severity::rejected, .rule = rule, .message = message});
    refused(message);
  }
  void refused(std::string_view message) {
    reading_.state = order_.delivered_before ? FileState::stale : FileState::refused;
    reading_.refused_because = message;
  }

  void read() {
    CsvReader csv(source_.text(), {.delimiter = settings_.delimiter});
    CsvRecord record;
    if (!csv.fill() || !csv.next(record)) {
      return refuse("no_header", "the file is empty: it has no header");
    }
    if (csv.byte_order_mark() == ByteOrderMark::utf16 || csv.byte_order_mark() == ByteOrderMark::utf32) {
      return refuse("encoding", "the file is UTF-16 or UTF-32: export it as UTF-8");
    }
    if (record.fault != CsvFault::none)
      return refuse("no_header", "the header line is damaged: a quote in it is not closed");

    std::vector<std::string_view> names;
    for (const support::CsvField& field : record.fields) names.push_back(field.text());
    if (!std::ranges::all_of(names, support::is_text)) return refuse("encoding", "the header line is not UTF-8");
    std::optional<Version> stated = settings_.version;
    if (!stated) stated = metadata_.version_of(order_.entry.path, names);
    const Header header = read_header(names, stated, issues_);
    if (header.dataset != Dataset::cost_and_usage) {
      reading_.state = FileState::other_dataset;
      issues_.add({.severity = Severity::notice,
                   .rule = "other_dataset",
                   .value = name_of(header.dataset),
                   .message = "a FOCUS dataset that holds no charges: passed over"});
      return;
    }
    if (header.refused) return refused("columns are missing without which no charge can be taken");
    read_rows(csv, header);
  }

  // A file that was not hashed before it was read: what it was, the bytes that were not needed too.
  void hash_read() {
    try {
      reading_.content = source_.key();
      reading_.unstable = reading_.unstable || changed_meanwhile();
    } catch (const support::SourceFault&) {
      reading_.unstable = true;
    }
  }

  [[nodiscard]] bool changed_meanwhile() {
    if (order_.content != kNoContent) return source_.key() != order_.content;
    static_cast<void>(source_.key());  // to its end
    return source_.bytes() != order_.entry.size || changed_since_listed(file_.fd(), order_.entry);
  }

  void read_rows(CsvReader& csv, const Header& header) {
    order_.open_scope();
    RowBatch rows(sync_.sink(), header, settings_, issues_, order_.scope, order_.entry.path);
    CsvRecord record;
    bool cut = false;
    bool unreadable = false;
    do {
      while (csv.next(record)) {
        rows.add(record, csv.plain_ascii());
        cut = record.fault == CsvFault::unterminated_quote ||
              (record.cut && record.fields.size() < header.columns.size());
        unreadable = unreadable || record.fault == CsvFault::record_too_long;
      }
      rows.flush();
      order_.progress(source_.bytes());
      sync_.cancel().check();
    } while (csv.fill());
    reading_.rows = rows.rows();
    if (unreadable) return refused("a record has no end within 8 MiB, so what follows it cannot be read");
    if (changed_meanwhile()) {
      reading_.unstable = true;
      return refuse("changed_while_read", "the file changed while it was read: it is read again at the next run");
    }
    if (cut && order_.delivered_before) {
      return refused("the file is cut off, and an earlier delivery of it is in: its charges stay");
    }
    reading_.state = FileState::taken;
  }

  infrazen::Sync& sync_;
  const Settings& settings_;
  const Metadata& metadata_;
  const ReadingOrder& order_;
  infrazen::File file_;
  BillSource source_;
  support::Issues issues_;
  Reading reading_;
};

}  // namespace

std::uint64_t hash_file(const infrazen::Sync& sync, const infrazen::FileEntry& entry) {
  const infrazen::File file = sync.files().open(kPathSetting, entry.path);
  support::FdSource source(file.fd(), entry.path);
  HashingSource hashed(source);
  std::vector<char> buffer(std::size_t{1} << 20);
  while (hashed.read(buffer) != 0) sync.cancel().check();
  return hashed.key();
}

Reading read_bill(infrazen::Sync& sync, const Settings& settings, const Metadata& metadata, const ReadingOrder& order) {
  return BillReader(sync, settings, metadata, order).run();
}

}  // namespace iz::focus
