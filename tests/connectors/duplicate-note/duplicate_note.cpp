// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Carries two notes, as a module linked from two connectors would.
#include "../support/connector.hpp"

namespace {

std::int32_t sync(iz::test::Host& /*host*/, const iz_sync_request& /*request*/, iz_error* /*error*/) {
  return IZ_OK;
}

__attribute__((section(".note.infrazen"), used, aligned(4))) const iz_note_section kSecond = {
    9U, sizeof(iz_note), IZ_NOTE_TYPE, IZ_NOTE_OWNER, {IZ_ABI_MAJOR, IZ_ABI_MINOR, "second", "1.0.0"}};

}  // namespace

IZ_TEST_CONNECTOR("duplicatenote", sync);
