// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>

#include <spdlog/common.h>
#include <spdlog/details/log_msg.h>

#include "journal/entry.hpp"
#include "journal/log.hpp"

namespace iz::journal {

// spdlog's message with the whole entry beside it; our sinks are called at once, so the reference holds.
struct EntryMessage : spdlog::details::log_msg {
  explicit EntryMessage(const Entry& entry);
  const Entry& entry;
};

[[nodiscard]] spdlog::sink_ptr make_journal_sink();
[[nodiscard]] spdlog::sink_ptr make_stream_sink(int fd, Format format);

// Is the descriptor connected to the journal ($JOURNAL_STREAM names its device and inode)?
[[nodiscard]] bool is_journal_stream(int fd);

}  // namespace iz::journal
