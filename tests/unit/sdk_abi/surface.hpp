// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

// What a set of ABI headers promises: the structs with their members in order, and the constants.
namespace iz::test {

struct Member {
  std::string name;
  std::string declaration;  // one line, blanks collapsed
};

struct Surface {
  std::vector<std::pair<std::string, std::vector<Member>>> structs;  // in the order of the headers' names
  std::map<std::string, std::string> defines;
};

// Reads infrazen/abi/*.h below `include`. The headers' form is plain: typedef struct x { … } x; and #define NAME value.
Surface read_surface(const std::filesystem::path& include);

// "struct size" and "struct.member offset size declaration", one per line, as this machine's C compiler lays them out.
std::string layout(const Surface& surface, const std::filesystem::path& include);

// What of `frozen` no longer holds in `today`, as sentences.
std::vector<std::string> broken_promises(const Surface& frozen, const std::string& frozen_layout, const Surface& today,
                                         const std::string& today_layout);

}  // namespace iz::test
