// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/daemon_link.hpp"
#include "wire/batch_codec.hpp"
#include <infrazen/abi/sink.h>

namespace iz::host {

// infrazen.sink/1: checks what the connector hands over and sends it on in frames of a size that stays in cache. What
// is wrong is refused, and from then on everything is: a connector that ignores an error must not mark a cursor past
// lost records.
class SinkService {
 public:
  explicit SinkService(DaemonLink& link);
  [[nodiscard]] const iz_sink_1* table() const { return &table_; }

  // The run handles events of the inbox: scopes and the connector's own marks are refused, the host marks
  // (webhook_run.hpp).
  void keep_marks() { marks_are_ours_ = true; }

  // What the connector was refused for, if it was.
  [[nodiscard]] std::optional<std::string> refusal() const;

 private:
  template <class Step>
  std::int32_t guarded(iz_error* error, Step&& step);

  void push(const iz_batch* batch);
  void take_columns(const iz_batch& batch);
  void send_rows(const iz_batch& batch, records::BatchView& view);
  void flush(records::BatchView& view);
  void push_metrics(const iz_metric_segment* segments, std::uint32_t count, std::uint32_t stride);
  void send_segments();
  void scope(wire::FrameType type, std::uint32_t kind, iz_str scope);
  void report(const iz_finding* finding);

  DaemonLink& link_;
  iz_sink_1 table_{};
  mutable std::mutex mutex_;
  std::optional<std::string> refusal_;
  std::vector<std::uint32_t> kept_;  // the columns that this host knows, by place
  std::vector<records::Column> columns_;
  std::vector<records::Cell> cells_;
  std::vector<records::SegmentView> segments_;
  wire::Bytes frame_;
  bool said_unknown_column_ = false;
  bool marks_are_ours_ = false;
};

}  // namespace iz::host
