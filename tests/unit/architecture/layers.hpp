// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace iz::test::architecture {

// The table in layers.txt.
class Layers {
 public:
  static Layers parse(std::string_view text);  // throws std::runtime_error naming the line

  // "" when the file may contain the include, else why not.
  // file: relative to the tree's root, e.g. daemon/store/session/session.cpp; name: as between quotes or angle brackets.
  std::string check(const std::filesystem::path& file, std::string_view name, bool angled) const;

  const std::map<std::string, std::set<std::string>>& layers() const { return layers_; }

 private:
  struct Headers {
    std::vector<std::string> prefixes;  // "curl/", or a whole name
    std::set<std::string> allowed;
  };

  std::string check_layer(const std::string& from, const std::string& to) const;
  const std::set<std::string>* allowed_for(const std::string& layer) const;

  std::map<std::string, std::set<std::string>> layers_;
  std::vector<Headers> headers_;
};

struct Include {
  int line = 0;
  std::string name;
  bool angled = false;
};

std::vector<Include> includes_of(std::string_view source);

// Every violation below daemon/, plugins/ and sdk/ of the tree, as "file:line: sentence".
std::vector<std::string> violations(const std::filesystem::path& root, const Layers& layers);

}  // namespace iz::test::architecture
