// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// check() throws across the edge.
#include "../support/estate.hpp"

namespace {

const iz_connector& estate() {
  return infrazen::detail::Exports<iz::test::Estate>::table;
}

constexpr iz_connector kFaulty = {
    sizeof(iz_connector),
    0,
    [](const iz_host* host, iz_error* error) { return estate().create(host, error); },
    [](void* self, const iz_sync_request* request, iz_error* error) { return estate().sync(self, request, error); },
    [](void*, const iz_check_request*, iz_error*) -> std::int32_t { throw 7; },
    [](void* self) { estate().destroy(self); },
    nullptr};
constexpr char kManifest[] = IZ_ESTATE_MANIFEST("faultycheckcrash");

}  // namespace

IZ_NOTE("faultycheckcrash", "1.0.0");
extern "C" IZ_EXPORT const iz_module infrazen_module_v1;
extern "C" const iz_module infrazen_module_v1 = {
    sizeof(iz_module), IZ_ABI_MINOR, {"faultycheckcrash", 16}, {"1.0.0", 5}, {kManifest, sizeof kManifest - 1},
    &kFaulty};
