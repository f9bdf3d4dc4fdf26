// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/json.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <infrazen/error.hpp>

namespace iz::support {
namespace {

using testing::HasSubstr;
using testing::Not;

JsonDocument read(std::string_view text) {
  return {text, "compute instances of folder f1"};
}

infrazen::Error refusal(std::string_view text) {
  try {
    read(text);
  } catch (const infrazen::Error& error) {
    return error;
  }
  throw std::logic_error("it was read: " + std::string(text));
}

TEST(Json, members_are_found_by_name_and_by_path) {
  const auto page =
      read(R"({"instances":[{"id":"i1","resources":{"cores":"4","gpu":{"n":0}}},{"id":"i2"}],"next":""})");
  const JsonValue instances = page.root()["instances"];
  ASSERT_EQ(instances.size(), 2u);
  std::vector<std::string> ids;
  for (const JsonValue instance : instances) ids.emplace_back(instance["id"].text());
  EXPECT_EQ(ids, (std::vector<std::string>{"i1", "i2"}));
  const JsonValue first = *instances.begin();
  EXPECT_EQ(first.path("resources.cores").integer(), 4);
  EXPECT_EQ(first.path("resources.gpu.n").integer(), 0);
  EXPECT_EQ(first.path("id").text(), "i1");
  EXPECT_EQ(page.root()["next"].text(), "");
  EXPECT_NE(page.root()["next"].text().data(), nullptr);
}

TEST(Json, what_is_absent_is_absent_however_deep_one_asks) {
  const auto page = read(R"({"a":{"b":1},"n":null,"list":[{}]})");
  for (const JsonValue absent : {page.root()["x"], page.root()["x"]["y"]["z"], page.root().path("a.b.c.d"),
                                 page.root().path("list.0"), page.root().path(""), JsonValue()}) {
    EXPECT_FALSE(absent.exists());
    EXPECT_FALSE(absent.is_null());
    EXPECT_EQ(absent.text().data(), nullptr);
    EXPECT_EQ(absent.integer(), std::nullopt);
    EXPECT_EQ(absent.decimal(), std::nullopt);
    EXPECT_EQ(absent.boolean(), std::nullopt);
    EXPECT_EQ(absent.size(), 0u);
    EXPECT_EQ(absent.begin(), absent.end());
    EXPECT_EQ(absent.members().begin(), absent.members().end());
    EXPECT_EQ(absent.dump(), "");
  }
  EXPECT_TRUE(page.root()["n"].exists());
  EXPECT_TRUE(page.root()["n"].is_null());
  EXPECT_EQ(page.root()["n"].text().data(), nullptr);
  EXPECT_EQ(page.root()["a"].begin(), page.root()["a"].end()) << "an object has members, not elements";
}

TEST(Json, numbers_keep_their_digits) {
  for (const std::string_view digits :
       {"0.1", "-0", "100.00", "1234567890123456789012345678901234.5678", "1e-7", "1.5E+3", "18446744073709551615",
        "9007199254740993", "-9223372036854775808", "0.30000000000000004", "123456789012345678901234567890"}) {
    const auto in_object = read(R"({"v":)" + std::string(digits) + "}");
    EXPECT_EQ(in_object.root()["v"].text(), digits);
    EXPECT_TRUE(in_object.root()["v"].is_number());
    EXPECT_EQ(read(digits).root().text(), digits) << "at the end of the input";
  }
}

TEST(Json, whole_numbers_come_from_numbers_and_from_text) {
  const auto page = read(R"({"n":107374182400,"t":"107374182400","point":4.0,"exponent":1e3,"plus":"1E+3",
      "signed":2E+2,"least":-9223372036854775808,"too_big":9223372036854775808,"fraction":4.5,"word":"four",
      "empty":"","yes":true})");
  const JsonValue root = page.root();
  EXPECT_EQ(root["n"].integer(), 107374182400);
  EXPECT_EQ(root["t"].integer(), 107374182400);
  EXPECT_EQ(root["point"].integer(), 4);
  EXPECT_EQ(root["exponent"].integer(), 1000);
  EXPECT_EQ(root["signed"].integer(), 200);
  EXPECT_EQ(root["least"].integer(), INT64_MIN);
  for (const char* none : {"too_big", "fraction", "word", "empty", "yes", "plus"}) {
    EXPECT_EQ(root[none].integer(), std::nullopt) << none;
  }
}

TEST(Json, money_is_exact) {
  const auto page = read(R"({"cost":1234.567890123456789,"text":"0.10","cent":1E-2,"plus":1.5e+1,"word":"1,5"})");
  EXPECT_EQ(page.root()["cost"].decimal()->to_string(), "1234.567890123456789");
  EXPECT_EQ(page.root()["text"].decimal()->to_string(), "0.1");
  EXPECT_EQ(page.root()["cent"].decimal()->to_string(), "0.01");
  EXPECT_EQ(page.root()["plus"].decimal()->to_string(), "15");
  EXPECT_EQ(page.root()["word"].decimal(), std::nullopt);
}

TEST(Json, of_members_with_one_name_the_last_counts) {
  std::string many = R"({"k0":"first")";
  for (int i = 0; i < 100; ++i) many += ",\"k" + std::to_string(i) + "\":" + std::to_string(i);
  many += "}";
  const auto large = read(many);
  EXPECT_EQ(large.root().size(), 100u);
  EXPECT_EQ(large.root()["k0"].integer(), 0);

  const auto page = read(R"({"a":{"x":1},"b":2,"\u0061":[3],"b":4,"b":5})");
  EXPECT_EQ(page.root().size(), 2u);
  EXPECT_EQ(page.root()["b"].integer(), 5);
  EXPECT_EQ(page.root().dump(), R"({"a":[3],"b":5})");
  std::vector<std::string> names;
  for (const auto& [name, value] : page.root().members()) names.emplace_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
}

TEST(Json, text_is_unescaped) {
  const auto page =
      read(R"({"\u043a\u043b\u044e\u0447":"a\"b\\c\/d\n\u20ac \ud83d\ude00 e","plain":"имя","nul":"a\u0000b",)"
           R"("start":"\tx","":"empty name"})");
  EXPECT_EQ(page.root()["ключ"].text(), "a\"b\\c/d\n€ 😀 e");
  EXPECT_EQ(page.root()["plain"].text(), "имя");
  EXPECT_EQ(page.root()["nul"].text(),
            "a\xEF\xBF\xBD"
            "b")
      << "no column can hold a NUL";
  EXPECT_EQ(page.root()["start"].text(), "\tx");
  EXPECT_EQ(page.root()[""].text(), "empty name");
}

