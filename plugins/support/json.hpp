// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <infrazen/decimal.hpp>

// What providers answer, read once: a number keeps its digits and never becomes a double.
//
//   const JsonDocument page(answer->require().body(), "compute instances of folder b1g…");
//   for (const JsonValue instance : page.root()["instances"]) {
//     row.name = instance["name"].text();
//     row.memory = instance.path("resources.memory").integer();
//   }
namespace iz::support {

namespace detail {

// A value and what is inside it lie one behind the other; so do a member's name and its value.
struct JsonNode {
  enum class Kind : std::uint8_t { null, no, yes, number, string, array, object, name, overridden_name };
  union {
    const char* text;      // of a number, a string, a name
    std::uint64_t extent;  // of an array, an object: how many nodes it is, with itself
  };
  std::uint32_t size;  // of the text; how many elements or members
  Kind kind;

  [[nodiscard]] bool container() const { return kind == Kind::array || kind == Kind::object; }
  [[nodiscard]] const JsonNode* next() const { return this + (container() ? extent : 1); }
  [[nodiscard]] std::string_view view() const { return {text, size}; }
};

}  // namespace detail

struct JsonMember;
class JsonMembers;

// A view into its document, as small as a pointer. What is not there is an absent value: asking one for more gives an
// absent value or nothing, and never throws.
class JsonValue {
  using Node = detail::JsonNode;

 public:
  class iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = JsonValue;
    using difference_type = std::ptrdiff_t;
    using pointer = const JsonValue*;
    using reference = JsonValue;
    iterator() = default;
    explicit iterator(const Node* at) : at_(at) {}
    JsonValue operator*() const { return JsonValue(at_); }
    iterator& operator++() {
      at_ = at_->next();
      return *this;
    }
    iterator operator++(int) {
      const iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const iterator&) const = default;

   private:
    const Node* at_ = nullptr;
  };

  JsonValue() = default;
  explicit JsonValue(const Node* node) : node_(node) {}

  [[nodiscard]] bool exists() const { return node_ != nullptr; }
  [[nodiscard]] bool is_null() const { return is(Node::Kind::null); }
  [[nodiscard]] bool is_object() const { return is(Node::Kind::object); }
  [[nodiscard]] bool is_array() const { return is(Node::Kind::array); }
  [[nodiscard]] bool is_string() const { return is(Node::Kind::string); }
  [[nodiscard]] bool is_number() const { return is(Node::Kind::number); }

  // A member of an object. Of two with one name it is the last.
  JsonValue operator[](std::string_view name) const;
  // "config.resources.diskSize"
  [[nodiscard]] JsonValue path(std::string_view dotted) const;

  // Elements of an array or members of an object.
  [[nodiscard]] std::size_t size() const { return node_ != nullptr && node_->container() ? node_->size : 0; }
  // Over the elements of an array; anything else has none.
  [[nodiscard]] iterator begin() const { return iterator(is_array() ? node_ + 1 : nullptr); }
  [[nodiscard]] iterator end() const { return iterator(is_array() ? node_->next() : nullptr); }
  // Over the members of an object, each name once; anything else has none.
  [[nodiscard]] JsonMembers members() const;

  // A string's text or a number's own digits; data() is null for everything else. Lives as long as the document.
  // UTF-8 without NUL: a \u0000, which no column can hold, reads as U+FFFD.
  [[nodiscard]] std::string_view text() const {
    return is_string() || is_number() ? node_->view() : std::string_view();
  }
  // From a number or a text of digits: "107374182400", 4.0 and 1e3 are whole. Nothing when it does not fit.
  [[nodiscard]] std::optional<std::int64_t> integer() const;
  // Likewise, exact.
  [[nodiscard]] std::optional<infrazen::Decimal> decimal() const;
  [[nodiscard]] std::optional<bool> boolean() const {
    return is(Node::Kind::yes) ? std::optional(true) : is(Node::Kind::no) ? std::optional(false) : std::nullopt;
  }

  // JSON again, without blanks, numbers verbatim, each name once; "" for an absent value.
  [[nodiscard]] std::string dump() const;
  void append_to(std::string& out) const;

 private:
  [[nodiscard]] bool is(Node::Kind kind) const { return node_ != nullptr && node_->kind == kind; }
  const Node* node_ = nullptr;
};

struct JsonMember {
  std::string_view name;
  JsonValue value;
};

class JsonMembers {
  using Node = detail::JsonNode;

 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = JsonMember;
    using difference_type = std::ptrdiff_t;
    using pointer = const JsonMember*;
    using reference = JsonMember;
    iterator(const Node* at, const Node* end) : at_(at), end_(end) { skip(); }
    JsonMember operator*() const { return {at_->view(), JsonValue(at_ + 1)}; }
    iterator& operator++() {
      at_ = at_[1].next();
      skip();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(const iterator& other) const { return at_ == other.at_; }

   private:
    void skip() {
      while (at_ != end_ && at_->kind == Node::Kind::overridden_name) at_ = at_[1].next();
    }
    const Node* at_;
    const Node* end_;
  };

  JsonMembers(const Node* begin, const Node* end) : begin_(begin), end_(end) {}
  [[nodiscard]] iterator begin() const { return {begin_, end_}; }
  [[nodiscard]] iterator end() const { return {end_, end_}; }

 private:
  const Node* begin_;
  const Node* end_;
};

inline JsonMembers JsonValue::members() const {
  return is_object() ? JsonMembers(node_ + 1, node_->next()) : JsonMembers(nullptr, nullptr);
}

// Owns the text (a copy) and what was read of it. Moving it leaves values and texts where they are.
class JsonDocument {
 public:
  static constexpr std::size_t kDepth = 64;

  // Throws infrazen::Error (transient: a cut body, a proxy's page) that names `origin`, the place, and the first bytes
  // of what is not JSON at all. What begins as JSON is not quoted: it may hold a secret.
  JsonDocument(std::string_view text, std::string_view origin);
  JsonDocument(JsonDocument&&) noexcept = default;
  JsonDocument& operator=(JsonDocument&&) noexcept = default;

  [[nodiscard]] JsonValue root() const { return JsonValue(nodes_.data()); }

 private:
  std::unique_ptr<char[]> text_;
  std::unique_ptr<char[]> unescaped_;
  std::vector<detail::JsonNode> nodes_;
};

}  // namespace iz::support
