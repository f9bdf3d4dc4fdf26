// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/client/object_storage.hpp"

#include <utility>

#include "yandex/client/client.hpp"

namespace iz::yandex {

support::S3Bucket object_storage(infrazen::Host& host, const Client& client, const std::string& bucket) {
  support::S3Place place{.endpoint = client.url("storage", ""), .bucket = bucket};
  if (host.secrets().has(kStaticKeySecret)) {
    place.auth = infrazen::Auth::aws(std::string(kStaticKeySecret), client.settings().storage_region + ":s3");
  } else {
    place.session = &client.session();
    place.header = "X-YaCloud-SubjectToken";
  }
  return {host.http(), std::move(place)};
}

}  // namespace iz::yandex
