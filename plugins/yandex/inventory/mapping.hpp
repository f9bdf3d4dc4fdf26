// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <optional>

#include "yandex/inventory/kind.hpp"

namespace iz::yandex {

// Everything the kind says of an element.
[[nodiscard]] Mapped map_element(const Element& element);

// The values at a path with "[]"; see kind.hpp.
void each_at(JsonValue value, std::string_view path, const std::function<void(JsonValue)>& visit);
// Each of the blank-separated words.
void each_word(std::string_view words, const std::function<void(std::string_view)>& visit);

// GiB, rounded up; extension columns are whole.
[[nodiscard]] std::int64_t to_gib(std::int64_t bytes);
// Sets the column and its counterpart among the extension columns.
void set_cores(infrazen::Resource& resource, std::int64_t cores);
void set_memory(infrazen::Resource& resource, std::int64_t bytes);
void set_storage(infrazen::Resource& resource, std::int64_t bytes);
// "ru-central1" of "ru-central1-a".
[[nodiscard]] std::string_view region_of_zone(std::string_view zone);
// "Intel Ice Lake" of "standard-v3"; an id that is not known stays itself.
[[nodiscard]] std::string_view platform_name(std::string_view platform_id);
// A resource inside of the element: same account, folder and service.
[[nodiscard]] infrazen::Resource inner_resource(const Element& element, std::string_view type, std::string_view id);
// Folder, cloud and organization as extension columns.
void set_place(infrazen::Resource& resource, const Folder& folder);

}  // namespace iz::yandex
