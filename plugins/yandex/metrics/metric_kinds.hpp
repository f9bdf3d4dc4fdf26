// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

// What is read of Monitoring, as a table. Several series of one resource (a machine's network interfaces) become one.
namespace iz::yandex {

struct MetricKind {
  std::string_view service;        // label "service"
  std::string_view name;           // the provider's
  std::string_view selector;       // the label that names what is asked for, and ids or names are asked for by …
  std::string_view owner;          // … of this type of resource
  std::string_view label;          // the label that names the resource it is about
  std::string_view resource_type;  // of that
  std::string_view as;             // the metric's name here
  std::string_view unit;
  bool sum = false;           // of several series at one instant: their sum, else the first
  bool of_hundred = false;    // 100 − value
  std::size_t at_once = 100;  // owners in one read: at most 500 series may come
};

[[nodiscard]] std::span<const MetricKind> metric_kinds();

// The types of resources that have to be listed before metrics of `resource_type` can be read.
[[nodiscard]] std::vector<std::string_view> listings_for(const MetricKind& kind);

}  // namespace iz::yandex
