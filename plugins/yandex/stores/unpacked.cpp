// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/stores/unpacked.hpp"

#include <optional>
#include <utility>

#include <infrazen/error.hpp>

namespace iz::yandex {
namespace {

class Unpacked final : public support::ByteSource {
 public:
  Unpacked(std::unique_ptr<support::ByteSource> source, std::string name) : source_(std::move(source)), name_(name) {
    std::string head(2, ' ');
    std::size_t have = 0;
    while (have < head.size()) {
      const std::size_t count = source_->read({head.data() + have, head.size() - have});
      if (count == 0) break;
      have += count;
    }
    head.resize(have);
    const bool gzip = support::GzipSource::recognises(head);
    prefixed_.emplace(std::move(head), *source_);
    if (gzip) gunzip_.emplace(*prefixed_, std::move(name));
  }

  std::size_t read(std::span<char> buffer) override {
    if (!gunzip_) return prefixed_->read(buffer);
    try {
      return gunzip_->read(buffer);
    } catch (const support::SourceFault& fault) {
      const bool cut = fault.kind() == support::SourceFault::Kind::truncated;
      throw infrazen::Error(cut ? infrazen::ErrorClass::transient : infrazen::ErrorClass::permanent,
                            "the billing export " + name_ + " cannot be unpacked: " + fault.what());
    }
  }

 private:
  std::unique_ptr<support::ByteSource> source_;
  std::string name_;
  std::optional<support::PrefixedSource> prefixed_;
  std::optional<support::GzipSource> gunzip_;
};

}  // namespace

std::unique_ptr<support::ByteSource> unpacked(std::unique_ptr<support::ByteSource> source, std::string name) {
  return std::make_unique<Unpacked>(std::move(source), std::move(name));
}

}  // namespace iz::yandex
