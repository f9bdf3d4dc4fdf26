// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "supervise/start_frame.hpp"

#include <string.h>

namespace iz::supervise {
namespace {

void wipe(std::string& text) {
  ::explicit_bzero(text.data(), text.size());
}

}  // namespace

SecretBytes::~SecretBytes() {
  ::explicit_bzero(bytes.data(), bytes.size());
}

std::uint32_t log_level_number(std::string_view name) {
  if (name == "debug") return IZ_LOG_DEBUG;
  if (name == "warning") return IZ_LOG_WARNING;
  if (name == "error") return IZ_LOG_ERROR;
  return IZ_LOG_INFO;
}

SecretBytes start_frame(const RunSpec& spec) {
  wire::Start start;
  start.connection = spec.connection;
  start.stream = spec.stream;
  start.run_id = spec.run_id;
  start.plugin = spec.plugin;
  start.action = spec.action;
  start.mode = spec.mode;
  start.cursor = spec.cursor;
  start.checkpoint = spec.checkpoint;
  start.has_checkpoint = spec.has_checkpoint;
  start.since_us = spec.since_us;
  start.until_us = spec.until_us;
  start.targets = spec.targets;
  start.webhooks = spec.webhooks;
  start.settings_json = spec.settings_json;
  start.secrets = spec.secrets;
  start.files = spec.files;
  start.http = spec.http;
  start.log_level = log_level_number(spec.log_level);
  start.data_bytes = spec.limits.data_bytes;
  start.rehearsal = spec.rehearsal;
  SecretBytes frame;
  wire::encode(start, frame.bytes);
  for (auto& secret : start.secrets) wipe(secret.value);
  return frame;
}

}  // namespace iz::supervise
