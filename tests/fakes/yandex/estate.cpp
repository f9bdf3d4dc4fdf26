// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/yandex/estate.hpp"

#include <algorithm>

#include "fakes/yandex/cloud.hpp"

namespace iz::test {
namespace {

constexpr YandexListing kPlaces[] = {
    {"/organization-manager/v1/organizations", "organizations",
     R"({"id":"bpforg00000000000001","name":"lavka","title":"ООО «Лавка»"})"},
    {"/resource-manager/v1/clouds", "clouds",
     R"({"id":"b1gcloud000000000001","name":"main","organizationId":"bpforg00000000000001"})"},
    {"/resource-manager/v1/clouds", "clouds",
     R"({"id":"b1gcloud000000000002","name":"lab","organizationId":"bpforg00000000000001"})"},
    {"/resource-manager/v1/folders", "folders",
     R"({"id":"b1gfolder00000000001","cloudId":"b1gcloud000000000001","name":"shop","description":"Боевой контур","status":"ACTIVE"})"},
    {"/resource-manager/v1/folders", "folders",
     R"({"id":"b1gfolder00000000002","cloudId":"b1gcloud000000000001","name":"dev","status":"ACTIVE"})"},
    {"/resource-manager/v1/folders", "folders",
     R"({"id":"b1gfolder00000000003","cloudId":"b1gcloud000000000002","name":"lab","status":"ACTIVE"})"},
};

constexpr const char* kDatabases[] = {"managed-postgresql", "managed-mysql",     "managed-clickhouse",
                                      "managed-mongodb",    "managed-redis",     "managed-kafka",
                                      "managed-greenplum",  "managed-opensearch"};

}  // namespace

std::string yandex_listing_key(std::string_view collection) {
  for (const auto part :
       {std::span<const YandexListing>(kPlaces), yandex_machines(), yandex_services(), yandex_inner()}) {
    const auto found = std::ranges::find(part, collection, &YandexListing::collection);
    if (found != part.end()) return found->key;
  }
  if (collection.ends_with("/resourcePresets")) return "resourcePresets";
  // Of a resource that a test put there: the hosts of another cluster.
  const auto last = collection.substr(collection.rfind('/') + 1);
  if (last == "hosts" || last == "master-hosts" || last == "segment-hosts") return "hosts";
  if (last == "instances" || last == "subclusters" || last == "scalingPolicies") return std::string(last);
  return {};
}

std::vector<std::string> yandex_collections() {
  std::vector<std::string> all;
  for (const auto part : {yandex_machines(), yandex_services()}) {
    for (const YandexListing& listing : part) {
      if (all.empty() || all.back() != listing.collection) all.emplace_back(listing.collection);
    }
  }
  return all;
}

void furnish(YandexCloud& cloud) {
  for (const auto part :
       {std::span<const YandexListing>(kPlaces), yandex_machines(), yandex_services(), yandex_inner()}) {
    for (const YandexListing& listing : part) {
      if (*listing.element != '\0') cloud.put(listing.collection, listing.element);
    }
  }
  for (const std::string service : kDatabases) {
    const std::string presets = "/" + service + "/v1/resourcePresets";
    cloud.put(presets, R"({"id":"s3-c2-m8","zoneIds":["ru-central1-a"],"cores":"2","memory":"8589934592"})");
    cloud.put(presets, R"({"id":"s3-c4-m16","zoneIds":["ru-central1-a"],"cores":"4","memory":"17179869184"})");
  }
  cloud.answer(
      "/storage/v1/buckets/shop-media:getStats",
      R"({"name":"shop-media","usedSize":"812345678901","storageClassUsedSizes":[{"storageClass":"STANDARD","classSize":"812345678901"}]})");
  cloud.answer(
      "/storage/v1/buckets/shop-media",
      R"({"id":"shop-media","name":"shop-media","folderId":"b1gfolder00000000001","createdAt":"2026-03-01T07:00:00Z","defaultStorageClass":"STANDARD","tags":[{"key":"team","value":"shop"}]})");
}

}  // namespace iz::test
