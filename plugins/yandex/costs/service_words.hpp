// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string_view>

// Words of FOCUS for what a billing row is about. The export has names of services and SKUs only, in Russian or
// English; names of products are the same in both.
namespace iz::yandex {

// FOCUS ServiceCategory; "Other" for services that are not known here.
[[nodiscard]] std::string_view category_of_service(std::string_view service_name);

// The type of resource, as the inventory names it, that a SKU of the service is billed for; the service's name where
// that cannot be told.
[[nodiscard]] std::string_view resource_type_of(std::string_view service_name, std::string_view sku_name);

}  // namespace iz::yandex
