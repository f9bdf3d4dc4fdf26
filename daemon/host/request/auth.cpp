// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/request/auth.hpp"

#include <algorithm>
#include <array>

#include <openssl/evp.h>

#include "host/request/json.hpp"

namespace iz::host {
namespace {

[[noreturn]] void unusable(const std::string& what) {
  throw HttpRefusal(IZ_ERR_CONFIG, what);
}

const std::string& secret(const Secrets& secrets, std::string_view name) {
  const auto* found = secrets.find(name);
  if (found == nullptr)
    unusable("the connection has no secret named \"" + std::string(name) + "\": add it to its secrets");
  return found->value;
}

std::string for_field(const std::string& value, std::string_view name) {
  if (!is_field_value(value))
    unusable("secret \"" + std::string(name) + "\" has a line break in it, which no HTTP header can carry");
  return value;
}

std::string base64(const std::string& text) {
  std::string out(4 * ((text.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::string form_encode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '*';
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      result += c;
    } else {
      result += {'%', kHex[byte >> 4U], kHex[byte & 15U]};
    }
  }
  return result;
}

void set_default(HttpFields& fields, std::string_view name, std::string_view value) {
  if (std::ranges::none_of(fields, [&](const auto& field) { return field.first == name; }))
    fields.emplace_back(name, value);
}

void set_credential(SignedRequest& request, std::string name, std::string value) {
  std::erase_if(request.headers, [&](const auto& field) { return field.first == name; });
  request.credentials.emplace_back(std::move(name), std::move(value));
}

std::string sha256_hex(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1)
    throw HttpRefusal(IZ_ERR_INTERNAL, "SHA-256 is not available");
  std::string out;
  for (unsigned i = 0; i < size; ++i) out += {kHex[digest[i] >> 4U], kHex[digest[i] & 15U]};
  return out;
}

void sign_aws(SignedRequest& request, const HttpRequest& asked, const Secrets& secrets) {
  const auto& keys = secret(secrets, asked.auth_ref);
  if (keys.find(':') == std::string::npos)
    unusable("secret \"" + asked.auth_ref + "\" is not \"key:secret\", which SigV4 needs");
  const auto colon = asked.auth_name.find(':');
  if (colon == 0 || colon == std::string::npos || colon + 1 == asked.auth_name.size()) {
    throw HttpRefusal(IZ_ERR_INTERNAL, "the connector's auth_name for SigV4 is not \"region:service\"");
  }
  // libcurl signs the query as it stands; the server sorts and encodes it first.
  request.url = with_canonical_query(request.url);
  request.sigv4 = "aws:amz:" + asked.auth_name;
  request.sigv4_keys = keys;
  std::erase_if(request.headers, [](const auto& field) { return field.first == "authorization"; });
  // S3 refuses a request that does not say it.
  set_default(request.headers, "x-amz-content-sha256", sha256_hex(request.body));
  // Else there is a header without a value, which libcurl signs and does not send.
  if (!request.body.empty()) set_default(request.headers, "content-type", "application/octet-stream");
}

std::string kept_token(const Secrets& secrets, const std::string& name) {
  auto token = secrets.token(name);
  if (!token)
    throw HttpRefusal(IZ_ERR_INTERNAL, "the connector asks for token \"" + name + "\", which no answer was kept as");
  return for_field(*token, name);
}

}  // namespace

void SignedRequest::leave_credentials_behind(const Secrets& secrets) {
  if (body_has_secret && !body.empty()) {
    throw HttpRefusal(IZ_ERR_PERMANENT, "the answer redirects a request with a secret in its body to another host");
  }
  credentials.clear();
  sigv4.clear();
  sigv4_keys.clear();
  std::erase_if(headers, [&](const auto& field) {
    constexpr std::array kCredentials{"authorization", "cookie"};
    return std::ranges::find(kCredentials, field.first) != kCredentials.end() ||
           secrets.mask(field.second) != field.second;
  });
}

SignedRequest sign_request(const HttpRequest& asked, const Secrets& secrets) {
  SignedRequest request{asked.method, asked.url, asked.headers, {}, asked.body, false, {}, {}};
  switch (asked.auth) {
    case IZ_AUTH_NONE: break;
    case IZ_AUTH_BEARER:
      set_credential(request, "authorization", "Bearer " + for_field(secret(secrets, asked.auth_ref), asked.auth_ref));
      break;
    case IZ_AUTH_BASIC: {
      const auto& value = secret(secrets, asked.auth_ref);
      if (value.find(':') == std::string::npos) unusable("secret \"" + asked.auth_ref + "\" is not \"user:password\"");
      set_credential(request, "authorization", "Basic " + base64(value));
      break;
    }
    case IZ_AUTH_HEADER:
      if (!is_token(asked.auth_name))
        throw HttpRefusal(IZ_ERR_INTERNAL, "the connector's auth_name is not a header's name");
      set_credential(request, lower_case(asked.auth_name), for_field(secret(secrets, asked.auth_ref), asked.auth_ref));
      break;
    case IZ_AUTH_FORM:
      if (asked.auth_name.empty())
        throw HttpRefusal(IZ_ERR_INTERNAL, "the connector's auth_name is not a form field's name");
      if (!request.body.empty()) request.body += '&';
      request.body += form_encode(asked.auth_name) + '=' + form_encode(secret(secrets, asked.auth_ref));
      request.body_has_secret = true;
      set_default(request.headers, "content-type", "application/x-www-form-urlencoded");
      break;
    case IZ_AUTH_AWS_SIGV4: sign_aws(request, asked, secrets); break;
    case IZ_AUTH_JSON:
      request.body = fill_placeholders(
          asked.body, [&](std::string_view name) -> std::string_view { return secret(secrets, name); });
      request.body_has_secret = true;
      set_default(request.headers, "content-type", "application/json");
      break;
    case IZ_AUTH_TOKEN: {
      const std::string token = kept_token(secrets, asked.auth_ref);
      if (asked.auth_name.empty()) {
        set_credential(request, "authorization", "Bearer " + token);
      } else if (is_token(asked.auth_name)) {
        set_credential(request, lower_case(asked.auth_name), token);
      } else {
        throw HttpRefusal(IZ_ERR_INTERNAL, "the connector's auth_name is not a header's name");
      }
      break;
    }
    default:
      throw HttpRefusal(IZ_ERR_INTERNAL,
                        "the connector asks for a way to authenticate that this host does not know: update infrazend");
  }
  return request;
}

}  // namespace iz::host
