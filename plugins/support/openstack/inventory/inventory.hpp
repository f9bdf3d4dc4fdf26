// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "support/openstack/identity/tokens.hpp"
#include "support/openstack/inventory/cursor.hpp"
#include "support/openstack/inventory/kinds.hpp"
#include "support/pages.hpp"
#include <infrazen/failures.hpp>
#include <infrazen/sync.hpp>

namespace iz::openstack {

struct InventoryOptions {
  std::string account;
  std::vector<std::string> regions;  // only these; empty = all of the catalogue
  std::int64_t page_size = 500;
  std::string spot_tag;
  std::chrono::microseconds overlap{0};  // changes are asked for again so far back
};

// Lists every kind of every project in every region, all at once. A scope is one kind of one project in one region:
// what cannot be read fails alone, and a service that is not there (404) is passed over; neither retires anything.
class Inventory {
 public:
  Inventory(infrazen::Sync& sync, Tokens& tokens, std::vector<Kind> kinds, InventoryOptions options);

  // Everything that this project's token reaches.
  void add(std::size_t token);
  // Projects that earlier runs knew and that are not among those added are gone, unless they are in `existing`:
  // what was listed of them is retired. Only for a caller who has read all projects there are, whoever may see them.
  void retire_projects_but(const std::set<std::string>& existing);
  // A part of the run that could not even be begun: a project without a token.
  void failed(std::string_view part, const infrazen::Error& error);
  // Reads, marks, and throws when something failed.
  void run();

 private:
  struct Part {
    std::string scope;  // its name
    const Kind* kind = nullptr;
    Place place = {};
    std::size_t token = 0;
    std::string endpoint = {};
    bool changes = false;        // what changed is asked for, and not everything
    bool fallen_back = false;    // to the version that every release speaks
    Flavors* flavors = nullptr;  // then
    bool prepared = false;       // Kind::before was called
    std::size_t open = 0;        // listings under way
    std::optional<infrazen::Error> error = {};
    std::optional<infrazen::Scope> rows = {};
  };
  // Of a listing, by its tag.
  struct Source {
    std::size_t part = 0;
    Mapper mapper = {};
    bool probe = false;  // its rows say that something changed, and are not taken
    bool changed = false;
    bool child = false;
  };

  void begin(std::size_t number, bool changes);
  void list(std::size_t number, std::string url, const std::string& collection, Pages pages, Source source);
  void read(std::size_t tag, const std::vector<support::JsonValue>& rows);
  void take(const Source& source, const support::JsonValue& row);
  void push(Part& part, const Mapped& mapped);
  void end(std::size_t tag, const std::optional<infrazen::Error>& error);
  void finish(std::size_t number);
  bool falls_back(std::size_t number, const infrazen::Error& error);
  void read_flavors(Part& part);
  void read_flavor_of(Part& part, const support::JsonValue& server);
  infrazen::Scope& rows(Part& part);
  void relate_addresses();
  void retire_projects();
  void retire_targets();
  [[nodiscard]] bool asked_for(const Kind& kind) const;
  [[nodiscard]] bool asked_for(std::string_view type, std::string_view id) const;

  infrazen::Sync& sync_;
  Tokens& tokens_;
  const std::vector<Kind> kinds_;
  InventoryOptions options_;
  InventoryCursor before_;
  InventoryCursor after_;
  infrazen::Failures failures_{"parts of the inventory"};
  std::size_t refused_ = 0;  // parts that were not begun
  support::PagedListings listings_;
  std::deque<Part> parts_;
  std::deque<Source> sources_;
  std::deque<Flavors> flavors_;
  // For "address attached_to server", by place: the server behind a port, the port behind an address, and of the two
  // listings that takes how many were read.
  struct Addresses {
    std::map<std::string, std::string> servers;
    std::vector<std::pair<std::string, std::string>> ports;
    int complete = 0;
  };
  std::map<std::string, Addresses> addresses_;
  std::set<std::string> gone_;                            // projects
  std::set<std::pair<std::string, std::string>> pushed_;  // types and ids
  std::set<std::pair<std::string, std::string>> found_;   // targets that are there
  std::set<std::string> read_;                            // types of which a part was read
  std::set<std::string> unsure_;                          // types of which not every part was read
};

}  // namespace iz::openstack
