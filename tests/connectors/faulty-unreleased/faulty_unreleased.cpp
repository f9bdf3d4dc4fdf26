// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Starts a request and forgets it.
#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    const auto* http = sync.find<iz_http_1>(IZ_SERVICE_HTTP_1);
    const std::string url = "https://api.estate.example/p-1?page=1";
    iz_http_request request{};
    request.struct_size = sizeof request;
    request.method = infrazen::to_abi("GET");
    request.url = infrazen::to_abi(url);
    std::uint64_t handle = 0;
    infrazen::detail::checked([&](iz_error* error) { return http->start(http->context, &request, &handle, error); });
    infrazen::detail::checked([&](iz_error* error) { return http->wait_any(http->context, &handle, error); });
    Estate::sync(sync);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyunreleased")
