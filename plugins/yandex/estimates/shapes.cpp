// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/estimates/shapes.hpp"

#include <set>
#include <utility>

#include "support/url.hpp"
#include "yandex/client/client.hpp"
#include "yandex/inventory/estate.hpp"

namespace iz::yandex {
namespace {

using infrazen::Decimal;
using support::JsonValue;

constexpr std::string_view kCores = "core*hour";
constexpr std::string_view kGigabytes = "gbyte*hour";
constexpr std::string_view kGpus = "gpu*hour";
constexpr std::string_view kAddresses = "fip*hour";
constexpr std::int64_t kGibibyte = std::int64_t{1} << 30;

Decimal gibibytes(std::int64_t bytes) {
  return Decimal::divide(Decimal(bytes), Decimal(kGibibyte), 9, infrazen::Rounding::half_up);
}

Shape common(JsonValue json, std::string_view type) {
  Shape shape;
  shape.type = type;
  shape.kind = type;
  shape.id = json["id"].text();
  shape.name = json["name"].text();
  shape.folder_id = json["folderId"].text();
  if (json["labels"].is_object() && json["labels"].size() != 0) shape.labels = json["labels"].dump();
  shape.created = infrazen::parse_instant(json["createdAt"].text());
  return shape;
}

struct Listing {
  std::string_view service, path, key;
  std::optional<Shape> (*shape)(JsonValue);
};
constexpr Listing kListings[] = {
    {"compute", "/compute/v1/instances", "instances", instance_shape},
    {"compute", "/compute/v1/disks", "disks", disk_shape},
    {"compute", "/compute/v1/snapshots", "snapshots", snapshot_shape},
    {"vpc", "/vpc/v1/addresses", "addresses", address_shape},
};

}  // namespace

std::optional<Shape> instance_shape(JsonValue json) {
  Shape shape = common(json, "compute.instance");
  const std::int64_t fraction = json.path("resources.coreFraction").integer().value_or(0);
  shape.kind += '/' + std::string(json["platformId"].text()) + '/' + std::to_string(fraction);
  if (json.path("schedulingPolicy.preemptible").boolean().value_or(false)) shape.kind += "/preemptible";
  if (json["status"].text() != "RUNNING") return shape;  // stopped: its disks and addresses are paid, nothing else
  const std::int64_t gpus = json.path("resources.gpus").integer().value_or(0);
  // A machine with graphics processors is sold by these, its cores and memory with them.
  if (gpus != 0) {
    shape.measures.push_back({kGpus, Decimal(gpus)});
    return shape;
  }
  if (const auto cores = json.path("resources.cores").integer()) shape.measures.push_back({kCores, Decimal(*cores)});
  if (const auto memory = json.path("resources.memory").integer())
    shape.measures.push_back({kGigabytes, gibibytes(*memory)});
  return shape;
}

std::optional<Shape> disk_shape(JsonValue json) {
  Shape shape = common(json, "compute.disk");
  shape.kind += '/' + std::string(json["typeId"].text());
  if (const auto size = json["size"].integer()) shape.measures.push_back({kGigabytes, gibibytes(*size)});
  return shape;
}

std::optional<Shape> snapshot_shape(JsonValue json) {
  Shape shape = common(json, "compute.snapshot");
  if (const auto size = json["storageSize"].integer()) shape.measures.push_back({kGigabytes, gibibytes(*size)});
  return shape;
}

std::optional<Shape> address_shape(JsonValue json) {
  if (!json["externalIpv4Address"].is_object()) return std::nullopt;
  Shape shape = common(json, "vpc.address");
  shape.kind += json["used"].boolean().value_or(false) ? "/used" : "/idle";
  shape.measures.push_back({kAddresses, Decimal(1)});
  return shape;
}

ListedShapes list_shapes(const Client& client, infrazen::Failures& failures) {
  ListedShapes listed;
  const Estate estate = read_estate(client, failures);
  listed.listings = estate.parts;
  std::set<std::string, std::less<>> seen;  // a page that moved under the listing repeats what it had
  for (const Folder& folder : estate.folders) {
    for (const Listing& listing : kListings) {
      ++listed.listings;
      const std::string path = std::string(listing.path) + "?folderId=" + support::percent_encoded(folder.id);
      try {
        client.each(listing.service, path, listing.key, [&](JsonValue json) {
          auto shape = listing.shape(json);
          if (!shape || shape->id.empty() || !seen.insert(shape->id).second) return;
          shape->folder_id = folder.id;
          shape->folder_name = folder.name;
          shape->cloud_id = folder.cloud_id;
          listed.shapes.push_back(std::move(*shape));
        });
      } catch (const infrazen::Error& error) {
        failures.add(std::string(listing.key) + " of folder " + folder.id, error);
      }
    }
  }
  return listed;
}

}  // namespace iz::yandex