TEST(Json, long_escaped_texts_are_whole) {
  std::string written = "[";
  std::string wanted;
  for (int i = 0; i < 20'000; ++i) wanted += i % 7 == 0 ? "\n" : "ж";
  for (int copy = 0; copy < 3; ++copy) {
    written += copy == 0 ? "\"" : ",\"";
    for (int i = 0; i < 20'000; ++i) written += i % 7 == 0 ? "\\n" : "ж";
    written += '"';
  }
  written += ",\"\\u0000\\u0000\",\"after\\t\"]";
  const auto page = read(written);
  std::vector<std::string> texts;
  for (const JsonValue value : page.root()) texts.emplace_back(value.text());
  ASSERT_EQ(texts.size(), 5u);
  for (int copy = 0; copy < 3; ++copy) EXPECT_EQ(texts[static_cast<std::size_t>(copy)], wanted);
  EXPECT_EQ(texts[3], "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(texts[4], "after\t");
}

TEST(Json, a_document_writes_itself_again) {
  const std::string text = R"({"a":[1.50,"x\"y",true,false,null,{},[]],"labels":{"env":"прод"},"n":1E+10})";
  EXPECT_EQ(read(text).root().dump(), text);
  EXPECT_EQ(read(" [ 1 , { \"a\" : [ ] } ] ").root().dump(), R"([1,{"a":[]}])");
}

TEST(Json, values_outlive_a_move_of_their_document_and_the_text_it_was_read_from) {
  auto text = std::make_unique<std::string>(R"({"short":"x","escaped":"\u0041"})");
  JsonDocument first = read(*text);
  text.reset();
  const JsonValue value = first.root();
  const JsonDocument second = std::move(first);
  EXPECT_EQ(value["short"].text(), "x");
  EXPECT_EQ(value["escaped"].text(), "A");
  EXPECT_EQ(second.root()["short"].text(), "x");
}

TEST(Json, what_is_not_json_is_transient_and_says_what_came_instead) {
  const infrazen::Error page = refusal("<html>\n<h1>502 Bad Gateway</h1>");
  EXPECT_EQ(page.error_class(), infrazen::ErrorClass::transient);
  EXPECT_THAT(page.what(), HasSubstr("compute instances of folder f1"));
  EXPECT_THAT(page.what(), HasSubstr("\"<html> <h1>502 Bad Gateway</h1>\""));
  EXPECT_THAT(refusal("").what(), HasSubstr("empty"));
  EXPECT_THAT(refusal(" \r\n").what(), HasSubstr("empty"));
  EXPECT_THAT(refusal("\x1F\x8B\x08\x01\xFF").what(), HasSubstr("not JSON"));
}

TEST(Json, what_breaks_off_or_is_damaged_is_told_by_its_place_and_not_quoted) {
  const infrazen::Error cut = refusal(R"({"token":"very-secret","rows":[{"id":"i)");
  EXPECT_EQ(cut.error_class(), infrazen::ErrorClass::transient);
  EXPECT_THAT(cut.what(), HasSubstr("breaks off after 39 bytes"));
  EXPECT_THAT(cut.what(), Not(HasSubstr("secret")));
  EXPECT_THAT(refusal(R"({"a":1,}  )").what(), HasSubstr("at byte 7"));
  EXPECT_THAT(refusal(R"({"a":1} {"b":2})").what(), HasSubstr("damaged at byte"));
}

TEST(Json, whatever_is_cut_anywhere_is_refused_and_never_read_short) {
  const std::string text = R"({"a":[1.5,"x\u0041€",true,null,{"b":{}}],"c":"d"})";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(refusal(text.substr(0, size)).error_class(), infrazen::ErrorClass::transient) << size;
  }
}

TEST(Json, what_is_not_utf8_is_refused) {
  for (const char* bad : {"[\"\xC0\x80\"]", "[\"\xED\xA0\x80\"]", "[\"\xFF\"]", "[\"\xE2\x82\"]", "[\"\\ud800\"]"}) {
    EXPECT_THAT(refusal(bad).what(), HasSubstr("damaged")) << bad;
  }
}

TEST(Json, depth_is_bounded) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(read(nested(JsonDocument::kDepth)).root().is_array());
  EXPECT_THAT(refusal(nested(JsonDocument::kDepth + 1)).what(), HasSubstr("deep"));
  EXPECT_THAT(refusal(nested(100'000)).what(), HasSubstr("deep"));
}

}  // namespace
}  // namespace iz::support
