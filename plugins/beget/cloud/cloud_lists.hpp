// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>

#include "beget/api/cloud_api.hpp"

// The cloud's listings that several streams read.
namespace iz::beget {

[[nodiscard]] support::Listing list_vps(CloudApi& api);
[[nodiscard]] support::Listing list_vps_statuses(CloudApi& api);
[[nodiscard]] support::Listing list_services(CloudApi& api);
[[nodiscard]] support::Listing list_snapshots(CloudApi& api);
[[nodiscard]] support::Listing list_network(CloudApi& api);  // one row: the answer with its three lists

// The listing of servers says nothing of how many there are. Whom the listing of their statuses has besides is read one
// by one; who is then not found was deleted meanwhile.
void add_missing_vps(CloudApi& api, CloudListing& servers, const CloudListing& statuses);

// "MYSQL8", "S_3", …: the type of resource it is; "" for what is not known.
[[nodiscard]] std::string_view service_type(support::JsonValue service);
// The one member that holds what is peculiar to the service's type ("mysql8", "s3"); absent if there is none.
[[nodiscard]] support::JsonValue service_details(support::JsonValue service);

}  // namespace iz::beget
