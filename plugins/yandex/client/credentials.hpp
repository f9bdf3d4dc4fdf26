// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "support/json.hpp"
#include "yandex/client/endpoints.hpp"
#include <infrazen/host.hpp>

namespace iz::yandex {

// The name under which the host keeps the IAM token, for infrazen::Auth::token().
inline constexpr std::string_view kIamToken = "iam";

// The JWT that is exchanged for an IAM token, signed PS256 by the host with secret `key`, which nobody here sees.
[[nodiscard]] std::string signed_jwt(const infrazen::Host& host, const Settings& settings, infrazen::Micros now);

// When a token obtained at `now` is to be renewed: five minutes before it ends or is an hour old, whichever is first,
// but never within its first minute (a clock that is wrong would ask for one per request).
[[nodiscard]] infrazen::Micros renewal_due(infrazen::Micros now, std::optional<infrazen::Micros> expires);

// Obtains IAM tokens, by what setting `auth` says.
class Credentials {
 public:
  Credentials(infrazen::Host& host, const Settings& settings, const Endpoints& endpoints)
      : host_(&host), settings_(&settings), endpoints_(&endpoints) {}

  // Lets the host keep a new token as kIamToken. Returns when the next is due. Throws infrazen::Error whose text says
  // which credential was refused and what to look at.
  infrazen::Micros obtain();

 private:
  infrazen::Micros exchange(const infrazen::Request& request, infrazen::Micros now) const;
  infrazen::Micros with_key();
  infrazen::Micros with_oauth();
  infrazen::Micros with_metadata();

  infrazen::Host* host_;
  const Settings* settings_;
  const Endpoints* endpoints_;
  std::chrono::seconds clock_offset_{0};  // the provider's clock minus ours, once it turned out to matter
  bool warned_ = false;
};

}  // namespace iz::yandex
