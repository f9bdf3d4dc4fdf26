// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/abi/http.h>
#include <infrazen/abi/module.h>
#include <infrazen/abi/note.h>
#include <infrazen/abi/services.h>
#include <infrazen/abi/sink.h>

// What the misbehaving connectors have in common. They stand on the C ABI alone, so that they can break its rules.
namespace iz::test {

inline iz_str str(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view view(iz_str text) {
  return {text.ptr, text.len};
}

template <class Table>
const Table* service(const iz_host& host, std::string_view id) {
  return static_cast<const Table*>(host.service(host.context, str(id)));
}

inline iz_error fresh_error() {
  iz_error error{};
  error.struct_size = sizeof error;
  return error;
}

inline std::int32_t fail(iz_error* error, std::int32_t error_class, std::string_view message) {
  error->error_class = static_cast<std::uint32_t>(error_class);
  const std::size_t size = message.copy(error->message, sizeof error->message - 1);
  error->message[size] = '\0';
  return error_class;
}

// The services of one run.
struct Host {
  explicit Host(const iz_host& host)
      : table(&host),
        sink(service<iz_sink_1>(host, IZ_SERVICE_SINK_1)),
        config(service<iz_config_1>(host, IZ_SERVICE_CONFIG_1)),
        secrets(service<iz_secrets_1>(host, IZ_SERVICE_SECRETS_1)),
        files(service<iz_files_1>(host, IZ_SERVICE_FILES_1)),
        checkpoint(service<iz_checkpoint_1>(host, IZ_SERVICE_CHECKPOINT_1)),
        log(service<iz_log_1>(host, IZ_SERVICE_LOG_1)),
        cancel(service<iz_cancel_1>(host, IZ_SERVICE_CANCEL_1)),
        clock(service<iz_clock_1>(host, IZ_SERVICE_CLOCK_1)),
        progress(service<iz_progress_1>(host, IZ_SERVICE_PROGRESS_1)) {}

  std::string setting(std::string_view name) const {
    const iz_str value = config->get(config->context, str(name));
    return value.ptr == nullptr ? std::string() : std::string(view(value));
  }
  std::int64_t number(std::string_view name, std::int64_t otherwise) const {
    const std::string value = setting(name);
    return value.empty() ? otherwise : std::stoll(value);
  }
  void say(std::string_view line, std::uint32_t level = IZ_LOG_INFO) const {
    log->write(log->context, level, str(line));
  }
  bool cancelled() const { return cancel->requested(cancel->context) != 0; }
  std::int32_t mark(std::string_view cursor, iz_error* error) const {
    return sink->mark(sink->context, str(cursor), error);
  }
  // Rows of balances, the smallest kind: account, amount, currency, instant.
  std::int32_t push_balances(std::uint32_t rows, iz_error* error, std::string_view amount = "12.50") const {
    static constexpr iz_column kColumns[] = {{IZ_BALANCE_ACCOUNT_ID, 0, {}},
                                             {IZ_BALANCE_AMOUNT, 0, {}},
                                             {IZ_BALANCE_CURRENCY, 0, {}},
                                             {IZ_BALANCE_AS_OF, 0, {}}};
    std::vector<iz_str> cells;
    cells.reserve(std::size_t{rows} * 4);
    for (std::uint32_t i = 0; i < rows; ++i) {
      cells.insert(cells.end(), {str("account-1"), str(amount), str("RUB"), str("2026-09-01T00:00:00Z")});
    }
    iz_batch batch{};
    batch.struct_size = sizeof batch;
    batch.kind = IZ_KIND_BALANCE;
    batch.columns = kColumns;
    batch.column_count = 4;
    batch.column_stride = sizeof(iz_column);
    batch.cells = cells.data();
    batch.row_count = rows;
    return sink->push(sink->context, &batch, error);
  }

  const iz_host* table;
  const iz_sink_1* sink;
  const iz_config_1* config;
  const iz_secrets_1* secrets;
  const iz_files_1* files;
  const iz_checkpoint_1* checkpoint;
  const iz_log_1* log;
  const iz_cancel_1* cancel;
  const iz_clock_1* clock;
  const iz_progress_1* progress;
};

using SyncFunction = std::int32_t (*)(Host& host, const iz_sync_request& request, iz_error* error);

template <SyncFunction Sync>
inline constexpr iz_connector kConnector = {sizeof(iz_connector),
                                            0,
                                            [](const iz_host* host, iz_error*) -> void* { return new Host(*host); },
                                            [](void* self, const iz_sync_request* request, iz_error* error) {
                                              return Sync(*static_cast<Host*>(self), *request, error);
                                            },
                                            nullptr,
                                            [](void* self) { delete static_cast<Host*>(self); },
                                            nullptr};

}  // namespace iz::test

#define IZ_TEST_MANIFEST(id_)                                                            \
  "{\"manifest\":1,\"id\":\"" id_ "\",\"version\":\"1.0.0\",\"title\":\"" id_            \
  "\",\"settings\":{\"variant\":{\"type\":\"string\"},\"rows\":{\"type\":\"integer\"}}," \
  "\"streams\":{\"balance\":{\"interval\":\"1h\",\"kinds\":[\"balance\",\"resource\",\"charge\",\"metric\"]}}}"

#define IZ_TEST_MODULE(id_, manifest_, connector_)                                                               \
  extern "C" IZ_EXPORT const iz_module infrazen_module_v1;                                                       \
  extern "C" const iz_module infrazen_module_v1 = {                                                              \
      sizeof(iz_module), IZ_ABI_MINOR, {id_, sizeof(id_) - 1}, {"1.0.0", 5}, {manifest_, sizeof(manifest_) - 1}, \
      connector_}

// A connector whose sync is `sync_`.
#define IZ_TEST_CONNECTOR(id_, sync_) \
  IZ_NOTE(id_, "1.0.0");              \
  IZ_TEST_MODULE(id_, IZ_TEST_MANIFEST(id_), &iz::test::kConnector<sync_>)
