// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// A connector that behaves, and uses every service once: what came back is in log lines "<service>: <what>".
#include <algorithm>
#include <cmath>
#include <thread>
#include <unistd.h>

#include "../support/connector.hpp"

namespace {

using iz::test::Host;
using iz::test::str;
using iz::test::view;

void try_secrets(Host& host) {
  std::uint8_t signature[512];
  std::uint64_t length = 0;
  iz_error error = iz::test::fresh_error();
  const auto& secrets = *host.secrets;
  const auto signed_ok = secrets.sign(secrets.context, str("token"), IZ_SIGN_HMAC_SHA256, str("message"), signature,
                                      sizeof signature, &length, &error);
  std::string hex;
  for (std::uint64_t i = 0; signed_ok == IZ_OK && i < length; ++i) {
    constexpr char kDigits[] = "0123456789abcdef";
    hex += kDigits[signature[i] >> 4];
    hex += kDigits[signature[i] & 15];
  }
  host.say("sign: " + (signed_ok == IZ_OK ? hex : std::string(error.message)));
  iz_str value{};
  const auto revealed = secrets.reveal(secrets.context, str("token"), &value, &error);
  host.say("reveal: " + (revealed == IZ_OK ? std::string(view(value)) : std::string(error.message)));
}

void try_files(Host& host) {
  iz_error error = iz::test::fresh_error();
  const auto visit = [](void* user, const iz_file_entry* entry) -> std::int32_t {
    Host& to = *static_cast<Host*>(user);
    iz_error fault = iz::test::fresh_error();
    std::int32_t fd = -1;
    std::string line = "file: " + std::string(view(entry->path)) + " ";
    if (to.files->open(to.files->context, str("path"), entry->path, &fd, &fault) == IZ_OK) {
      char text[100];
      const auto got = ::read(fd, text, sizeof text);
      ::close(fd);
      line += std::string(text, static_cast<std::size_t>(std::max<long>(got, 0)));
    } else {
      line += fault.message;
    }
    to.say(line);
    return 0;
  };
  if (host.files->list(host.files->context, str("path"), &host, visit, &error) != IZ_OK) {
    host.say(std::string("files: ") + error.message);
  }
  for (const char* escape : {"../outside.txt", "/etc/passwd", "link.txt", "sub/../a.txt", "", "nothing.txt"}) {
    std::int32_t fd = -1;
    if (host.files->open(host.files->context, str("path"), str(escape), &fd, &error) == IZ_OK) {
      host.say(std::string("escaped: ") + escape);
      ::close(fd);
    }
  }
}

std::int32_t push_metrics(Host& host, iz_error* error) {
  const std::int32_t deltas[] = {60000, 60000};
  const double values[] = {1.5, 2.5, 3.5};
  iz_metric_segment segment{};
  segment.struct_size = sizeof segment;
  segment.count = 3;
  segment.resource_type = str("vm");
  segment.external_id = str("vm-1");
  segment.metric_name = str("cpu_utilization");
  segment.metric_unit = str("percent");
  segment.t0_us = 1'788'000'000'000'000;
  segment.delta_ms = deltas;
  segment.values = values;
  return host.sink->push_metrics(host.sink->context, &segment, 1, sizeof segment, error);
}

std::int32_t sync(Host& host, const iz_sync_request& request, iz_error* error) {
  if (host.setting("variant") == "empty") return IZ_OK;
  if (host.setting("variant") == "rate_limited") {
    error->retry_after_ms = 1234;
    return iz::test::fail(error, IZ_ERR_RATE_LIMITED, "the provider said later, token s3cret-token");
  }
  host.say("cursor: " + std::string(view(request.cursor)));
  const iz_str blob = host.checkpoint->load(host.checkpoint->context);
  host.say(blob.ptr == nullptr ? std::string("checkpoint: null") : "checkpoint: " + std::string(view(blob)));
  host.say("debug line that is not wanted", IZ_LOG_DEBUG);
  host.say("the token is s3cret-token, is it not");
  try_secrets(host);
  try_files(host);
  std::thread([&host] { host.say("thread: works"); }).join();
  if (host.clock->now_us(host.clock->context) > 1'600'000'000'000'000) host.say("clock: works");
  if (host.table->service(host.table->context, str("infrazen.nothing/9")) == nullptr) host.say("unknown service: null");

  const iz_sink_1& sink = *host.sink;
  if (const auto r = sink.open_scope(sink.context, IZ_KIND_BALANCE, str("all"), error); r != IZ_OK) return r;
  const auto rows = static_cast<std::uint32_t>(host.number("rows", 3));
  for (std::uint32_t left = rows; left > 0;) {
    const std::uint32_t now = std::min<std::uint32_t>(left, 50000);
    if (const auto r = host.push_balances(now, error); r != IZ_OK) return r;
    left -= now;
  }
  if (const auto r = push_metrics(host, error); r != IZ_OK) return r;
  if (const auto r = sink.close_scope(sink.context, IZ_KIND_BALANCE, str("all"), error); r != IZ_OK) return r;
  if (const auto r = host.checkpoint->save(host.checkpoint->context, str("etag-2"), error); r != IZ_OK) return r;
  host.progress->report(host.progress->context, rows, rows, str("rows"));
  if (const auto r = host.mark(std::string_view("page\0two", 8), error); r != IZ_OK) return r;
  return host.mark("end", error);
}

std::int32_t check(void* self, const iz_check_request* request, iz_error* /*error*/) {
  Host& host = *static_cast<Host*>(self);
  iz_check_result result{};
  result.struct_size = sizeof result;
  result.verdict = IZ_CHECK_PASSED;
  result.subject = str("secret token");
  result.detail = str(host.secrets->has(host.secrets->context, str("token")) != 0 ? "is there" : "is missing");
  request->report(request->context, &result);
  result.verdict = IZ_CHECK_FAILED;
  result.subject = str("permission billing.read");
  result.detail = str("403 for s3cret-token; grant the role");
  request->report(request->context, &result);
  return IZ_OK;
}

constexpr iz_connector kFine = {sizeof(iz_connector),
                                0,
                                [](const iz_host* host, iz_error*) -> void* { return new Host(*host); },
                                [](void* self, const iz_sync_request* request, iz_error* error) {
                                  return sync(*static_cast<Host*>(self), *request, error);
                                },
                                check,
                                [](void* self) { delete static_cast<Host*>(self); },
                                nullptr};

}  // namespace

#define FINE_MANIFEST                                                                                 \
  R"({"manifest":1,"id":"fine","version":"1.0.0","title":"Fine","settings":{"path":{"type":"path"},)" \
  R"("rows":{"type":"integer","default":3,"min":0},"variant":{"type":"string"}},)"                    \
  R"("secrets":{"token":{"reveal":true,"required":false}},"hosts":["api.example.com"],)"              \
  R"("streams":{"balance":{"interval":"1h","kinds":["balance","metric"]}}})"

IZ_NOTE("fine", "1.0.0");
IZ_TEST_MODULE("fine", FINE_MANIFEST, &kFine);
