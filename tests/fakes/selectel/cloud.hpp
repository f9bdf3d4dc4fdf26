// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "fakes/openstack/cloud.hpp"

namespace iz::test {

// Selectel on loopback: an OpenStack, and beside it billing, projects, Kubernetes, databases, registries, dedicated
// servers and metrics, all below one address. Each of the three credentials is good for what it is good for at the real
// one: the static key for billing, the account's token for billing and projects, a project's for everything else.
class SelectelCloud {
 public:
  explicit SelectelCloud(const std::string& url);

  Reply answer(const ReceivedRequest& request);
  [[nodiscard]] OpenStackCloud& openstack() { return openstack_; }
  [[nodiscard]] static std::string account() { return "100001"; }
  [[nodiscard]] static std::string password() { return "pass-for-100001"; }
  [[nodiscard]] static std::string static_key() { return "static-key-of-100001"; }

  // Rows of hourly consumption, {"status", "data": […]} or the array; all there are, from now on. A row belongs to the
  // hour of its period.
  void consumption(std::string_view json);
  void transactions(std::string_view json);  // newest first, as they are listed
  // Every other answer, by path: "/v3/balances", "/ru-1/mks/v1/clusters". What has none is 404.
  void put(const std::string& path, std::string_view json);
  // Points of Gnocchi for an operation on a server, [[instant in UTC, granularity, value], …]; those from start on and
  // before stop are given.
  void points(const std::string& server, const std::string& operation, std::string_view json);
  // Whatever has this in its path is not there: a 404 of the load balancer in front. "" = everything is.
  void lose(const std::string& part_of_path);

 private:
  [[nodiscard]] bool may(const ReceivedRequest& request) const;
  Reply consumed(const ReceivedRequest& request) const;
  Reply transacted(const ReceivedRequest& request) const;
  Reply aggregated(const ReceivedRequest& request) const;

  OpenStackCloud openstack_;
  mutable std::mutex mutex_;
  boost::json::array consumption_;
  boost::json::array transactions_;
  std::map<std::string, std::string> answers_;
  std::map<std::string, boost::json::value> points_;
  std::string lost_;
};

}  // namespace iz::test
