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

std::string url_encode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

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
  request.auth = parts_->session.auth();
  const std::uint64_t number = parts_->session.number();
  infrazen::Response first = host_.http().try_send(request);
  if (first.status() != 401) {
    first.require();
    return first;
  }
  parts_->session.renew(number);
  return host_.http().send(request);
}

support::JsonDocument Client::json(infrazen::Request request) const {
  const std::string origin = request.url.substr(0, request.url.find('?'));
  const infrazen::Response answer = send(std::move(request));
  return {answer.body(), origin};
}

std::string Client::page_path(std::string_view path, std::string_view token) const {
  std::string out(path);
  out += (path.find('?') == std::string_view::npos ? "?pageSize=" : "&pageSize=") + std::to_string(settings_.page_size);
  if (!token.empty()) out += "&pageToken=" + url_encode(token);
  return out;
}

bool Client::next_page(support::JsonValue page, std::string_view path, std::string& token) {
  std::string next(page["nextPageToken"].text());
  if (next.empty()) return false;
  if (next == token) {
    throw Error(ErrorClass::transient,
                "the listing " + std::string(path.substr(0, path.find('?'))) + " gave the same page token twice");
  }
  token = std::move(next);
  return true;
}

}  // namespace iz::yandex
