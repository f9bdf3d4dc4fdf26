// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <cstring>

#include <boost/json/basic_parser_impl.hpp>
#include <xxhash.h>

#include "support/encoding.hpp"
#include "support/json.hpp"
#include <infrazen/error.hpp>

namespace iz::support {
namespace {

using Node = detail::JsonNode;
using Kind = Node::Kind;

// Builds the nodes while the parser goes over `text`. A text without escapes stays where it is; of the others
// `unescaped` has room for all, as none becomes longer than it was written.
struct Builder {
  static constexpr std::size_t max_object_size = UINT32_MAX;
  static constexpr std::size_t max_array_size = UINT32_MAX;
  static constexpr std::size_t max_key_size = UINT32_MAX;
  static constexpr std::size_t max_string_size = UINT32_MAX;

  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  Builder(std::string_view source, std::vector<Node>& to, std::unique_ptr<char[]>& room)
      : text(source), nodes(to), unescaped(room) {}

  std::string_view text;
  std::vector<Node>& nodes;
  std::unique_ptr<char[]>& unescaped;
  std::size_t unescaped_used = 0;

  struct Name {
    std::uint32_t hash;
    std::uint32_t node;
  };
  struct Open {
    std::size_t node;
    std::size_t names;  // of the members of the objects around it
  };
  std::vector<Open> open;
  std::vector<Name> names;  // of the members of the open objects

  // The text being read: [begin, begin + size) of `text`, or the last `size` bytes of `unescaped`.
  const char* begin = nullptr;
  std::size_t size = 0;
  bool moved = false;

  void add(string_view part) {
    if (!moved) {
      if (size == 0 && part.data() >= text.data() && part.data() < text.data() + text.size()) begin = part.data();
      if (begin != nullptr && part.data() == begin + size) {
        size += part.size();
        return;
      }
      if (part.empty()) return;
      move();
    }
    std::memcpy(unescaped.get() + unescaped_used, part.data(), part.size());
    unescaped_used += part.size();
    size += part.size();
  }
  void move() {
    if (!unescaped) unescaped.reset(new char[text.size()]);
    if (size != 0) std::memcpy(unescaped.get() + unescaped_used, begin, size);
    unescaped_used += size;
    moved = true;
  }
  Node finish(Kind kind) {
    Node node{.text = begin == nullptr ? "" : begin, .size = static_cast<std::uint32_t>(size), .kind = kind};
    if (moved) {
      char* const at = unescaped.get() + unescaped_used - size;
      node.text = at;
      if (std::memchr(at, 0, size) != nullptr) replace_nul(node);
    }
    begin = nullptr;
    size = 0;
    moved = false;
    return node;
  }
  void replace_nul(Node& node) {
    std::string repaired;
    append_repaired(repaired, node.view());
    unescaped_used += repaired.size() - node.size;
    node.size = static_cast<std::uint32_t>(repaired.size());
    std::memcpy(unescaped.get() + unescaped_used - repaired.size(), repaired.data(), repaired.size());
  }

  void open_container(Kind kind) {
    open.push_back({nodes.size(), names.size()});
    nodes.push_back({.extent = 0, .size = 0, .kind = kind});
  }
  void close_container(std::size_t count) {
    Node& node = nodes[open.back().node];
    node.extent = nodes.size() - open.back().node;
    node.size = static_cast<std::uint32_t>(count - override_names(open.back().names));
    names.resize(open.back().names);
    open.pop_back();
  }

