// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <utility>

#include "support/s3.hpp"
#include "yandex/stores/export_store.hpp"

namespace iz::yandex {

// The export in Object Storage, where the provider rewrites a day's file every hour.
class BucketStore final : public ExportStore {
 public:
  BucketStore(support::S3Bucket bucket, std::string name, std::string prefix)
      : bucket_(std::move(bucket)), name_(std::move(name)), prefix_(std::move(prefix)) {}
  std::vector<ExportObject> list() override;
  std::unique_ptr<support::ByteSource> open(const ExportObject& object) override;
  std::string place() const override {
    return "bucket " + name_ + (prefix_.empty() ? std::string() : " below " + prefix_);
  }

 private:
  support::S3Bucket bucket_;
  std::string name_;
  std::string prefix_;
};

}  // namespace iz::yandex
