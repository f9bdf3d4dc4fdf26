// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "journal/sinks.hpp"

#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <string>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <spdlog/sinks/base_sink.h>

// We pass CODE_* ourselves.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

namespace iz::journal {
namespace {

spdlog::level::level_enum spdlog_level(Severity severity) {
  switch (severity) {
    case Severity::critical: return spdlog::level::critical;
    case Severity::error: return spdlog::level::err;
    case Severity::warning: return spdlog::level::warn;
    case Severity::notice:
    case Severity::info: return spdlog::level::info;
    case Severity::debug: return spdlog::level::debug;
  }
  return spdlog::level::info;
}

class JournalSink final : public spdlog::sinks::base_sink<std::mutex> {
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto& entry = static_cast<const EntryMessage&>(message).entry;
    auto fields = journal_fields(entry);
    std::vector<iovec> parts;
    parts.reserve(fields.size());
    for (auto& field : fields) parts.push_back({field.data(), field.size()});
    ::sd_journal_sendv(parts.data(), static_cast<int>(parts.size()));
  }
  void flush_() override {}
};

// One write a line, so that lines of several processes on one pipe do not mix.
class StreamSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  StreamSink(int fd, Format format) : fd_(fd), format_(format), colour_(format == Format::text && ::isatty(fd) == 1) {}

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    const auto& entry = static_cast<const EntryMessage&>(message).entry;
    std::string line = format_ == Format::json ? json_line(entry) : text_line(entry, colour_);
    line += '\n';
    std::string_view rest = line;
    while (!rest.empty()) {
      const ssize_t written = ::write(fd_, rest.data(), rest.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return;  // nowhere left to complain to
      rest.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void flush_() override {}

  int fd_;
  Format format_;
  bool colour_;
};

}  // namespace

EntryMessage::EntryMessage(const Entry& entry_)
    : spdlog::details::log_msg(entry_.time, spdlog::source_loc{}, "", spdlog_level(entry_.severity), entry_.text),
      entry(entry_) {}

spdlog::sink_ptr make_journal_sink() {
  return std::make_shared<JournalSink>();
}

spdlog::sink_ptr make_stream_sink(int fd, Format format) {
  return std::make_shared<StreamSink>(fd, format);
}

bool is_journal_stream(int fd) {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status {};
  if (stream == nullptr || ::fstat(fd, &status) != 0) return false;
  return fmt::format("{}:{}", static_cast<unsigned long long>(status.st_dev),
                     static_cast<unsigned long long>(status.st_ino)) == stream;
}

}  // namespace iz::journal
