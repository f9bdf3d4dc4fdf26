// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>

#include "yandex/inventory/kind.hpp"
#include <infrazen/error.hpp>

// What an answer that is an error means for an operator.
namespace iz::yandex {

// The installation or the folder has no such service: 404, 501.
[[nodiscard]] bool is_no_service(const infrazen::Error& error);
// Whether the provider itself says that there is no such thing: NOT_FOUND of google.rpc in the body of a 404. One of a
// proxy or a balancer in between says nothing.
[[nodiscard]] bool says_not_found(support::JsonValue answer);
// The same of this very thing: a gateway that lost a service for a moment has the same code, but knows no ids.
[[nodiscard]] bool says_not_found(support::JsonValue answer, std::string_view id);
// Asking again brings nothing: no permission, or no such service.
[[nodiscard]] bool cannot_be_had(const infrazen::Error& error);

// The narrowest role that lets the kind be listed.
[[nodiscard]] std::string role_for(const ResourceKind& kind);
// "the service account aje…" or whoever the settings stand for.
[[nodiscard]] std::string who(const Settings& settings);
// The same error; one about permissions says which role is to be granted to whom and where.
[[nodiscard]] infrazen::Error with_advice(const infrazen::Error& error, const ResourceKind& kind, const Folder& folder,
                                          const Settings& settings);

// The name of the scope of a kind in a folder.
[[nodiscard]] std::string scope_name(std::string_view folder_id, std::string_view type);

// Whether `type` is asked for: a name of the list matches, "*" at its end stands for anything.
[[nodiscard]] bool type_matches(const std::vector<std::string>& patterns, std::string_view type);

}  // namespace iz::yandex
