// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>

#include "yandex/inventory/mapping.hpp"

namespace iz::yandex {
namespace {

constexpr std::string_view kContainers = "Serverless Containers";

bool has_tag(JsonValue version, std::string_view tag) {
  return std::any_of(version["tags"].begin(), version["tags"].end(), [&](JsonValue one) { return one.text() == tag; });
}

// The version that answers, the one that is called $latest, says how large a function is; scaling policies, how many
// instances are held ready and paid for while nobody calls.
void finish_function(const Element& element, Mapped& mapped) {
  JsonValue latest;
  element.each_of_part(0, [&](JsonValue version) {
    if (has_tag(version, "$latest")) latest = version;
  });
  if (const auto memory = latest.path("resources.memory").integer()) set_memory(mapped.resource, *memory);
  for (const std::string_view member : {"runtime", "executionTimeout", "concurrency", "imageSize"}) {
    if (latest[member].exists()) mapped.attributes.raw(member, latest[member].dump());
  }
  std::int64_t provisioned = 0;
  element.each_of_part(
      1, [&](JsonValue policy) { provisioned += policy["provisionedInstancesCount"].integer().value_or(0); });
  if (provisioned > 0) mapped.attributes.number("provisionedInstancesCount", provisioned);
}

void finish_container(const Element& element, Mapped& mapped) {
  JsonValue active;
  element.each_of_part(0, [&](JsonValue revision) {
    if (revision["status"].text() == "ACTIVE") active = revision;
  });
  if (const auto cores = active.path("resources.cores").integer()) set_cores(mapped.resource, *cores);
  if (const auto memory = active.path("resources.memory").integer()) set_memory(mapped.resource, *memory);
  if (const auto fraction = active.path("resources.coreFraction").integer())
    mapped.resource.extensions.set("core_fraction", infrazen::Whole(*fraction));
  for (const std::string_view path :
       {"image.imageUrl", "provisionPolicy.minInstances", "concurrency", "executionTimeout"}) {
    if (active.path(path).exists()) mapped.attributes.raw(path, active.path(path).dump());
  }
}

constexpr Part kFunctionParts[] = {
    {"/functions/v1/versions?functionId={id}", "versions", "id", true},
    {"/functions/v1/functions/{id}/scalingPolicies", "scalingPolicies", "", true},
};
constexpr Part kContainerParts[] = {{"/containers/v1/revisions?containerId={id}", "revisions", "id", true}};

constexpr ResourceKind kKinds[] = {
    {.type = "serverless.function",
     .service = "serverless-functions",
     .list = "/functions/v1/functions?folderId={folder}",
     .key = "functions",
     .get = "/functions/v1/functions/{id}",
     .name = "Cloud Functions",
     .category = "Compute",
     .attributes = "httpInvokeUrl",
     .parts = kFunctionParts,
     .finish = finish_function},
    {.type = "serverless.container",
     .service = "serverless-containers",
     .list = "/containers/v1/containers?folderId={folder}",
     .key = "containers",
     .get = "/containers/v1/containers/{id}",
     .name = kContainers,
     .category = "Compute",
     .attributes = "url",
     .parts = kContainerParts,
     .finish = finish_container},
    {.type = "serverless.apigateway",
     .service = "serverless-apigateway",
     .list = "/apigateways/v1/apigateways?folderId={folder}",
     .key = "apiGateways",
     .get = "/apigateways/v1/apigateways/{id}",
     .name = "API Gateway",
     .category = "Integration",
     .attributes = "domain"},
    {.type = "serverless.trigger",
     .service = "serverless-triggers",
     .list = "/triggers/v1/triggers?folderId={folder}",
     .key = "triggers",
     .get = "/triggers/v1/triggers/{id}",
     .name = "Cloud Functions",
     .category = "Integration"},
    {.type = "serverless.workflow",
     .service = "serverless-workflows",
     .list = "/workflows/v1/workflow?folderId={folder}",
     .key = "workflows",
     .get = "/workflows/v1/workflow/{id}",
     .name = "Workflows",
     .category = "Integration"},
};

}  // namespace

std::span<const ResourceKind> serverless_kinds() {
  return kKinds;
}

}  // namespace iz::yandex
