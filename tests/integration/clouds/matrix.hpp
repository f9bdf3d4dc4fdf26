// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "fakes/http/faults.hpp"
#include "fakes/http/server.hpp"

// Every fault against every cloud: a real infrazend with the connector's real library and a real PostgreSQL, in front
// of a fake of the provider. One file per cloud:
//
//   TEST(Clouds, acme_survives_every_fault) {
//     survive_every_fault({.name = "acme", .connector = "acme", .streams = {"inventory", "costs"}, …});
//   }
namespace iz::test {

// A query of what has to be the same after all; $1 is the tenant's number. Without what differs from run to run (ids,
// times of the sync), with what tells twice from once.
struct CloudTable {
  std::string name;
  std::string sql;
};
namespace tables {
extern const CloudTable kResources;  // active ones, with their relations' count
extern const CloudTable kRelations;
extern const CloudTable kAccounts;
extern const CloudTable kCharges;
extern const CloudTable kPrices;
extern const CloudTable kBalances;
extern const CloudTable kRates;
extern const CloudTable kDocuments;
extern const CloudTable kEvents;
extern const CloudTable kMetrics;
}  // namespace tables

// A fake of a provider, made anew for each fault; deterministic, as small as may be while each listing that has pages
// has two at least. The handlers keep alive what they need.
struct CloudFake {
  HttpServer::Handler handler;
  CloudHabits habits;
};

struct Cloud {
  std::string name;
  std::string connector;             // plugins/<connector>.so
  std::vector<std::string> streams;  // in the order in which they are synced; the others are switched off:
  std::vector<std::string> streams_off = {};
  std::function<CloudFake(const std::string& url)> start;  // url: where it will be reached, "http://localhost:4711"
  // YAML of the connection's `settings`, on one line ("{endpoint: …}"), for that address.
  std::function<std::string(const std::string& url)> settings;
  std::map<std::string, std::string> secrets = {};  // by name; none of these values may be seen anywhere
  std::vector<CloudTable> tables;
  // Faults that do not mean anything here or end otherwise, by name, each with the reason.
  std::map<std::string, std::string> without = {};
};

// Leads the cloud through all trials of frame/plan.hpp, some at the same time, each with a fake, a connection and a
// tenant of its own: a first sync under the fault and one after it, then the same with data that is there. After the
// fault the tables are those of a cloud that never had one; meanwhile nothing of them is missing; a run that says it
// went well has all; one that failed has the class that fits, words that name what was struck or how, and no secret.
// IZ_FAULT_SEED=N strikes elsewhere; IZ_FAULT_EVERYWHERE=1 tries each fault at each place, which takes long.
void survive_every_fault(const Cloud& cloud);

}  // namespace iz::test
