// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <infrazen/abi/module.h>
#include <infrazen/error.hpp>
#include <infrazen/json.hpp>
#include <infrazen/testkit/http_replay.hpp>
#include <infrazen/testkit/posted.hpp>
#include <infrazen/testkit/recorder.hpp>
#include <infrazen/testkit/recording.hpp>
#include <infrazen/testkit/small_services.hpp>

namespace infrazen::testkit {

// What a run is asked for.
struct Ask {
  std::string stream;
  std::uint32_t mode = IZ_SYNC_INCREMENTAL;
  std::string cursor = {};
  Micros since{};
  Micros until{};
  std::vector<std::pair<std::string, std::string>> targets = {};  // resource type, external id
};

// An in-process host for a connector's unit tests:
//
//   testkit::Host host;
//   host.setting("project", "p-1").secret("token", "t").clock(time);
//   host.http().load(TESTDATA "/http");
//   const auto run = host.sync(infrazen_module_v1, {.stream = "inventory"});
//   EXPECT_TRUE(run.problems.empty());
//
// It does not isolate: a connector that crashes takes the test along.
class Host {
 public:
  Host() = default;
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  // A setting as text; `json` settings (numbers, lists, maps, true) are written as JSON. A module's defaults are not
  // filled in: give every setting that the connector reads.
  Host& setting(std::string_view name, std::string_view text) {
    services_.settings[std::string(name)] = {std::string(text), false};
    return *this;
  }
  Host& json_setting(std::string_view name, std::string_view json) {
    services_.settings[std::string(name)] = {std::string(json), true};
    return *this;
  }
  Host& secret(std::string_view name, std::string_view value) {
    services_.secrets[std::string(name)] = value;
    return *this;
  }
  // Grants a file or folder, as a setting of type path does.
  Host& grant(std::string_view name, const std::filesystem::path& path) {
    services_.granted[std::string(name)] = path;
    return setting(name, path.string());
  }
  Host& clock(Micros now) {
    services_.now = now;
    return *this;
  }
  Host& checkpoint(std::string_view blob) {
    services_.checkpoint = blob;
    return *this;
  }
  // Cancels the run once that many rows and segments were pushed.
  Host& cancel_after(std::size_t rows) {
    cancel_after_ = rows;
    return *this;
  }
  // Takes a service away: a connector must degrade, or say what it misses.
  Host& without(std::string_view service) {
    missing_.emplace_back(service);
    return *this;
  }
  HttpReplay& http() { return http_; }

  Recording sync(const iz_module& module, const Ask& ask) {
    return run(module, [&](const iz_connector& connector, void* self, iz_error* error) {
      std::vector<iz_target> targets;
      for (const auto& [type, id] : ask.targets)
        targets.push_back({type.empty() ? iz_str{} : to_abi(type), to_abi(id)});
      const iz_sync_request request{sizeof(iz_sync_request),
                                    ask.mode,
                                    to_abi_text(ask.stream),
                                    to_abi_text(ask.cursor),
                                    ask.since.time_since_epoch().count(),
                                    ask.until.time_since_epoch().count(),
                                    targets.data(),
                                    static_cast<std::uint32_t>(targets.size()),
                                    sizeof(iz_target)};
      return connector.sync(self, &request, error);
    });
  }

  Recording check(const iz_module& module) {
    return run(module, [&](const iz_connector& connector, void* self, iz_error* error) -> std::int32_t {
      if (connector.check == nullptr) return IZ_OK;
      const auto report = [](void* context, const iz_check_result* result) {
        static_cast<std::vector<Verdict>*>(context)->push_back(
            {result->verdict, std::string(from_abi(result->subject)), std::string(from_abi(result->detail))});
      };
      const iz_check_request request{sizeof(iz_check_request), 0, &verdicts_, report};
      return connector.check(self, &request, error);
    });
  }

