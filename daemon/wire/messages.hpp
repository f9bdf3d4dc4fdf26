// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records/batch.hpp"
#include "wire/bytes.hpp"
#include <infrazen/abi/services.h>
#include <infrazen/abi/webhook.h>

// The payloads other than records. Views point into the payload they were decoded from.
namespace iz::wire {

enum class Action : std::uint32_t { sync = 0, check = 1, describe = 2, webhook_check = 3, webhook_handle = 4 };

// A file or folder the operator granted for reading, by the name of the setting that holds its path.
struct GrantedPath {
  std::string setting;
  std::filesystem::path path;
};

struct Secret {
  std::string name;
  std::string value;
  bool reveal = false;  // the manifest asks for it and the operator granted it
};

struct Target {
  std::string resource_type;  // empty = any
  std::string external_id;
};

struct WebhookHeader {
  std::string name;  // in lower case
  std::string value;
};

// What was posted to /hooks/<connection>, for one call of the connector's infrazen.webhook/1.
struct WebhookRequest {
  std::string method;
  std::string path;
  std::string query;
  bool has_query = false;
  std::vector<WebhookHeader> headers;
  std::string body;  // bytes
  std::int64_t received_us = 0;
  std::string event_id;  // of the inbox; these two with Action::webhook_handle
  std::uint32_t attempt = 0;
};

// How often hosts may be called: "api.example.com", "*.example.com" (each host below it by itself), "*".
struct RateLimit {
  std::string host;
  double per_second = 0;
  double burst = 1;
};

// What infrazen.http/1 is allowed to do for this run.
struct HttpOptions {
  std::vector<std::string> allowed_hosts;  // manifest ∩ operator's approval; "*.example.com" matches one level and more
  bool allow_plain_loopback = false;
  std::uint32_t parallel = 16;
  std::vector<RateLimit> rate_limits;  // the first that matches counts; a host without one is free until a 429
  bool shared_rates = false;           // infrazend is asked before requests are sent: rate_ask
  bool only_reach = false;             // with Action::check: the hosts are tried, the connector is not
  std::uint32_t patience_ms = 10'000;  // a provider that says "later" than that ends the request as rate_limited
  std::filesystem::path ca_file;       // empty = the system's bundle
  std::filesystem::path record_into;   // empty = no recording; a folder
  std::filesystem::path replay_from;   // empty = the network; a folder
  std::string proxy;                   // empty = none
};

// How the provider of a rehearsal answers. Everything but `none` is without a network.
enum class HttpFault : std::uint32_t {
  none = 0,
  unauthorized = 1,       // 401
  forbidden = 2,          // 403
  too_many_requests = 3,  // 429 with Retry-After: 1
  server_error = 4,       // 500
  garbage = 5,            // 200, noise instead of the body
  empty = 6,              // 200, no body
  endless = 7,            // each path's first recorded answer again and again, whatever page is asked for
  stalled = 8,            // no answer
};

// What `infrazen plugin check` asks for beside a run. In a run of the daemon all of it is off.
struct Rehearsal {
  bool observe = false;     // watch the connector and say what was seen (FrameType::observation)
  bool twice = false;       // when the run has ended well, a second instance goes through it in the same process
  std::int64_t now_us = 0;  // infrazen.clock/1 stands still here; 0 = the real time
  HttpFault http_fault = HttpFault::none;
  std::uint32_t fault_from = 1;  // the first request that meets the fault
};

// All that connector-host needs for its one run.
struct Start {
  std::string connection;
  std::string stream;
  std::string run_id;
  std::filesystem::path plugin;
  Action action = Action::sync;
  std::uint32_t mode = 0;  // IZ_SYNC_*
  std::string cursor;
  std::string checkpoint;
  bool has_checkpoint = false;
  std::int64_t since_us = 0;
  std::int64_t until_us = 0;
  std::vector<Target> targets;
  std::vector<WebhookRequest> webhooks;  // with the actions webhook_check and webhook_handle, in this order
  std::string settings_json = "{}";
  std::vector<Secret> secrets;
  std::vector<GrantedPath> files;
  HttpOptions http;
  std::uint32_t log_level = 1;  // IZ_LOG_*
  std::uint64_t data_bytes = 0;
  Rehearsal rehearsal;
};

struct ScopeEvent {
  std::uint32_t kind = 0;
  std::string_view scope;
};

struct Mark {
  std::uint64_t sequence = 0;  // 1, 2, … within the run
  std::string_view cursor;
};

struct Progress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::string_view what;
};

struct LogLine {
  std::uint32_t level = 0;  // IZ_LOG_*
  std::string_view message;
};

// Who says it: the host itself, of the way to a server, or the connector.
enum class CheckedBy : std::uint32_t { host = 0, connector = 1 };

struct CheckResult {
  std::uint32_t verdict = 0;  // IZ_CHECK_*
  std::string_view subject;
  std::string_view detail;
  CheckedBy by = CheckedBy::connector;
  std::uint64_t took_us = 0;
};

// What the connector's own check said of one request of the start frame.
struct Admission {
  std::uint32_t index = 0;
  std::uint32_t error_class = 0;  // IZ_OK: accepted; IZ_ERR_AUTH: refused; others: it could not say
  std::string_view event_id;      // "" = not said
  std::string_view message;
};

