// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Does nothing at all, well: what a run costs by itself.
#include <infrazen/connector.hpp>

namespace {

class Empty : public infrazen::Connector {
 public:
  void sync(infrazen::Sync& /*sync*/) override {}
};

}  // namespace

INFRAZEN_MODULE(Empty, "empty", "1.0.0", R"json({
  "manifest": 1, "id": "empty", "version": "1.0.0", "title": "Nothing",
  "streams": {"balance": {"interval": "1h", "kinds": ["balance"]}}
})json")
