// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "support/byte_source.hpp"
#include "yandex/audit/event.hpp"

namespace iz::yandex {

// Events of one file of a trail, in its order. Throws infrazen::Error.
void each_event_of(support::ByteSource& file, const std::string& name,
                   const std::function<void(const AuditEvent&)>& visit);

}  // namespace iz::yandex
