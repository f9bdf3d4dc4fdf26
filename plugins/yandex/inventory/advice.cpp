// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/inventory/advice.hpp"

#include <algorithm>

namespace iz::yandex {

using infrazen::Error;
using infrazen::ErrorClass;

bool is_no_service(const Error& error) {
  return error.http_status() == 404 || error.http_status() == 501;
}

bool says_not_found(support::JsonValue answer) {
  const support::JsonValue code = answer["error"]["code"].exists() ? answer["error"]["code"] : answer["code"];
  return code.text() == "5" || code.text() == "NOT_FOUND";
}

bool says_not_found(support::JsonValue answer, std::string_view id) {
  const support::JsonValue message = answer["error"].is_object() ? answer["error"]["message"] : answer["message"];
  return says_not_found(answer) && !id.empty() && message.text().find(id) != std::string_view::npos;
}

bool cannot_be_had(const Error& error) {
  return is_no_service(error) || error.http_status() == 403;
}

std::string role_for(const ResourceKind& kind) {
  constexpr std::pair<std::string_view, std::string_view> kRoles[] = {
      {"compute", "compute.viewer"},
      {"vpc", "vpc.viewer"},
      {"load-balancer", "load-balancer.viewer"},
      {"alb", "alb.viewer"},
      {"managed-kubernetes", "k8s.viewer"},
      {"storage-api", "storage.viewer"},
      {"container-registry", "container-registry.viewer"},
      {"serverless-functions", "functions.viewer"},
      {"serverless-containers", "serverless-containers.viewer"},
      {"ydb", "ydb.viewer"},
      {"dns", "dns.viewer"},
      {"cdn", "cdn.viewer"},
      {"kms", "kms.viewer"},
      {"lockbox", "lockbox.viewer"},
      {"datatransfer", "data-transfer.viewer"},
      {"logging", "logging.viewer"},
      {"audittrails", "audit-trails.viewer"},
      {"certificate-manager", "certificate-manager.viewer"},
      {"baremetal", "baremetal.viewer"},
      {"dataproc", "dataproc.viewer"},
      {"iam", "iam.viewer"},
  };
  for (const auto& [service, role] : kRoles) {
    if (service == kind.service) return std::string(role);
  }
  return kind.type.starts_with("mdb.") ? "mdb.viewer" : "viewer";
}

std::string who(const Settings& settings) {
  switch (settings.access) {
    case Settings::Access::metadata: return "the service account of this machine";
    case Settings::Access::oauth: return "the user of the OAuth token";
    case Settings::Access::key: break;
  }
  return "service account " + settings.service_account_id;
}

Error with_advice(const Error& error, const ResourceKind& kind, const Folder& folder, const Settings& settings) {
  if (error.http_status() != 403) return error;
  return {error.error_class(),
          std::string(error.what()) + "; grant " + who(settings) + " the role " + role_for(kind) +
              " or viewer on folder " + folder.id + " or cloud " + folder.cloud_id + ", or add " +
              std::string(kind.type) +
              " to setting 'without_kinds' (for the sizes of buckets and the like alone: 'details: false')",
          error.retry_after(), error.http_status()};
}

std::string scope_name(std::string_view folder_id, std::string_view type) {
  return std::string(folder_id) + '/' + std::string(type);
}

bool type_matches(const std::vector<std::string>& patterns, std::string_view type) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    if (pattern.ends_with('*')) return type.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
    return pattern == type;
  });
}

}  // namespace iz::yandex
