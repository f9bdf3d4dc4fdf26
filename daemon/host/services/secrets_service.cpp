// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/secrets_service.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "host/error.hpp"
#include "host/services/signature.hpp"
#include "wire/text.hpp"

namespace iz::host {
namespace {

std::int32_t no_such_secret(std::string_view name, iz_error* error) {
  return fail(error, IZ_ERR_CONFIG,
              fmt::format("the connection has no secret \"{}\"; name it under `secrets` of the connection",
                          wire::to_text(name.substr(0, 128), 128)));
}

}  // namespace

SecretsService::SecretsService(RunContext& run) : run_(run) {
  table_.struct_size = sizeof table_;
  table_.context = this;
  table_.has = [](void* context, iz_str name) -> std::int32_t {
    return static_cast<SecretsService*>(context)->run_.secrets.find(view(name)) != nullptr ? 1 : 0;
  };
  table_.sign = [](void* context, iz_str name, std::uint32_t algorithm, iz_str data, std::uint8_t* out,
                   std::uint64_t capacity, std::uint64_t* length, iz_error* error) {
    return static_cast<SecretsService*>(context)->sign(view(name), algorithm, data, out, capacity, length, error);
  };
  table_.reveal = [](void* context, iz_str name, iz_str* value, iz_error* error) {
    return static_cast<SecretsService*>(context)->reveal(view(name), value, error);
  };
}

std::int32_t SecretsService::sign(std::string_view name, std::uint32_t algorithm, iz_str data, std::uint8_t* out,
                                  std::uint64_t capacity, std::uint64_t* length, iz_error* error) {
  run_.link.note_activity();
  const wire::Secret* secret = run_.secrets.find(name);
  if (secret == nullptr) return no_such_secret(name, error);
  try {
    const auto signature = host::sign(algorithm, secret->value, view(data));
    if (length != nullptr) *length = signature.size();
    if (capacity < signature.size() || out == nullptr) {
      return fail(error, IZ_ERR_CONFIG,
                  fmt::format("the signature has {} bytes, there is room for {}", signature.size(),
                              out == nullptr ? 0 : capacity));
    }
    std::ranges::copy(signature, out);
    return IZ_OK;
  } catch (const UnusableKey& fault) {
    return fail(error, IZ_ERR_CONFIG, fmt::format("secret \"{}\" {}", secret->name, fault.what()));
  } catch (const std::exception& fault) {
    return fail(error, IZ_ERR_INTERNAL, fault.what());
  }
}

std::int32_t SecretsService::reveal(std::string_view name, iz_str* value, iz_error* error) {
  run_.link.note_activity();
  const wire::Secret* secret = run_.secrets.find(name);
  if (secret == nullptr) return no_such_secret(name, error);
  const auto* declared = run_.manifest.find_secret(name);
  if (declared == nullptr || !declared->reveal) {
    return fail(
        error, IZ_ERR_CONFIG,
        fmt::format("the manifest of {} does not ask to reveal \"{}\"; set \"reveal\": true there, or use sign or "
                    "auth_ref",
                    run_.manifest.id, name));
  }
  if (!secret->reveal) {
    return fail(
        error, IZ_ERR_CONFIG,
        fmt::format("the operator did not grant revealing \"{}\"; set `reveal: true` on that secret of the connection",
                    name));
  }
  if (value == nullptr) return fail(error, IZ_ERR_PERMANENT, "infrazen.secrets/1: nowhere to put the value");
  *value = to_str(secret->value);
  return IZ_OK;
}

}  // namespace iz::host
