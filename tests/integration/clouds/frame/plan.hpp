// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "fakes/http/faults.hpp"
#include "integration/clouds/frame/contents.hpp"
#include "integration/clouds/frame/expectations.hpp"

namespace iz::test {

using Places = std::map<FaultKind, std::set<std::string>>;  // where a fault can begin: see FaultyCloud::places()

// What streams of a cloud come to that never has a fault.
struct Oracle {
  std::vector<std::string> streams;
  Contents contents;
  Places first, later;  // asked for in the first sync, and in a later one
};

// One fault's way through the matrix: it begins at `first` in a connection's first sync, and at `later` in the second
// one after it; without places there it has no meaning.
struct Trial {
  const Expectation* expected = nullptr;
  const Oracle* oracle = nullptr;  // the streams that are on
  std::string first, later;
  bool begins_anywhere = false;  // with the first request there is
  bool stays = false;            // strikes nothing but the place where it began
  bool sweeps = false;           // then strikes everything else, too: everywhere at once, as far as it gets
};

struct PlanOptions {
  std::uint64_t seed = 0;
  bool everything = false;             // each fault at each place
  std::set<std::string> without = {};  // faults
};

// `oracles`: of all streams of the cloud, then of each by itself if there are several. The trials refer to them.
//
// Every fault meets all streams together, and from where it begins on it strikes all there is; those that may be
// swallowed and that no retry makes long then sweep over all places of later syncs. Beside that each kind of place is
// struck by itself, with the one stream on that asks there, by two faults. Which, and where the others begin, is drawn
// by seed from the names of faults and places alone: not from when, how often or in which order is asked.
[[nodiscard]] std::vector<Trial> plan(const std::vector<Oracle>& oracles, const PlanOptions& options);

// "GET /v1/servers/*/disks": what differs in numbers and ids only is one kind of place.
[[nodiscard]] std::string kind_of_place(const std::string& place);

}  // namespace iz::test
