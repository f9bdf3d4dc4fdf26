// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/client/credentials.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <infrazen/json.hpp>

namespace iz::yandex {
namespace {

using namespace std::chrono_literals;
using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Micros;

constexpr std::string_view kTokenPath = "/iam/v1/tokens";
constexpr std::string_view kMetadataPath = "/computeMetadata/v1/instance/service-accounts/default/token";
constexpr std::chrono::seconds kWorthCorrecting = 30s;

std::string base64url(std::span<const std::uint8_t> bytes) {
  static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (k < left ? bytes[i + k] : 0u);
    for (std::size_t k = 0; k <= left; ++k) out += kDigits[group >> (18 - 6 * k) & 63];
  }
  return out;
}

std::string base64url(std::string_view text) {
  return base64url(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

// "Sun, 29 Nov 2026 00:49:42 GMT", the only form in which servers send Date today.
std::optional<Micros> parse_date_header(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
  const auto* month = std::ranges::find(kMonths, text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  std::string iso(text.substr(12, 4));
  const auto number = std::to_string(month - kMonths.begin() + 1);
  iso += (number.size() < 2 ? "-0" : "-") + number + '-';
  iso += text.substr(5, 2);
  iso += 'T';
  iso += text.substr(17, 8);
  iso += 'Z';
  return infrazen::parse_instant(iso);
}

std::chrono::seconds offset_of(const infrazen::Response& answer, Micros now) {
  const auto theirs = parse_date_header(answer.header("date"));
  return theirs ? std::chrono::round<std::chrono::seconds>(*theirs - now) : 0s;
}

// `what` in front of the provider's own words.
Error refused(const Error& error, const std::string& what) {
  const bool ours = error.http_status() == 400 || error.http_status() == 401 || error.http_status() == 403 ||
                    error.http_status() == 404;
  return {ours ? ErrorClass::auth : error.error_class(), what + ": " + error.what(), error.retry_after(),
          error.http_status()};
}

}  // namespace

std::string signed_jwt(const infrazen::Host& host, const Settings& settings, Micros now) {
  const auto issued = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::string header =
      infrazen::JsonObject().text("typ", "JWT").text("alg", "PS256").text("kid", settings.key_id).str();
  const std::string claims = infrazen::JsonObject()
                                 .text("iss", settings.service_account_id)
                                 .text("aud", settings.token_audience)
                                 .number("iat", issued)
                                 .number("exp", issued + 3600)
                                 .str();
  const std::string text = base64url(header) + '.' + base64url(claims);
  return text + '.' + base64url(host.secrets().sign(kKeySecret, IZ_SIGN_RSA_PSS_SHA256, text));
}

Micros renewal_due(Micros now, std::optional<Micros> expires) {
  const Micros hour = now + 1h;
  return std::max(now + 1min, std::min(expires.value_or(hour), hour) - 5min);
}

Micros Credentials::obtain() {
  switch (settings_->access) {
    case Settings::Access::metadata: return with_metadata();
    case Settings::Access::oauth: return with_oauth();
    case Settings::Access::key: break;
  }
  return with_key();
}

Micros Credentials::exchange(const infrazen::Request& request, Micros now) const {
  const infrazen::Response answer = host_->http().send(request);
  const support::JsonDocument body(answer.body(), "the answer of " + request.url);
  return renewal_due(now, infrazen::parse_instant(body.root()["expiresAt"].text()));
}

Micros Credentials::with_key() {
  const std::string what = "service account " + settings_->service_account_id + ", key " + settings_->key_id;
  if (!host_->secrets().has(kKeySecret)) {
    throw Error(ErrorClass::config,
                "auth: key needs the secret 'key': name the file that `yc iam key create` wrote, or its private key, "
                "under `secrets` of the connection");
  }
  for (bool corrected = false;; corrected = true) {
    const Micros now = host_->clock().now();
    const infrazen::Request request{
        .url = endpoints_->base("iam") + std::string(kTokenPath),
        .method = "POST",
        .headers = {{"content-type", "application/json"}},
        .body = infrazen::JsonObject().text("jwt", signed_jwt(*host_, *settings_, now + clock_offset_)).str(),
        .keep_token = "/iamToken",
        .keep_token_as = std::string(kIamToken)};
    const infrazen::Response answer = host_->http().try_send(request);
    if (answer.ok()) {
      const support::JsonDocument body(answer.body(), "the answer of " + request.url);
      const auto expires = infrazen::parse_instant(body.root()["expiresAt"].text());
      return renewal_due(now, expires ? std::optional(*expires - clock_offset_) : std::nullopt);
    }
    // A JWT of the future or of the past is refused like a wrong one; the answer tells the provider's time.
    const std::chrono::seconds offset = offset_of(answer, now);
    if (!corrected && answer.status() >= 400 && answer.status() < 500 && std::chrono::abs(offset) >= kWorthCorrecting &&
        std::chrono::abs(offset - clock_offset_) >= kWorthCorrecting) {
      clock_offset_ = offset;
      host_->log().warning("the clock of this machine is " + std::to_string(std::abs(offset.count())) +
                           (offset.count() < 0 ? " s ahead of" : " s behind") +
                           " the provider's: set it (timedatectl); the key is used with the provider's time");
      continue;
    }
    throw refused(*answer.error(), what +
                                       ": no IAM token (is the key still there, is it the one of 'key_id', is the "
                                       "clock right?)");
  }
}

Micros Credentials::with_oauth() {
  if (!warned_) {
    host_->log().warning(
        "auth: oauth is deprecated: the provider ends the exchange of OAuth tokens; make a service account with an "
        "authorized key and use auth: key");
    warned_ = true;
  }
  try {
    return exchange({.url = endpoints_->base("iam") + std::string(kTokenPath),
                     .method = "POST",
                     .headers = {{"content-type", "application/json"}},
                     .body = infrazen::JsonObject()
                                 .text("yandexPassportOauthToken", "${secret:" + std::string(kOauthSecret) + "}")
                                 .str(),
                     .auth = infrazen::Auth::json(),
                     .keep_token = "/iamToken",
                     .keep_token_as = std::string(kIamToken)},
                    host_->clock().now());
  } catch (const Error& error) {
    throw refused(error, "no IAM token for the OAuth token (use auth: key instead)");
  }
}

Micros Credentials::with_metadata() {
  const Micros now = host_->clock().now();
  const std::string base = endpoints_->base("metadata");
  try {
    const infrazen::Response answer = host_->http().send({.url = base + std::string(kMetadataPath),
                                                          .headers = {{"metadata-flavor", "Google"}},
                                                          .deadline = 10s,
                                                          .keep_token = "/access_token",
                                                          .keep_token_as = std::string(kIamToken)});
    const support::JsonDocument body(answer.body(), "the answer of the metadata service");
    const auto lives = body.root()["expires_in"].integer();
    return renewal_due(now, lives ? std::optional<Micros>(now + std::chrono::seconds(*lives)) : std::nullopt);
  } catch (const Error& error) {
    throw refused(error, "no IAM token from the metadata service at " + base +
                             (error.http_status() == 404 ? ": this machine has no service account, attach one to it"
                                                         : " (is this a machine of the provider?)"));
  }
}

}  // namespace iz::yandex