// The last frame of a run that ended by itself.
struct Done {
  std::uint32_t error_class = 0;  // IZ_OK or IZ_ERR_*
  std::uint32_t http_status = 0;
  std::int64_t retry_after_ms = 0;
  bool crashed =
      false;  // the connector broke the rules of the ABI in a way that ends the process (an exception escaped)
  std::string_view message;
};

// What connector-host sees of its guest besides records, when it was asked to look.
enum class Seen : std::uint32_t {
  request = 0,           // METHOD URL
  request_refused = 1,   // why: a host that the manifest does not name, or nothing that is a URL
  wrong_thread = 2,      // the call that is for the run thread only
  secret_logged = 3,     // where
  secret_in_error = 4,   // where
  sink_refused = 5,      // why
  descriptors_left = 6,  // how many, behind destroy()
  threads_left = 7,      // how many, behind destroy()
  requests_left = 8,     // HTTP requests that were not released, behind destroy()
  loaded = 9,            // milliseconds it took
  loading_left = 10,     // what loading alone has opened or started
  denied_call = 11,      // a process, a program, a socket of its own
  file_outside = 12,     // a path outside of what was granted
  destroying = 13,       // destroy() is called next
  instance_ended = 14,   // the error class of one instance's run, as a number
};
inline constexpr std::uint32_t kLastSeen = 14;

struct Observation {
  Seen what = Seen::request;
  std::string_view detail;
};

// Host calls made so far, so that infrazend sees a connector at work that has nothing to send yet.
struct Pong {
  std::uint64_t activity = 0;
};

// How often one host may be called, from the moment of the answer on. Instants are CLOCK_MONOTONIC in nanoseconds, the
// same for both sides.
struct RateGrant {
  std::string_view host;            // "api.example.com", ":port" behind it where it is not the scheme's own
  bool answers = false;             // a rate_ask; else it is news
  bool limited = true;              // false: no slot is needed
  std::int64_t not_before = 0;      // nothing goes before
  std::vector<std::int64_t> slots;  // each good for one request at its time
};

struct RateAsk {
  std::string_view host;
  std::uint32_t wanted = 0;
};

// The provider answered 429, or 503 with Retry-After.
struct RateThrottled {
  std::string_view host;
  std::int64_t retry_after_ms = -1;  // -1: it named no time
  double observed = 0;               // requests a second that this run sent
};

inline constexpr std::uint32_t kMaxRateHostBytes = 260;
inline constexpr std::uint32_t kMaxRateSlots = 4096;
inline constexpr std::uint32_t kMaxManifestBytes = 512 * 1024;
inline constexpr std::uint32_t kMaxMessageBytes = IZ_ERROR_MESSAGE_SIZE;
inline constexpr std::uint32_t kMaxLogBytes = 4096;
inline constexpr std::uint32_t kMaxFindingValue = 256;

void encode(const Start& message, Bytes& out);
void encode(const ScopeEvent& message, Bytes& out);
void encode(const Mark& message, Bytes& out);
void encode(const Progress& message, Bytes& out);
void encode(const LogLine& message, Bytes& out);
void encode(const CheckResult& message, Bytes& out);
void encode(const Admission& message, Bytes& out);
void encode(const Done& message, Bytes& out);
void encode(const Pong& message, Bytes& out);
void encode(const Observation& message, Bytes& out);
void encode(const RateGrant& message, Bytes& out);
void encode(const RateAsk& message, Bytes& out);
void encode(const RateThrottled& message, Bytes& out);
void encode(const records::FindingView& message, Bytes& out);
void encode_mark_done(std::uint64_t sequence, Bytes& out);

// Each throws MalformedFrame for what its frame may not hold.
[[nodiscard]] Start decode_start(std::span<const std::byte> payload);
[[nodiscard]] ScopeEvent decode_scope_event(std::span<const std::byte> payload);
[[nodiscard]] Mark decode_mark(std::span<const std::byte> payload);
[[nodiscard]] Progress decode_progress(std::span<const std::byte> payload);
[[nodiscard]] LogLine decode_log(std::span<const std::byte> payload);
[[nodiscard]] CheckResult decode_check_result(std::span<const std::byte> payload);
[[nodiscard]] Admission decode_admission(std::span<const std::byte> payload);
[[nodiscard]] Done decode_done(std::span<const std::byte> payload);
[[nodiscard]] Pong decode_pong(std::span<const std::byte> payload);
[[nodiscard]] Observation decode_observation(std::span<const std::byte> payload);
[[nodiscard]] RateGrant decode_rate_grant(std::span<const std::byte> payload);
[[nodiscard]] RateAsk decode_rate_ask(std::span<const std::byte> payload);
[[nodiscard]] RateThrottled decode_rate_throttled(std::span<const std::byte> payload);
[[nodiscard]] records::FindingView decode_finding(std::span<const std::byte> payload);
[[nodiscard]] std::uint64_t decode_mark_done(std::span<const std::byte> payload);
[[nodiscard]] std::string_view decode_manifest(std::span<const std::byte> payload);
[[nodiscard]] std::string_view decode_checkpoint(std::span<const std::byte> payload);

// The limit of a host as rate frames name it; nullptr: none is set.
[[nodiscard]] const RateLimit* rate_limit_of(std::span<const RateLimit> limits, std::string_view host);

}  // namespace iz::wire
