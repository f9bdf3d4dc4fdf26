// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "yandex/stores/export_store.hpp"
#include <infrazen/host.hpp>

namespace iz::yandex {

// Exports that were copied to a folder of this machine.
class FolderStore final : public ExportStore {
 public:
  explicit FolderStore(const infrazen::Host& host) : host_(host) {}
  std::vector<ExportObject> list() override;
  std::unique_ptr<support::ByteSource> open(const ExportObject& object) override;
  std::string place() const override { return "the folder of setting 'billing_path'"; }

 private:
  const infrazen::Host& host_;
};

}  // namespace iz::yandex
