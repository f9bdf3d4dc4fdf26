// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <string>
#include <string_view>

#include "fakes/http/server.hpp"

namespace iz::test {

// The receiving end of AWS Signature Version 4, from the specification: the signature that a server computes for the
// request as it came. `query` is the canonical one, which the host sends.
std::string sigv4_signature(const ReceivedRequest& request, std::string_view query, std::string_view secret);

// Whether the request is signed with the key, for that region and service, and carries what S3 demands beside it.
bool signed_for_s3(const ReceivedRequest& request, std::string_view key_id, std::string_view secret,
                   std::string_view region);

}  // namespace iz::test