  // Asks the connector's own check about a request: ok() is accepted, `event_id` what it said.
  Recording admit(const iz_module& module, const Posted& posted) {
    iz_webhook_identity identity{};
    identity.struct_size = sizeof identity;
    Recording recording = run(module, [&](const iz_connector& connector, void* self, iz_error* error) {
      const auto* table = webhook_of(connector, self);
      if (table == nullptr || table->check == nullptr) return no_extension(error);
      const PostedRequest request(posted);
      return table->check(self, &request.raw(), &identity, error);
    });
    recording.event_id = identity.event_id;
    if (!recording.rows.empty() || recording.discarded > 0)
      recording.problems.push_back("records were pushed while a request was checked");
    return recording;
  }

  // Has the connector handle an event. When it succeeds everything it pushed is in `rows` and `segments`, as by a mark;
  // else it is in `discarded`.
  Recording handle(const iz_module& module, const Posted& posted) {
    return run(module, [&](const iz_connector& connector, void* self, iz_error* error) {
      const auto* table = webhook_of(connector, self);
      if (table == nullptr || table->handle == nullptr) return no_extension(error);
      const PostedRequest request(posted);
      iz_webhook_event event{};
      event.struct_size = sizeof event;
      event.attempt = posted.attempt;
      event.event_id = to_abi(posted.event_id);
      event.stream = to_abi_text(posted.stream);
      event.request = &request.raw();
      recorder_.begin_event();
      const std::int32_t code = table->handle(self, &event, error);
      if (code == IZ_OK) recorder_.end_event();
      return code;
    });
  }

 private:
  static const iz_webhook_1* webhook_of(const iz_connector& connector, void* self) {
    if (connector.extension == nullptr) return nullptr;
    return static_cast<const iz_webhook_1*>(connector.extension(self, to_abi(IZ_EXTENSION_WEBHOOK_1)));
  }
  static std::int32_t no_extension(iz_error* error) {
    return detail::fill(error, ErrorClass::config, "the connector does not have this function of infrazen.webhook/1");
  }

  template <class Call>
  Recording run(const iz_module& module, Call&& call) {
    recorder_ = Recorder();
    recorder_.cancel_after = cancel_after_;
    recorder_.cancelled = &services_.cancelled;
    services_.cancelled = false;
    services_.log.clear();
    verdicts_.clear();
    const iz_host raw{sizeof(iz_host), IZ_ABI_MINOR, this, service};
    iz_error error = detail::empty_error();
    std::int32_t code = IZ_ERR_INTERNAL;
    if (void* const self = module.connector->create(&raw, &error); self != nullptr) {
      code = call(*module.connector, self, &error);
      module.connector->destroy(self);
    }
    Recording recording = recorder_.finish();
    if (code != IZ_OK) {
      const Error failure = detail::to_exception(code, error);
      recording.error_class = static_cast<std::uint32_t>(failure.error_class());
      recording.message = failure.what();
      recording.retry_after_ms = failure.retry_after().count();
    }
    if (http_.open() > 0)
      recording.problems.push_back(std::to_string(http_.open()) + " HTTP requests were not released");
    recording.log = services_.log;
    recording.checkpoint = services_.checkpoint;
    recording.verdicts = verdicts_;
    return recording;
  }

  static const void* service(void* context, iz_str id) {
    auto& self = *static_cast<Host*>(context);
    const std::string_view name = from_abi(id);
    if (std::find(self.missing_.begin(), self.missing_.end(), name) != self.missing_.end()) return nullptr;
    if (name == IZ_SERVICE_SINK_1) return self.recorder_.table();
    if (name == IZ_SERVICE_HTTP_1) return self.http_.table();
    return self.services_.table(name);
  }

  SmallServices services_;
  HttpReplay http_;
  Recorder recorder_;
  std::vector<Verdict> verdicts_;
  std::vector<std::string> missing_;
  std::size_t cancel_after_ = 0;
};

}  // namespace infrazen::testkit
