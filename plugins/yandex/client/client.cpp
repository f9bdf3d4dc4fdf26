// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/client/client.hpp"

#include "yandex/client/credentials.hpp"
#include "yandex/client/endpoints.hpp"

namespace iz::yandex {

using infrazen::Error;
using infrazen::ErrorClass;

struct Client::Parts {
  Parts(infrazen::Host& host, const Settings& settings)
      : endpoints(settings),
        credentials(host, settings, endpoints),
        session(host.clock(), infrazen::Auth::token(std::string(kIamToken)), [this] { return credentials.obtain(); }) {}

  Endpoints endpoints;
  Credentials credentials;
  support::Session session;
  bool discovered = false;
};

Client::Client(infrazen::Host& host)
    : host_(host), settings_(read_settings(host.config())), parts_(std::make_unique<Parts>(host, settings_)) {}

Client::~Client() = default;

std::string Client::url(std::string_view service, std::string_view path) const {
  if (!parts_->discovered && parts_->endpoints.worth_discovering()) {
    parts_->discovered = true;
    try {
      const std::string registry = parts_->endpoints.registry() + "/endpoints";
      const infrazen::Response answer = host_.http().get(registry);
      parts_->endpoints.learn(support::JsonDocument(answer.body(), registry).root());
    } catch (const Error& error) {
      if (error.error_class() == ErrorClass::cancelled) throw;
      host_.log().warning("the registry of endpoints was not read, known addresses are used: " +
                          std::string(error.what()));
    }
  }
  const std::string base = parts_->endpoints.base(service);
  return base.empty() ? base : base + std::string(path);
}

support::Session& Client::session() const {
  return parts_->session;
}

infrazen::Request Client::request(std::string_view service, std::string_view path) const {
  std::string address = url(service, path);
  if (address.empty()) {
    throw Error(ErrorClass::permanent,
                "this installation (" + settings_.domain + ") has no service " + std::string(service), {}, 404);
  }
  return {.url = std::move(address), .auth = parts_->session.auth()};
}

infrazen::Response Client::send(infrazen::Request request) const {
  return parts_->session.send(host_.http(), std::move(request));
}

support::JsonDocument Client::json(infrazen::Request request) const {
  const std::string origin(support::without_query(request.url));
  const infrazen::Response answer = send(std::move(request));
  return {answer.body(), origin};
}

std::string Client::paged_url(std::string_view service, std::string_view path) const {
  const std::string address = url(service, path);
  return address.empty() ? address : support::with_parameter(address, "pageSize", std::to_string(settings_.page_size));
}

support::Listing Client::whole_listing(std::string_view service, std::string_view path, std::string_view key) const {
  support::Listing listing{.name = std::string(key) + " of " + std::string(service),
                           .request = request(service, path),
                           .rows = std::string(key),
                           .paging = support::Paging::token(),
                           .session = &session(),
                           .empty_without_rows = true};
  listing.request.url = paged_url(service, path);
  return listing;
}

}  // namespace iz::yandex
