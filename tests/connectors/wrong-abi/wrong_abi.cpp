// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Says it was built for an ABI that does not exist yet. Its constructor would leave a trace if it were loaded all the
// same.
#include <cstdlib>

#include "../support/connector.hpp"

namespace {

std::int32_t sync(iz::test::Host& /*host*/, const iz_sync_request& /*request*/, iz_error* /*error*/) {
  return IZ_OK;
}

[[gnu::constructor]] void loaded() {
  std::abort();
}

__attribute__((section(".note.infrazen"), used, aligned(4))) const iz_note_section kNote = {
    9U, sizeof(iz_note), IZ_NOTE_TYPE, IZ_NOTE_OWNER, {IZ_ABI_MAJOR + 1, 0, "wrongabi", "1.0.0"}};

}  // namespace

IZ_TEST_MODULE("wrongabi", IZ_TEST_MANIFEST("wrongabi"), &iz::test::kConnector<sync>);
