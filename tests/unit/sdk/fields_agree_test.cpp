// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "records/kinds.hpp"
#include <infrazen/testkit/rules.hpp>

// A field is named in three places: abi/records.h for everybody, daemon/records/kinds.cpp for the daemon, records.hpp
// (which is generated) for connectors in C++.
namespace {

using infrazen::Kind;
using iz::records::FieldType;

template <class Value>
constexpr FieldType type_of() {
  if constexpr (std::is_same_v<Value, infrazen::Text>) return FieldType::text;
  if constexpr (std::is_same_v<Value, infrazen::Amount>) return FieldType::decimal;
  if constexpr (std::is_same_v<Value, infrazen::Whole>) return FieldType::integer;
  if constexpr (std::is_same_v<Value, infrazen::Instant>) return FieldType::instant;
  if constexpr (std::is_same_v<Value, infrazen::Date>) return FieldType::date;
  return FieldType::json_object;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(fields, structs_and_the_daemons_table_agree) {
  for (const auto& kind : iz::records::kinds()) {
    std::size_t fields = 0;
    const bool known = infrazen::testkit::with_record(static_cast<Kind>(kind.id), [&](const auto& record) {
      record.each(record, [&](std::uint32_t id, const char* name, const auto& value) {
        SCOPED_TRACE(std::string(kind.name) + "." + name);
        const auto* field = kind.find(id);
        ASSERT_NE(field, nullptr);
        EXPECT_EQ(field->name, name);
        const FieldType type = type_of<std::remove_cvref_t<decltype(value)>>();
        EXPECT_TRUE(field->type == type || (type == FieldType::json_object && field->type == FieldType::json_array));
        EXPECT_EQ(field->needed, std::remove_cvref_t<decltype(record)>::needed[fields]);
        ++fields;
      });
    });
    EXPECT_TRUE(known) << kind.name;
    EXPECT_EQ(fields, kind.fields.size()) << kind.name;
  }
}

TEST(fields, every_define_of_the_abi_is_in_the_daemons_table_with_its_type) {
  const std::string header = read(iz::test::kSourceDir / "sdk/include/infrazen/abi/records.h");
  std::map<std::string, const iz::records::Kind*> kinds;
  for (const auto& kind : iz::records::kinds()) {
    std::string name(kind.name);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    kinds[name] = &kind;
  }
  const std::array<std::pair<std::string_view, FieldType>, 7> types{{{"text", FieldType::text},
                                                                     {"decimal", FieldType::decimal},
                                                                     {"integer", FieldType::integer},
                                                                     {"instant", FieldType::instant},
                                                                     {"date", FieldType::date},
                                                                     {"JSON object", FieldType::json_object},
                                                                     {"JSON array", FieldType::json_array}}};
  const std::regex define(R"(#define IZ_([A-Z]+)_(\w+) (\d+)u\s+/\* (! )?([^\n]*) \*/)");
  std::size_t fields = 0, expected = 0;
  for (const auto& kind : iz::records::kinds()) expected += kind.fields.size();
  for (std::sregex_iterator match(header.begin(), header.end(), define), end; match != end; ++match) {
    const auto kind = kinds.find((*match)[1]);
    if (kind == kinds.end()) continue;  // IZ_KIND_…
    SCOPED_TRACE((*match)[0]);
    const auto* field = kind->second->find(static_cast<std::uint32_t>(std::stoul((*match)[3])));
    ASSERT_NE(field, nullptr);
    EXPECT_EQ(field->needed, (*match)[4].matched);
    const std::string comment = (*match)[5];
    const auto type =
        std::find_if(types.begin(), types.end(), [&](const auto& one) { return comment.starts_with(one.first); });
    ASSERT_NE(type, types.end());
    EXPECT_EQ(field->type, type->second);
    ++fields;
  }
  EXPECT_EQ(fields, expected);
}

}  // namespace
