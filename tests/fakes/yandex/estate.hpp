// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <span>

// What furnish() puts into a YandexCloud, by subject. Names, ids and addresses are invented.
namespace iz::test {

// A listing of the API: its collection, the array's name in its answer, an element ("" = none is put).
struct YandexListing {
  const char* collection;
  const char* key;
  const char* element;
};

[[nodiscard]] std::span<const YandexListing> yandex_machines();
[[nodiscard]] std::span<const YandexListing> yandex_services();
// What is listed below a resource, and not by folder.
[[nodiscard]] std::span<const YandexListing> yandex_inner();

}  // namespace iz::test
