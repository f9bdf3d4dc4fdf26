// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/xml.hpp"

#include <algorithm>
#include <cctype>

#include "support/encoding.hpp"
#include <infrazen/error.hpp>

namespace iz::support {
namespace {

[[noreturn]] void refuse(std::string_view origin, const std::string& why) {
  throw infrazen::Error(infrazen::ErrorClass::transient, std::string(origin) + ": the answer is " + why);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

// What <?xml … encoding="…"?> says, in lower case; "" if it says nothing.
std::string declared_encoding(std::string_view text) {
  if (!text.starts_with("<?xml")) return {};
  const std::string_view declaration = text.substr(0, text.find("?>"));
  const std::size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  const std::size_t open = declaration.find_first_of("\"'", at);
  if (open == std::string_view::npos) return {};
  return lower(declaration.substr(open + 1, declaration.find(declaration[open], open + 1) - open - 1));
}

std::string as_utf8(std::string_view bytes, std::string_view origin) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const std::string encoding = declared_encoding(bytes);
  std::string text;
  if (encoding == "windows-1251" || encoding == "cp1251") {
    append_windows_1251(text, bytes);
    return text;
  }
  if (!encoding.empty() && encoding != "utf-8" && encoding != "us-ascii") {
    append_repaired(text, std::string_view(encoding).substr(0, 40));
    refuse(origin, "XML in encoding \"" + text + "\", which is not read");
  }
  if (!is_text(bytes)) refuse(origin, "no UTF-8, although it says nothing else");
  return std::string(bytes);
}

}  // namespace

XmlDocument::XmlDocument(std::string_view bytes, std::string_view origin)
    : document_(std::make_unique<pugi::xml_document>()) {
  const std::string text = as_utf8(bytes, origin);
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) refuse(origin, "empty, XML was expected");
  const std::string head = lower(std::string_view(text).substr(start, 512));
  if (head[0] != '<') refuse(origin, "no XML");
  if (head.find("<html") != std::string::npos || head.find("<!doctype html") != std::string::npos)
    refuse(origin, "a web page instead of XML: maintenance, or a proxy between?");

  constexpr unsigned kParse = pugi::parse_default | pugi::parse_doctype;  // kept, to be seen
  const pugi::xml_parse_result read = document_->load_buffer(text.data(), text.size(), kParse, pugi::encoding_utf8);
  if (!read) {
    refuse(origin, "damaged XML at byte " + std::to_string(read.offset) + " of " + std::to_string(text.size()) + ": " +
                       lower(read.description()));
  }
  const auto is_doctype = [](const pugi::xml_node& node) { return node.type() == pugi::node_doctype; };
  if (std::any_of(document_->begin(), document_->end(), is_doctype))
    refuse(origin, "XML with a DOCTYPE, which is not read");
}

}  // namespace iz::support
