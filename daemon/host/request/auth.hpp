// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>

#include "host/request/request.hpp"
#include "host/services/secrets.hpp"

namespace iz::host {

// A request with its secrets in place. Never printed.
struct SignedRequest {
  std::string method;
  Url url;
  HttpFields headers;      // the connector's
  HttpFields credentials;  // added by the host
  std::string body;
  bool body_has_secret = false;
  std::string sigv4;       // libcurl's CURLOPT_AWS_SIGV4, empty = not signed
  std::string sigv4_keys;  // "key:secret"

  // The answer sends us to another origin: what authenticates stays behind. Throws HttpRefusal if it is in the body
  // that would be sent along.
  void leave_credentials_behind(const Secrets& secrets);
};

// Throws HttpRefusal (CONFIG) naming a secret that is missing or cannot be used so.
[[nodiscard]] SignedRequest sign_request(const HttpRequest& request, const Secrets& secrets);

}  // namespace iz::host
