// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/xml.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <infrazen/error.hpp>

namespace iz::support {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

infrazen::Error refusal(std::string_view bytes) {
  try {
    const XmlDocument document(bytes, "the daily list");
  } catch (const infrazen::Error& error) {
    return error;
  }
  throw std::logic_error("it was read: " + std::string(bytes));
}

TEST(Xml, elements_attributes_and_text_are_read_and_what_is_absent_is_empty) {
  const XmlDocument document(
      "\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-8'?>\n"
      "<list date=' 01.02.2026 '><item id='a'><name> Доллар &amp; &lt;co&gt; </name></item><other/><item "
      "id='b'/></list>",
      "x");
  const XmlElement root = document.root();
  EXPECT_EQ(root.name(), "list");
  EXPECT_EQ(root.attribute("date"), "01.02.2026");
  EXPECT_TRUE(root.has("date"));
  EXPECT_FALSE(root.has("day"));
  std::vector<std::string> ids;
  for (const XmlElement item : root.children("item")) ids.emplace_back(item.attribute("id"));
  EXPECT_THAT(ids, ElementsAre("a", "b"));
  EXPECT_EQ(root["item"]["name"].text(), " Доллар & <co> ");
  EXPECT_EQ(root["item"]["name"].word(), "Доллар & <co>");
  EXPECT_FALSE(root["item"]["x"]["y"].exists());
  EXPECT_EQ(root["item"]["x"].text(), "");
  EXPECT_EQ(root["x"].attribute("id"), "");
  EXPECT_THAT(std::vector<XmlElement>(root["x"].children("y").begin(), root["x"].children("y").end()),
              testing::IsEmpty());
}

TEST(Xml, windows_1251_is_read_where_it_is_declared) {
  const XmlDocument document(
      "<?xml version=\"1.0\" encoding=\"windows-1251\"?><a b=\"\xCA\xC7\">\xD0\xF3\xE1\xEB\xFC</a>", "x");
  EXPECT_EQ(document.root().text(), "Рубль");
  EXPECT_EQ(document.root().attribute("b"), "КЗ");
  EXPECT_THAT(refusal("<?xml version=\"1.0\"?><a>\xD0\xF3\xE1</a>").what(), HasSubstr("no UTF-8"));
  EXPECT_THAT(refusal("<?xml version=\"1.0\" encoding=\"koi8-r\"?><a/>").what(), HasSubstr("koi8-r"));
}

TEST(Xml, what_is_no_xml_is_transient_and_says_what_came) {
  EXPECT_EQ(refusal("").error_class(), infrazen::ErrorClass::transient);
  EXPECT_THAT(refusal("").what(), testing::AllOf(HasSubstr("the daily list"), HasSubstr("empty")));
  EXPECT_THAT(refusal("Error in parameters").what(), HasSubstr("no XML"));
  EXPECT_THAT(refusal("<!DOCTYPE html><html><body>wait</body></html>").what(), HasSubstr("web page"));
  EXPECT_THAT(refusal("<html><body><p>x</body></html>").what(), HasSubstr("web page"));
  EXPECT_THAT(refusal("<?xml version='1.0'?>").what(), HasSubstr("no document element"));
}

TEST(Xml, what_is_cut_anywhere_is_refused) {
  const std::string text = "<?xml version='1.0'?><list date='1'><item id='a'>text</item></list>";
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(refusal(text.substr(0, size)).error_class(), infrazen::ErrorClass::transient) << size;
  }
}

TEST(Xml, entities_are_not_made_and_a_doctype_is_refused) {
  EXPECT_THAT(refusal("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'ccc'>]><a>&b;</a>").what(), HasSubstr("DOCTYPE"));
  EXPECT_THAT(refusal("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>").what(), HasSubstr("DOCTYPE"));
  const XmlDocument document("<a>&b;</a>", "x");
  EXPECT_EQ(document.root().text(), "&b;");
}

}  // namespace
}  // namespace iz::support