  // Of members with one name the last counts. Returns how many do not.
  std::size_t override_names(std::size_t first) {
    constexpr std::size_t kFew = 24;
    const auto from = names.begin() + static_cast<std::ptrdiff_t>(first);
    const auto same_hash = [](const Name& a, const Name& b) { return a.hash == b.hash; };
    bool distinct = true;
    if (names.size() - first <= kFew) {
      for (auto at = from; at != names.end(); ++at) {
        for (auto before = from; before != at; ++before) distinct &= before->hash != at->hash;
      }
      if (distinct) return 0;
    }
    std::sort(from, names.end(), [&](const Name& a, const Name& b) {
      if (a.hash != b.hash) return a.hash < b.hash;
      const int order = nodes[a.node].view().compare(nodes[b.node].view());
      return order != 0 ? order < 0 : a.node < b.node;
    });
    std::size_t count = 0;
    for (auto at = std::adjacent_find(from, names.end(), same_hash); at != names.end();
         at = std::adjacent_find(at + 1, names.end(), same_hash)) {
      if (nodes[at->node].view() != nodes[at[1].node].view()) continue;
      nodes[at->node].kind = Kind::overridden_name;
      ++count;
    }
    return count;
  }

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code&) {
    open_container(Kind::object);
    return true;
  }
  bool on_object_end(std::size_t count, error_code&) {
    close_container(count);
    return true;
  }
  bool on_array_begin(error_code&) {
    open_container(Kind::array);
    return true;
  }
  bool on_array_end(std::size_t count, error_code&) {
    close_container(count);
    return true;
  }
  bool on_key_part(string_view part, std::size_t, error_code&) {
    add(part);
    return true;
  }
  bool on_key(string_view part, std::size_t, error_code&) {
    add(part);
    const Node node = finish(Kind::name);
    names.push_back(
        {static_cast<std::uint32_t>(XXH3_64bits(node.text, node.size)), static_cast<std::uint32_t>(nodes.size())});
    nodes.push_back(node);
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code&) {
    add(part);
    return true;
  }
  bool on_string(string_view part, std::size_t, error_code&) {
    add(part);
    nodes.push_back(finish(Kind::string));
    return true;
  }
  bool on_number_part(string_view part, error_code&) {
    add(part);
    return true;
  }
  bool number(string_view part) {
    add(part);
    nodes.push_back(finish(Kind::number));
    return true;
  }
  bool on_int64(std::int64_t, string_view part, error_code&) { return number(part); }
  bool on_uint64(std::uint64_t, string_view part, error_code&) { return number(part); }
  bool on_double(double, string_view part, error_code&) { return number(part); }
  bool on_bool(bool value, error_code&) {
    nodes.push_back({.text = nullptr, .size = 0, .kind = value ? Kind::yes : Kind::no});
    return true;
  }
  bool on_null(error_code&) {
    nodes.push_back({.text = nullptr, .size = 0, .kind = Kind::null});
    return true;
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

// The first words of what is not JSON, on one line.
std::string excerpt(std::string_view text) {
  constexpr std::size_t kMost = 80;
  std::string out;
  append_repaired(out, text.substr(0, kMost));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text.size() > kMost ? out + "…" : out;
}

[[noreturn]] void refuse(std::string_view text, std::string_view origin, std::size_t at, boost::json::error_code why) {
  std::string words(origin);
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) {
    words += ": the answer is empty, JSON was expected";
  } else if (text[start] != '{' && text[start] != '[') {
    words += ": the answer is not JSON but begins with \"" + excerpt(text.substr(start)) +
             "\": a proxy's page or the wrong endpoint?";
  } else if (why == boost::json::error::incomplete) {
    words += ": the answer's JSON breaks off after " + std::to_string(text.size()) + " bytes";
  } else {
    words += ": the answer's JSON is damaged at byte " + std::to_string(at) + ": " + why.message();
  }
  throw infrazen::Error(infrazen::ErrorClass::transient, words);
}

}  // namespace

JsonDocument::JsonDocument(std::string_view text, std::string_view origin) {
  if (text.size() >= UINT32_MAX) {
    throw infrazen::Error(infrazen::ErrorClass::permanent,
                          std::string(origin) + ": an answer of " + std::to_string(text.size()) + " bytes is too long");
  }
  text_.reset(new char[text.size() + 1]);
  if (!text.empty()) std::memcpy(text_.get(), text.data(), text.size());
  const std::string_view kept(text_.get(), text.size());
  nodes_.reserve(text.size() / 16 + 4);

  boost::json::parse_options options;
  options.max_depth = kDepth;
  boost::json::basic_parser<Builder> parser(options, kept, nodes_, unescaped_);
  boost::json::error_code error;
  const std::size_t read = parser.write_some(false, kept.data(), kept.size(), error);
  if (!error && kept.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
    error = boost::json::error::extra_data;
  }
  if (error) refuse(kept, origin, read, error);
}

}  // namespace iz::support
