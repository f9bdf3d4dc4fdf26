// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "fakes/http/server.hpp"

namespace iz::test {

// A stock OpenStack on loopback, with state: Keystone, Nova, Cinder, Neutron, Glance and, where a test switches them
// on, Octavia, Manila, Swift and Gnocchi, in several regions. Things are put, changed and taken away between runs, as
// their owner would. It checks what the real one checks: the password, the token's life and its scope, the marker of a
// page, the version that is asked for. Links of pages carry a host that nobody can reach, as behind a proxy.
class OpenStackCloud {
 public:
  struct Options {
    std::string url;  // where it will be reached
    std::string domain = "Default";
    std::string user = "reader";
    std::string password = "correct horse";
    std::vector<std::string> regions = {"RegionOne"};
    std::set<std::string> services = {"compute", "volumev3", "network", "image"};
    std::size_t page = 2;  // rows a page at most, whatever is asked for
    int nova_minor = 96;   // the newest version it speaks is 2.<this>
  };
  explicit OpenStackCloud(Options options);
  OpenStackCloud(const OpenStackCloud&) = delete;
  OpenStackCloud& operator=(const OpenStackCloud&) = delete;

  Reply answer(const ReceivedRequest& request);

  // ---- what there is
  void add_project(const std::string& id, const std::string& name);
  void remove_project(const std::string& id);
  // A row of a listing ("servers", "volumes", "floatingips", …), as JSON with an id; a container by its name. Nova's
  // and Cinder's have their instants from the clock, unless the row says.
  void put(const std::string& collection, const std::string& region, const std::string& project, std::string_view json);
  // A server stays as a row that is DELETED; anything else is not there any more.
  void remove(const std::string& collection, const std::string& id);
  void change(const std::string& collection, const std::string& id, std::string_view member, boost::json::value value);
  [[nodiscard]] std::size_t count(const std::string& collection) const;

  // ---- what goes wrong
  void end_tokens();  // all given out so far: 401 from here on
  void clock_ahead(std::chrono::seconds by);
  // Every path that contains this is answered with the status; 0 ends it.
  void refuse(const std::string& part_of_path, int status);

  // Whose token a request has; nothing for a request without a good one.
  struct Scope {
    bool domain = false;
    std::string project;  // id; "" when it is not for a project
  };
  [[nodiscard]] std::optional<Scope> scope_of(const ReceivedRequest& request) const;
  // More services in the catalogue, by region: type and path below the address of the cloud.
  void add_service(const std::string& type, const std::string& path);
  [[nodiscard]] std::size_t tokens_issued() const;
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] std::chrono::sys_seconds now() const;
  static Reply unauthorized();
  static Reply json(int status, const boost::json::value& body);

 private:
  struct Row {
    std::string region;
    std::string project;
    boost::json::object cells;
    [[nodiscard]] std::string id() const;
  };
  struct Token {
    Scope scope;
    std::chrono::sys_seconds ends;
    bool ended = false;
  };
  struct Page {
    std::vector<const Row*> rows;
    std::string next;  // marker
  };

  Reply log_in(const ReceivedRequest& request);
  [[nodiscard]] boost::json::array catalogue(const std::string& project) const;
  Reply projects() const;
  Reply nova(const ReceivedRequest& request, const std::string& region, const std::string& rest, const Scope& scope);
  Reply cinder(const ReceivedRequest& request, const std::string& region, std::string rest, const Scope& scope);
  Reply glance(const ReceivedRequest& request, const std::string& region, const Scope& scope);
  Reply swift(const ReceivedRequest& request, const std::string& region, const Scope& scope);
  Reply listing(const ReceivedRequest& request, const std::string& collection, const std::string& region,
                const Scope& scope, bool changes = false);
  Reply flavors(const ReceivedRequest& request, const std::string& rest) const;
  // nullopt: the marker is unknown.
  std::optional<Page> page(const ReceivedRequest& request, const std::string& collection, const std::string& region,
                           const Scope& scope, bool changes) const;

  const Options options_;
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> projects_;
  std::map<std::string, std::vector<Row>> rows_;  // by collection
  std::map<std::string, Token> tokens_;
  std::map<std::string, std::string> services_;  // added ones: type to path
  std::map<std::string, int> refused_;
  std::chrono::seconds ahead_{0};
};

// A parameter of a request's query, decoded; "" if there is none.
[[nodiscard]] std::string parameter(const ReceivedRequest& request, std::string_view name);

}  // namespace iz::test
