// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/session/mark_session.hpp"

namespace iz::store {

// The manifest's sensitive_fields, "<JSON column>.<key>[.<key>…]": what a provider returns beside what is wanted, and nobody is to
// read in the database. Their values are replaced in the staging table, before anything is compared or written.
class SensitiveFields {
 public:
  explicit SensitiveFields(std::span<const std::string> fields);
  // In the jsonb column of a staging table, named as in the manifest.
  void hide(MarkTransaction& tx, const std::string& table, std::string_view column) const;

 private:
  struct Field {
    std::string column;
    std::vector<std::string> path;
  };
  std::vector<Field> fields_;
};

}  // namespace iz::store
