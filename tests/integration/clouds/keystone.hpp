// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>

#include "fakes/openstack/cloud.hpp"
#include "integration/clouds/matrix.hpp"

namespace iz::test {

// A fake whose runs sign in with Keystone, whose tokens end, and whose listings go on behind a marker.
template <class Fake>
CloudFake keystone_fake(const std::shared_ptr<Fake>& cloud) {
  CloudFake fake;
  fake.handler = [cloud](const ReceivedRequest& request) { return cloud->answer(request); };
  fake.habits.is_login = [](const ReceivedRequest& request) { return request.path.ends_with("/auth/tokens"); };
  fake.habits.is_later_page = [](const ReceivedRequest& request) { return !parameter(request, "marker").empty(); };
  fake.habits.expire = [](Reply& reply) {
    const auto at = reply.body.find(R"("expires_at":")");
    if (at != std::string::npos) reply.body.replace(at + 14, 10, "2001-01-01");
  };
  return fake;
}

}  // namespace iz::test
