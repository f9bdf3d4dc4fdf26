// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/hooks/hook_book.hpp"

#include <stdexcept>
#include <utility>

namespace iz::app {
namespace {

// How events of the hook are handled; throws what is wrong with the connection's `webhook`.
store::EventForm form_of(const config::Webhook& rules, const records::Manifest& manifest) {
  const bool handles = manifest.webhook && manifest.webhook->handles;
  if (rules.form == config::WebhookForm::connector && !handles) {
    throw std::runtime_error("form: connector, but the connector handles no webhooks; use form: targets");
  }
  if (rules.scheme == config::WebhookScheme::connector && (!manifest.webhook || !manifest.webhook->checks)) {
    throw std::runtime_error("scheme: connector, but the connector has no check of its own; use hmac_sha256 or bearer");
  }
  if (rules.form == config::WebhookForm::targets) return store::EventForm::targets;
  return handles ? store::EventForm::connector : store::EventForm::targets;
}

Hook hook_of(const config::Connection& connection, const EstateConnection& estate, const config::Settings& settings,
             const config::SecretStore& secrets, journal::Log& log) {
  Hook hook;
  hook.connection = connection.id;
  hook.tenant_id = estate.tenant_id;
  hook.connection_id = estate.connection_id;
  hook.rules = *connection.webhook;
  hook.manifest = estate.manifest;
  hook.form = form_of(hook.rules, *hook.manifest);
  for (const auto& stream : estate.streams) hook.streams.insert(stream.key.stream);
  if (hook.form == store::EventForm::connector) hook.rules.stream = hook.manifest->webhook->stream;
  if (!hook.streams.contains(hook.rules.stream)) {
    throw std::runtime_error("its stream " + hook.rules.stream + " does not run; enable it, or name another one");
  }
  for (const std::string& name : hook.rules.secrets) {
    hook.secrets.push_back(secrets.read(name, settings.paths.secrets_dir));
    log.add_secret(hook.secrets.back().view());
  }
  hook.bucket = serve::TokenBucket(hook.rules.rate, hook.rules.burst);
  return hook;
}

}  // namespace

HookBook::HookBook(std::shared_ptr<const config::Settings> settings, const std::vector<EstateConnection>& estate,
                   const config::SecretStore& secrets, journal::Log& log,
                   std::map<std::string, std::shared_ptr<HookCounters>, std::less<>>& counters) {
  for (const EstateConnection& entry : estate) {
    const config::Connection* connection = settings->find_connection(entry.id);
    if (connection == nullptr || !connection->webhook) continue;
    Hook hook;
    if (!entry.problem.empty() || !entry.manifest) {
      hook.problem = "the connection does not run: " + entry.problem;  // the journal has it
    } else {
      try {
        hook = hook_of(*connection, entry, *settings, secrets, log);
      } catch (const std::exception& fault) {
        hook.problem = fault.what();
        log.event(journal::messages::webhook_misconfigured, {{"connection", entry.id}, {"reason", fault.what()}});
      }
    }
    auto& counted = counters[entry.id];
    if (!counted) counted = std::make_shared<HookCounters>();
    counted->set_problem(hook.problem);
    hook.connection = entry.id;
    hook.counters = counted;
    hook.settings = settings;
    hooks_.emplace(entry.id, std::move(hook));
  }
}

Hook* HookBook::find(std::string_view connection) {
  const auto found = hooks_.find(connection);
  return found == hooks_.end() ? nullptr : &found->second;
}

}  // namespace iz::app
