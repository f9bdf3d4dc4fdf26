// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <csignal>

#include <gmock/gmock.h>

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a peer that dies is an error code to the code under test, as in the daemon
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
