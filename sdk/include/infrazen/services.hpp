// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/abi/services.h>
#include <infrazen/error.hpp>
#include <infrazen/text.hpp>
#include <infrazen/time.hpp>

// The small host services. Those a connector can do without (log, progress, checkpoint, cancel) do nothing on a host
// that lacks them; all may be used from any thread unless said otherwise.
namespace infrazen {

class Log {
 public:
  explicit Log(const iz_log_1* table) : table_(table) {}
  // For skipping the making of a line that nobody keeps.
  [[nodiscard]] bool keeps(std::uint32_t level) const { return table_ != nullptr && level >= table_->level; }
  void debug(std::string_view line) const { write(IZ_LOG_DEBUG, line); }
  void info(std::string_view line) const { write(IZ_LOG_INFO, line); }
  void warning(std::string_view line) const { write(IZ_LOG_WARNING, line); }
  void error(std::string_view line) const { write(IZ_LOG_ERROR, line); }

 private:
  void write(std::uint32_t level, std::string_view line) const {
    if (keeps(level)) table_->write(table_->context, level, to_abi_text(line));
  }
  const iz_log_1* table_;
};

class Cancel {
 public:
  explicit Cancel(const iz_cancel_1* table) : table_(table) {}
  [[nodiscard]] bool requested() const { return table_ != nullptr && table_->requested(table_->context) != 0; }
  // A descriptor that becomes readable, for poll(); -1 without the service.
  [[nodiscard]] int fd() const { return table_ == nullptr ? -1 : table_->fd(table_->context); }
  // For loops that call no blocking service: ask at least once a second.
  void check() const {
    if (requested()) throw Error(ErrorClass::cancelled, "the run was cancelled");
  }

 private:
  const iz_cancel_1* table_;
};

class Clock {
 public:
  explicit Clock(const iz_clock_1& table) : table_(&table) {}
  [[nodiscard]] Micros now() const { return Micros(std::chrono::microseconds(table_->now_us(table_->context))); }
  // Error of class cancelled when the run is cancelled meanwhile.
  void sleep(std::chrono::milliseconds duration) const {
    detail::checked([&](iz_error* error) { return table_->sleep_ms(table_->context, duration.count(), error); });
  }

 private:
  const iz_clock_1* table_;
};

class Progress {
 public:
  explicit Progress(const iz_progress_1* table) : table_(table) {}
  // total = 0 if not known.
  void report(std::uint64_t done, std::uint64_t total, std::string_view what) const {
    if (table_ != nullptr) table_->report(table_->context, done, total, to_abi_text(what));
  }

 private:
  const iz_progress_1* table_;
};

// A cache over runs, run thread only: losing it costs time, never correctness.
class Checkpoint {
 public:
  explicit Checkpoint(const iz_checkpoint_1* table) : table_(table) {}
  // "" if there is none.
  [[nodiscard]] std::string_view load() const {
    return table_ == nullptr ? std::string_view() : from_abi(table_->load(table_->context));
  }
  void save(std::string_view blob) const {
    if (table_ == nullptr) return;
    detail::checked([&](iz_error* error) { return table_->save(table_->context, to_abi_text(blob), error); });
  }

 private:
  const iz_checkpoint_1* table_;
};

class Secrets {
 public:
  explicit Secrets(const iz_secrets_1& table) : table_(&table) {}
  [[nodiscard]] bool has(std::string_view name) const { return table_->has(table_->context, to_abi_text(name)) != 0; }
  // algorithm: IZ_SIGN_*.
  [[nodiscard]] std::vector<std::uint8_t> sign(std::string_view name, std::uint32_t algorithm,
                                               std::string_view data) const {
    std::vector<std::uint8_t> out(1024);  // an RSA key of 8192 bits
    std::uint64_t length = 0;
    detail::checked([&](iz_error* error) {
      return table_->sign(table_->context, to_abi_text(name), algorithm, to_abi_text(data), out.data(), out.size(),
                          &length, error);
    });
    out.resize(length);
    return out;
  }
  // Only with `reveal` in the manifest and the operator's grant. Never log it, never put it into a record.
  [[nodiscard]] std::string_view reveal(std::string_view name) const {
    iz_str value{};
    detail::checked([&](iz_error* error) { return table_->reveal(table_->context, to_abi_text(name), &value, error); });
    return from_abi(value);
  }

 private:
  const iz_secrets_1* table_;
};

}  // namespace infrazen
