// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>

#include <pugixml.hpp>

// XML that providers answer: elements, their attributes and text. No DTD and no entities but XML's own five.
namespace iz::support {

// An element, as a view into its document. What is not there is an absent element: asking it gives "" or absence.
class XmlElement {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = XmlElement;
    using difference_type = std::ptrdiff_t;
    using pointer = const XmlElement*;
    using reference = XmlElement;
    iterator() = default;
    iterator(pugi::xml_node at, const std::string* name) : at_(at), name_(name) {}
    XmlElement operator*() const { return XmlElement(at_); }
    iterator& operator++() {
      at_ = at_.next_sibling(name_->c_str());
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(const iterator& other) const { return at_ == other.at_; }

   private:
    pugi::xml_node at_;
    const std::string* name_ = nullptr;
  };
  struct Children {
    pugi::xml_node parent;
    std::string name;
    [[nodiscard]] iterator begin() const { return {parent.child(name.c_str()), &name}; }
    [[nodiscard]] iterator end() const { return {}; }
  };

  XmlElement() = default;
  explicit XmlElement(pugi::xml_node node) : node_(node) {}

  [[nodiscard]] bool exists() const { return !node_.empty(); }
  [[nodiscard]] std::string_view name() const { return node_.name(); }
  // As it stands, and without blanks at its ends.
  [[nodiscard]] std::string_view text() const { return node_.child_value(); }
  [[nodiscard]] std::string_view word() const { return trimmed(text()); }
  [[nodiscard]] bool has(const char* attribute) const { return !node_.attribute(attribute).empty(); }
  // Without blanks at its ends.
  [[nodiscard]] std::string_view attribute(const char* name) const { return trimmed(node_.attribute(name).value()); }
  // The first one of this name.
  XmlElement operator[](const char* child) const { return XmlElement(node_.child(child)); }
  // All of this name.
  [[nodiscard]] Children children(std::string name) const { return {node_, std::move(name)}; }

 private:
  static std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return text.substr(0, 0);
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
  }
  pugi::xml_node node_;
};

class XmlDocument {
 public:
  // UTF-8, or windows-1251 if the document says so. Throws infrazen::Error (transient: a cut body, a maintenance page)
  // that names `origin` and what is wrong: another encoding, a DOCTYPE, HTML.
  XmlDocument(std::string_view bytes, std::string_view origin);

  [[nodiscard]] XmlElement root() const { return XmlElement(document_->document_element()); }

 private:
  std::unique_ptr<pugi::xml_document> document_;
};

}  // namespace iz::support
