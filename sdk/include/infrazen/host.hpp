// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <infrazen/abi/module.h>
#include <infrazen/config.hpp>
#include <infrazen/files.hpp>
#include <infrazen/http.hpp>
#include <infrazen/services.hpp>
#include <infrazen/sink.hpp>

namespace infrazen {

// The host's services, typed. A service that this host lacks, and that there is no doing without, is an Error (class
// config) naming it when it is asked for.
class Host {
 public:
  explicit Host(const iz_host& host) : host_(&host) {}
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  [[nodiscard]] Config config() const { return Config(need<iz_config_1>(IZ_SERVICE_CONFIG_1)); }
  [[nodiscard]] Secrets secrets() const { return Secrets(need<iz_secrets_1>(IZ_SERVICE_SECRETS_1)); }
  [[nodiscard]] Files files() const { return Files(need<iz_files_1>(IZ_SERVICE_FILES_1)); }
  [[nodiscard]] Clock clock() const { return Clock(need<iz_clock_1>(IZ_SERVICE_CLOCK_1)); }
  [[nodiscard]] Sink sink() const { return Sink(need<iz_sink_1>(IZ_SERVICE_SINK_1)); }
  [[nodiscard]] Log log() const { return Log(find<iz_log_1>(IZ_SERVICE_LOG_1)); }
  [[nodiscard]] Cancel cancel() const { return Cancel(find<iz_cancel_1>(IZ_SERVICE_CANCEL_1)); }
  [[nodiscard]] Progress progress() const { return Progress(find<iz_progress_1>(IZ_SERVICE_PROGRESS_1)); }
  [[nodiscard]] Checkpoint checkpoint() const { return Checkpoint(find<iz_checkpoint_1>(IZ_SERVICE_CHECKPOINT_1)); }
  // One per run, because it keeps answers that were not asked for yet.
  [[nodiscard]] Http& http() {
    if (!http_) http_ = std::make_unique<Http>(need<iz_http_1>(IZ_SERVICE_HTTP_1));
    return *http_;
  }

  // Any service by id; nullptr if this host does not have it. Tables only grow: one shorter than ABI 1.0's is no such
  // table.
  template <class Table>
  [[nodiscard]] const Table* find(std::string_view id) const {
    const auto* table = static_cast<const Table*>(host_->service(host_->context, to_abi(id)));
    return table != nullptr && table->struct_size >= sizeof(Table) ? table : nullptr;
  }

 private:
  template <class Table>
  const Table& need(std::string_view id) const {
    const auto* table = find<Table>(id);
    if (table == nullptr) {
      throw Error(ErrorClass::config,
                  "this host does not offer " + std::string(id) + ", which the connector needs: update infrazend");
    }
    return *table;
  }

  const iz_host* host_;
  std::unique_ptr<Http> http_;
};

}  // namespace infrazen
