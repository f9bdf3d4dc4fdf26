// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

// The generic JSON form of an event: {"stream": "inventory", "targets": [{"type": "server", "id": "srv-1"}, …]}.
namespace iz::serve {

struct HookTarget {
  std::string type;  // empty = any
  std::string id;
};

struct TargetsBody {
  std::string stream;  // empty = not said
  std::vector<HookTarget> targets;
};

// What is wrong with a body, for the sender, who has been authenticated.
class BadBody : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Most targets of one event.
inline constexpr std::size_t kMostTargets = 1000;

// Throws BadBody. Other keys may stand beside.
[[nodiscard]] TargetsBody parse_targets(std::string_view body);

// The text or number under a dotted path ("data.id") of a JSON body; nullopt when it is not there or the body is no
// JSON.
[[nodiscard]] std::optional<std::string> field_of(std::string_view body, std::string_view dotted);

}  // namespace iz::serve
