// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace iz::test {

// A key pair that is made once per process.
struct YandexKey {
  static const YandexKey& shared();
  std::string private_pem;
  std::string public_pem;
};

struct ReadJwt {
  boost::json::object header;
  boost::json::object claims;
};

// nullopt unless it has three parts and a PS256 signature (salt of 32 bytes) that the public key verifies.
[[nodiscard]] std::optional<ReadJwt> read_jwt(std::string_view jwt, const YandexKey& key);

}  // namespace iz::test
