// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/resources/sensitive_fields.hpp"

#include <utility>

namespace iz::store {

SensitiveFields::SensitiveFields(std::span<const std::string> fields) {
  for (const std::string& text : fields) {
    Field field;
    std::size_t begin = 0;
    for (std::size_t end = text.find('.'); end != std::string::npos; end = text.find('.', begin)) {
      field.path.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
    field.path.push_back(text.substr(begin));
    field.column = std::move(field.path.front());
    field.path.erase(field.path.begin());
    if (!field.path.empty()) fields_.push_back(std::move(field));
  }
}

void SensitiveFields::hide(MarkTransaction& tx, const std::string& table, std::string_view column) const {
  for (const Field& field : fields_) {
    if (field.column != column) continue;
    BinaryArray path(BinaryArray::text);
    for (const std::string& key : field.path) path.add().text(key);
    tx.exec("UPDATE " + table + " SET \"" + field.column + "\" = jsonb_set(\"" + field.column +
                "\", $1::text[], '\"(hidden)\"', false) WHERE \"" + field.column + "\" #> $1::text[] IS NOT NULL",
            {Param::binary(path.bytes())});
  }
}

}  // namespace iz::store
