// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>
#include <string>

#include "support/byte_source.hpp"

namespace iz::yandex {

// What `source` holds, unpacked if it is gzip: people pack what they keep.
[[nodiscard]] std::unique_ptr<support::ByteSource> unpacked(std::unique_ptr<support::ByteSource> source,
                                                            std::string name);

}  // namespace iz::yandex
