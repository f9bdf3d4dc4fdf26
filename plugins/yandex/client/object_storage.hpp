// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>

#include "support/s3.hpp"

namespace infrazen {
class Host;
}

namespace iz::yandex {

class Client;

// A bucket of Object Storage: with the static key if the connection has one, else with the IAM token. The host and the
// client outlive it.
[[nodiscard]] support::S3Bucket object_storage(infrazen::Host& host, const Client& client, const std::string& bucket);

}  // namespace iz::yandex
