// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/yaml/yaml.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <sys/stat.h>
#include <unordered_map>
#include <utility>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace iz::config {
namespace {

[[noreturn]] void refuse(Position at, std::string message) {
  throw ConfigError({{std::move(at), std::move(message)}});
}

std::size_t nodes_in(const Value& value) {
  std::size_t count = 1;
  for (const auto& item : value.items) count += nodes_in(item);
  for (const auto& member : value.members) count += nodes_in(member.value);
  return count;
}

std::size_t height_of(const Value& value) {
  std::size_t below = 0;
  for (const auto& item : value.items) below = std::max(below, height_of(item));
  for (const auto& member : value.members) below = std::max(below, height_of(member.value));
  return below + 1;
}

// Builds the tree from yaml-cpp's events. Nodes of yaml-cpp would expand aliases lazily and lose where keys stand.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& file) : file_(file) {}

  Value result() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(leaf(Value::Kind::null, mark), anchor); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) refuse(place(mark), "an alias cannot stand inside of what it refers to");
    if (stack_.size() + height_of(found->second) > kMaxYamlDepth) too_deep(mark);
    count(nodes_in(found->second), mark);
    add(Value(found->second), 0);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    Value value = leaf(Value::Kind::scalar, mark);
    value.text = text;
    value.quoted = tag != "?" && !tag.empty();
    add(std::move(value), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(leaf(Value::Kind::list, mark), anchor, mark);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(leaf(Value::Kind::map, mark), anchor, mark);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Value value;
    YAML::anchor_t anchor = 0;
    std::optional<std::pair<std::string, Position>> key;  // of a map: read, its value is still to come
    std::vector<Value> merged;                            // << values, which yield to the map's own keys
  };

  Position place(const YAML::Mark& mark) const {
    if (mark.is_null()) return {file_, 0, 0};
    return {file_, mark.line + 1, mark.column + 1};
  }

  [[noreturn]] void too_deep(const YAML::Mark& mark) const {
    refuse(place(mark), "nested deeper than " + std::to_string(kMaxYamlDepth) + " levels: flatten it");
  }

  void count(std::size_t more, const YAML::Mark& mark) {
    nodes_ += more;
    if (nodes_ > kMaxYamlNodes) {
      refuse(place(mark), "more than " + std::to_string(kMaxYamlNodes) +
                              " values, aliases included: split the file or use fewer aliases");
    }
  }

  Value leaf(Value::Kind kind, const YAML::Mark& mark) {
    count(1, mark);
    Value value;
    value.kind = kind;
    value.at = place(mark);
    return value;
  }

  void open(Value value, YAML::anchor_t anchor, const YAML::Mark& mark) {
    if (stack_.size() + 1 > kMaxYamlDepth) too_deep(mark);
    stack_.push_back({std::move(value), anchor, std::nullopt, {}});
  }

  void close() {
    Open done = std::move(stack_.back());
    stack_.pop_back();
    for (auto& source : done.merged) {
      for (auto& member : source.members) {
        if (done.value.find(member.key) == nullptr) done.value.members.push_back(std::move(member));
      }
    }
    add(std::move(done.value), done.anchor);
  }

  void add(Value value, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = value;
    if (stack_.empty()) {
      root_ = std::move(value);
      return;
    }
    Open& parent = stack_.back();
    if (parent.value.is_list()) {
      parent.value.items.push_back(std::move(value));
    } else if (!parent.key) {
      take_key(parent, std::move(value));
    } else {
      add_member(parent, std::move(value));
    }
  }

  static void take_key(Open& parent, Value key) {
    if (!key.is_scalar()) refuse(key.at, "a key must be a plain word, this is " + std::string(key.kind_name()));
    for (const auto& member : parent.value.members) {
      if (member.key == key.text) {
        refuse(key.at, "'" + key.text + "' is here twice; the first is in line " + std::to_string(member.key_at.line));
      }
    }
    parent.key = std::make_pair(std::move(key.text), std::move(key.at));
  }

  static void add_member(Open& parent, Value value) {
    if (parent.key->first == "<<" && value.is_map()) {
      parent.merged.push_back(std::move(value));
    } else {
      parent.value.members.push_back({std::move(parent.key->first), std::move(parent.key->second), std::move(value)});
    }
    parent.key.reset();
  }

  const std::string& file_;
  std::vector<Open> stack_;
  std::unordered_map<YAML::anchor_t, Value> anchors_;
  std::size_t nodes_ = 0;
  Value root_;
};

}  // namespace

Value parse_yaml(std::string_view text, const std::string& file) {
  if (text.size() > kMaxYamlBytes) {
    refuse({file, 0, 0}, "larger than " + std::to_string(kMaxYamlBytes) + " bytes: this is not a configuration file");
  }
  std::istringstream in{std::string(text)};
  TreeBuilder builder(file);
  try {
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) {
      Value empty;
      empty.at = {file, 1, 1};
      return empty;
    }
    TreeBuilder rest(file);
    if (parser.HandleNextDocument(rest)) refuse(rest.result().at, "a second document (---): one file holds one");
  } catch (const YAML::Exception& error) {
    refuse({file, error.mark.line + 1, error.mark.column + 1}, "not valid YAML: " + error.msg);
  }
  return builder.result();
}

Value read_yaml(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    refuse({file.string(), 0, 0}, std::string("cannot be read: ") + std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) refuse({file.string(), 0, 0}, "is not a regular file");
  if ((status.st_mode & S_IWOTH) != 0) {
    refuse({file.string(), 0, 0}, "everybody may write to it: chmod o-w " + file.string());
  }
  if (static_cast<std::uintmax_t>(status.st_size) > kMaxYamlBytes) {
    refuse({file.string(), 0, 0}, "larger than " + std::to_string(kMaxYamlBytes) + " bytes");
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) refuse({file.string(), 0, 0}, std::string("cannot be read: ") + std::strerror(errno));
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return parse_yaml(text, file.string());
}

}  // namespace iz::config
