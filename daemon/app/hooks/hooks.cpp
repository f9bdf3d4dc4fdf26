// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/hooks/hooks.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include <boost/asio/post.hpp>
#include <systemd/sd-daemon.h>

namespace iz::app {
namespace {

using namespace std::chrono_literals;

constexpr auto kDrain = 5s;
// Of what strangers post at once. Of the largest body that may be configured some fit.
constexpr std::size_t kMostHeld = 64U << 20;
constexpr auto kAnswer = 15s;  // for the database, or a connector's check, to say something

serve::HttpOptions options_of(const config::Webhooks& webhooks) {
  serve::HttpOptions options;
  options.max_clients = webhooks.max_clients;
  options.max_header = webhooks.max_header;
  options.max_body = webhooks.max_body;
  options.max_held = kMostHeld;
  options.idle_timeout = webhooks.idle_timeout;
  options.request_timeout = webhooks.request_timeout;
  options.answer_timeout = kAnswer;
  options.late_status = 503;
  options.keep_headers = true;
  return options;
}

// Those systemd passes, in the order of the socket unit. Asked once: the variables are taken away, children must not
// see them.
std::vector<int> inherited_sockets() {
  const int count = sd_listen_fds(1);
  std::vector<int> sockets;
  for (int i = 0; i < count; ++i) sockets.push_back(SD_LISTEN_FDS_START + i);
  return sockets;
}

std::string read_certificate(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file.string() + " cannot be read: " + std::strerror(errno));
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string name_of(const config::ListenAddress& address) {
  const bool six = address.host.find(':') != std::string::npos;
  return (six ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

}  // namespace

Hooks::Hooks(Parts parts) : parts_(std::move(parts)) {}

Hooks::~Hooks() {
  if (!thread_.joinable()) return;
  boost::asio::post(hooks_io_, [this] {
    server_->stop();
    open_.reset();
    hooks_io_.stop();
  });
  thread_.join();
}

void Hooks::start(const config::Settings& settings) {
  const std::vector<int> inherited = inherited_sockets();
  if (inherited.empty() && settings.webhooks.listen.empty()) return;
  checks_.emplace(HookChecks::Parts{parts_.supervisor, parts_.secrets, parts_.log, parts_.live, parts_.rates});
  writer_.emplace(parts_.conninfo, [this](const std::string& reason) {
    boost::asio::post(parts_.io, [this, reason] { parts_.database_lost(reason); });
  });
  endpoint_.emplace(HookEndpoint::Parts{
      hooks_io_, *writer_, *checks_, parts_.log,
      [this](const std::string& connection, const std::string& stream) { ring(connection, stream); }});
  server_ = std::make_unique<serve::TcpServer>(hooks_io_, options_of(settings.webhooks),
                                               [this](serve::Request request, const serve::Respond& respond) {
                                                 endpoint_->answer(std::move(request), respond);
                                               });
  use_certificate(settings);
  const auto listening = [&](const std::string& address, const char* how) {
    parts_.log.event(journal::messages::webhooks_listening,
                     {{"address", address}, {"protocol", settings.webhooks.tls() ? "https" : "http"}, {"how", how}});
  };
  for (const int socket : inherited) listening(server_->adopt(socket), "systemd");
  for (const auto& address : settings.webhooks.listen) {
    server_->listen({address.host, address.port});
    listening(name_of(address), "infrazen.yaml");
  }
}

void Hooks::answer() {
  if (!listening() || thread_.joinable()) return;
  open_.emplace(hooks_io_.get_executor());
  thread_ = std::thread([this] { hooks_io_.run(); });
}

void Hooks::use_certificate(const config::Settings& settings) {
  if (!settings.webhooks.tls()) return;
  const std::string certificate = read_certificate(settings.webhooks.certificate);
  const config::SecretText key = parts_.secrets.read(settings.webhooks.key_secret, settings.paths.secrets_dir);
  try {
    server_->use_tls(certificate, key.view());
  } catch (const std::runtime_error& fault) {
    throw std::runtime_error("webhooks.tls, " + settings.webhooks.certificate.string() + ": " + fault.what());
  }
}

void Hooks::adopt(const std::shared_ptr<const config::Settings>& settings, const std::vector<EstateConnection>& estate,
                  std::function<void()> done) {
  if (!listening()) {
    // Not before this returns, as where there is something to adopt.
    boost::asio::post(parts_.io, std::move(done));
    return;
  }
  auto book = std::make_shared<HookBook>(settings, estate, parts_.secrets, parts_.log, counters_);
  boost::asio::post(hooks_io_, [this, settings, book = std::move(book), done = std::move(done)]() mutable {
    endpoint_->serve(book);
    try {
      use_certificate(*settings);
    } catch (const std::exception& fault) {
      // The one in use goes on being used.
      parts_.log.event(journal::messages::webhook_misconfigured, {{"connection", ""}, {"reason", fault.what()}});
    }
    boost::asio::post(parts_.io, std::move(done));
  });
}

void Hooks::set_quarantined(const std::string& connection, bool now) {
  if (const auto counted = counters_.find(connection); counted != counters_.end()) counted->second->quarantined = now;
}

void Hooks::drain(std::function<void()> done) {
  if (!listening()) return done();
  answer();  // if the database has not been heard of yet
  boost::asio::post(hooks_io_, [this, done = std::move(done)]() mutable {
    server_->drain(kDrain, [this, done = std::move(done)]() mutable { boost::asio::post(parts_.io, std::move(done)); });
  });
}

// Many events of one stream in a short time are one word to the main thread.
void Hooks::ring(const std::string& connection, const std::string& stream) {
  {
    const std::scoped_lock lock(rung_mutex_);
    const bool told = !rung_.empty();
    rung_.emplace(connection, stream);
    if (told) return;
  }
  boost::asio::post(parts_.io, [this] {
    std::set<std::pair<std::string, std::string>> streams;
    {
      const std::scoped_lock lock(rung_mutex_);
      streams.swap(rung_);
    }
    parts_.rang(streams);
  });
}

}  // namespace iz::app
