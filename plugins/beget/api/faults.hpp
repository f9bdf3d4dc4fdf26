// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <optional>
#include <string>

#include "support/json.hpp"
#include <infrazen/error.hpp>

// Both APIs report most failures inside of an HTTP 200. What they say is turned into an Error of the class that decides
// what happens next; `what` names the call.
namespace iz::beget {

// Of the cloud: {"error":{"code":"INVALID_STATE","message":"…"}}, or as its gateway puts it {"code":16,"message":"…"}.
// nullopt: the answer is none of these. An empty "error":{} beside a payload is no error.
[[nodiscard]] std::optional<infrazen::Error> cloud_fault(support::JsonValue root, const std::string& what);

// Of the sign-in: {"error":"INCORRECT_CREDENTIALS"}. `said` is quoted only if it is a plain code.
[[nodiscard]] infrazen::Error sign_in_fault(std::string_view said, const std::string& what);

// Of the classic API: refused as a whole (status "error" outside) or failed in the method (inside of "answer").
[[nodiscard]] std::optional<infrazen::Error> hosting_fault(support::JsonValue root, const std::string& what);

}  // namespace iz::beget
