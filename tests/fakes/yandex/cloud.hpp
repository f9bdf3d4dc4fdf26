// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "fakes/http/server.hpp"
#include "fakes/yandex/monitoring.hpp"
#include "fakes/yandex/wire.hpp"

namespace iz::test {

// A Yandex Cloud on loopback, with state: resources are put, changed and taken away between runs, as their owner would.
// It checks what the real one checks: a JWT's signature, times and names; the bearer token of every request; the size
// and the token of a page. Methods it does not have are 404.
//
// All services answer under one address; the connector's setting is `endpoints: {"*": <url>}`. What is asked for
// without a page size is given 100 at a time.
class YandexCloud {
 public:
  YandexCloud();
  ~YandexCloud();
  YandexCloud(const YandexCloud&) = delete;
  YandexCloud& operator=(const YandexCloud&) = delete;

  // The whole API, for a server of the test's own (faults in front of it).
  [[nodiscard]] HttpServer::Handler handler();

  // ---- the credential
  [[nodiscard]] static const std::string& private_key_pem();
  // The file of `yc iam key create`.
  [[nodiscard]] std::string key_file() const;
  [[nodiscard]] static std::string key_id() { return "ajekey00000000000001"; }
  [[nodiscard]] static std::string service_account_id() { return "ajesa000000000000001"; }
  // Tokens given out so far end now: 401 from here on.
  void end_tokens();
  [[nodiscard]] std::size_t tokens_issued() const;
  // How far the cloud's clock is ahead of this machine's.
  void clock_ahead(std::chrono::seconds by);

  // ---- what there is. `collection` is a path: "/compute/v1/disks", or "/managed-mysql/v1/clusters/c9q…/hosts".
  void put(const std::string& collection, std::string_view json);
  void remove(const std::string& collection, const std::string& id);
  // Replaces one member of a resource.
  void change(const std::string& collection, const std::string& id, std::string_view member, boost::json::value value);
  [[nodiscard]] std::size_t count(const std::string& collection) const;
  // An answer that is no listing: "/storage/v1/buckets/media:getStats".
  void answer(const std::string& path, std::string_view json);

  // Series of metrics.
  [[nodiscard]] YandexMonitoring& monitoring() { return monitoring_; }

  // ---- what is refused
  // 403 for the collection in the folder ("" = everywhere).
  void deny(const std::string& collection, const std::string& folder = {});
  void allow_all();
  // 404 for everything below the path: the service is not in this installation.
  void without(const std::string& path);
  // Called before each page of a listing after its first, with the collection.
  void before_next_page(std::function<void(const std::string& collection)> call);

  // How often a path was asked for; "" = anything.
  [[nodiscard]] std::size_t asked(std::string_view path) const;

 private:
  struct State;
  Reply reply(const ReceivedRequest& request);
  Reply issue_token(const ReceivedRequest& request);
  Reply list(const std::string& collection, const ReceivedRequest& request);
  Reply one(const std::string& path);
  std::unique_ptr<State> state_;
  YandexMonitoring monitoring_;
};

// Fills it with an organization of two clouds and three folders, and in the first folder with one or more of every kind
// of resource that the API can list, their hosts, versions and statistics: what the connector knows, and more.
void furnish(YandexCloud& cloud);
inline const std::string kYandexFolder = "b1gfolder00000000001";
inline const std::string kYandexCloudId = "b1gcloud000000000001";

// The name of the array in the answer of a listing ("disks" for "/compute/v1/disks"); "" = there is no such listing.
[[nodiscard]] std::string yandex_listing_key(std::string_view collection);
// Collections that are listed by folder.
[[nodiscard]] std::vector<std::string> yandex_collections();

}  // namespace iz::test
