// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/byte_source.hpp"
#include "yandex/costs/cost_settings.hpp"
#include <infrazen/time.hpp>

namespace infrazen {
class Host;
}

namespace iz::yandex {

class Client;

// A file of the export where it lies.
struct ExportObject {
  std::string key;          // with the prefix; the path below the folder
  std::uint64_t stamp = 0;  // of ETag, time and size: another one is another content
  std::uint64_t size = 0;
  infrazen::Micros modified;
  std::string etag = {};  // of an object in a bucket
};

// Where the provider puts the export: a bucket, or a folder to which it was copied.
class ExportStore {
 public:
  virtual ~ExportStore() = default;
  // Every .csv and .csv.gz, by key.
  [[nodiscard]] virtual std::vector<ExportObject> list() = 0;
  // Its text, unpacked, from the beginning. Throws infrazen::Error (transient) if it is another one by now.
  [[nodiscard]] virtual std::unique_ptr<support::ByteSource> open(const ExportObject& object) = 0;
  // For messages: "bucket romashka-billing below export/".
  [[nodiscard]] virtual std::string place() const = 0;
};

[[nodiscard]] bool is_export_name(std::string_view key);

// Nothing when the settings name no export.
[[nodiscard]] std::unique_ptr<ExportStore> make_export_store(infrazen::Host& host, const Client& client,
                                                             const CostSettings& settings);

}  // namespace iz::yandex
