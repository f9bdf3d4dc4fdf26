// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Talks to the network past the host.
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../support/estate.hpp"

namespace {

class Faulty : public iz::test::Estate {
  void sync(infrazen::Sync& sync) override {
    const int own = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(9);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    [[maybe_unused]] const int ignored = ::connect(own, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::close(own);
    Estate::sync(sync);
  }
};

}  // namespace

IZ_ESTATE(Faulty, "faultyownsocket")
