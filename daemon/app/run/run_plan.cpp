// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/run/run_plan.hpp"

#include <algorithm>
#include <utility>

#include "supervise/connector_spec.hpp"

namespace iz::app {
namespace {

supervise::RunLimits run_limits(const config::RunLimits& limits) {
  supervise::RunLimits result;
  result.idle_timeout = limits.idle_timeout;
  result.cancel_grace = limits.cancel_grace;
  result.term_grace = limits.term_grace;
  result.max_run = limits.max_run;
  result.data_bytes = limits.memory;
  result.files = limits.open_files;
  result.records_per_mark = limits.records_per_mark;
  result.bytes_per_mark = limits.bytes_per_mark;
  result.seconds_per_mark = limits.seconds_per_mark;
  return result;
}

}  // namespace

std::vector<StreamPlan> stream_plans(const config::Connection& connection, const records::Manifest& manifest) {
  std::vector<StreamPlan> plans;
  for (const records::ManifestStream& stream : manifest.streams) {
    const auto it = connection.streams.find(stream.name);
    const config::Stream own = it == connection.streams.end() ? config::Stream{} : it->second;
    if (!own.enabled) continue;
    StreamPlan plan;
    plan.stream = stream.name;
    plan.rule.connector = connection.connector;
    plan.rule.interval = own.interval.value_or(stream.interval);
    plan.rule.jitter = own.jitter.value_or(plan.rule.jitter);
    plan.rule.after = own.after.value_or(stream.after);
    plan.rule.full_every = own.full_every.value_or(stream.full_every);
    plan.rule.back_fills = stream.back_fill;
    plans.push_back(std::move(plan));
  }
  return plans;
}

supervise::RunSpec run_spec(const config::Settings& settings, const config::Connection& connection,
                            const records::Manifest& manifest, const config::SecretStore& secrets,
                            std::string_view stream) {
  supervise::RunSpec spec = run_spec_without_secrets(settings, connection, manifest, stream);
  add_secrets(spec, settings, connection, manifest, secrets);
  return spec;
}

supervise::RunSpec run_spec_without_secrets(const config::Settings& settings, const config::Connection& connection,
                                            const records::Manifest& manifest, std::string_view stream) {
  const config::CheckedSettings checked = config::check(connection, supervise::connector_spec(manifest));
  std::string wrong;
  for (const config::Problem& problem : checked.problems) {
    if (!wrong.empty()) wrong += "; ";
    wrong += config::to_string(problem);
  }
  if (!wrong.empty()) throw records::RunError(IZ_ERR_CONFIG, wrong);

  supervise::RunSpec spec;
  spec.connection = connection.id;
  spec.stream = std::string(stream);
  spec.host_program = settings.paths.host_program;
  spec.plugin = config::plugin_path(settings, connection.connector);
  spec.settings_json = checked.json;
  for (const config::GrantedFile& file : checked.files) spec.files.push_back({file.setting, file.path});
  spec.http.allowed_hosts = checked.hosts;
  spec.http.allow_plain_loopback = connection.allow_plain_loopback;
  for (const config::HostRate& rate : connection.rate_limit.hosts)
    spec.http.rate_limits.push_back({rate.host, rate.per_second, rate.burst});
  for (const records::ManifestRateLimit& rate : manifest.rate_limits)
    spec.http.rate_limits.push_back({rate.host, rate.per_second, rate.burst});
  spec.http.patience_ms = static_cast<std::uint32_t>(connection.rate_limit.patience.count());
  spec.limits = run_limits(connection.limits);
  const auto own = connection.streams.find(std::string(stream));
  if (own != connection.streams.end() && own->second.timeout) spec.limits.max_run = *own->second.timeout;
  spec.log_level = settings.log.level == config::LogLevel::debug ? "debug" : "info";
  return spec;
}

void add_secrets(supervise::RunSpec& spec, const config::Settings& settings, const config::Connection& connection,
                 const records::Manifest& manifest, const config::SecretStore& secrets) {
  for (const auto& [name, use] : connection.secrets) {
    const records::ManifestSecret* declared = manifest.find_secret(name);
    try {
      const config::SecretText text = secrets.read(use.secret, settings.paths.secrets_dir);
      spec.secrets.push_back({name, std::string(text.view()), use.reveal && declared != nullptr && declared->reveal});
    } catch (const std::runtime_error& error) {
      throw records::RunError(IZ_ERR_CONFIG, error.what());
    }
  }
}

const std::string& provider_of(const records::Manifest& manifest) {
  return manifest.provider.empty() ? manifest.id : manifest.provider;
}

std::string rate_account(const config::Connection& connection) {
  if (!connection.rate_limit.account.empty()) return connection.rate_limit.account;
  if (connection.secrets.empty()) return "connection " + connection.id;
  std::string names;
  for (const auto& [name, use] : connection.secrets) names += (names.empty() ? "secret " : ", ") + use.secret;
  return names;
}

ingest::RunContext run_context(const config::Settings& settings, const config::Connection& connection,
                               const records::Manifest& manifest, const store::StreamLease& lease) {
  ingest::RunContext context;
  context.tenant_id = lease.tenant_id;
  context.connection_id = lease.connection_id;
  context.stream_id = lease.stream_id;
  context.connection = connection.id;
  context.provider = provider_of(manifest);
  context.manifest = &manifest;
  context.billing_time_zone =
      connection.billing_time_zone.empty() ? manifest.billing_time_zone : connection.billing_time_zone;
  context.spool.directory = settings.paths.spool_dir;
  context.spool.memory = settings.limits.spool_memory;
  context.records_per_mark = connection.limits.records_per_mark;
  context.bytes_per_mark = connection.limits.bytes_per_mark;
  context.seconds_per_mark = connection.limits.seconds_per_mark.count();
  return context;
}

bool same(const config::Connection& one, const config::Connection& other) {
  const auto same_secret = [](const auto& a, const auto& b) {
    return a.first == b.first && a.second.secret == b.second.secret && a.second.reveal == b.second.reveal;
  };
  const auto same_stream = [](const auto& a, const auto& b) {
    const config::Stream& x = a.second;
    const config::Stream& y = b.second;
    return a.first == b.first && x.enabled == y.enabled && x.interval == y.interval && x.jitter == y.jitter &&
           x.after == y.after && x.full_every == y.full_every && x.timeout == y.timeout;
  };
  return one.id == other.id && one.tenant == other.tenant && one.connector == other.connector &&
         one.enabled == other.enabled && one.billing_time_zone == other.billing_time_zone &&
         one.settings_json == other.settings_json && one.hosts == other.hosts && one.rate_limit == other.rate_limit &&
         one.allow_plain_loopback == other.allow_plain_loopback && one.limits == other.limits &&
         one.webhook == other.webhook &&
         std::ranges::equal(one.secrets, other.secrets, same_secret) &&
         std::ranges::equal(one.streams, other.streams, same_stream);
}

}  // namespace iz::app
