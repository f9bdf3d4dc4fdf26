// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <functional>
#include <string_view>

#include <infrazen/connector.hpp>
#include <infrazen/testkit/host.hpp>

// A connector made of a lambda, under the test kit's host. Its module is `lambda`, version 1.2.3.
namespace iz::test {

infrazen::testkit::Recording run(infrazen::testkit::Host& host, std::function<void(infrazen::Sync&)> code,
                                 infrazen::testkit::Ask ask = {.stream = "inventory"});
infrazen::testkit::Recording run(std::function<void(infrazen::Sync&)> code,
                                 infrazen::testkit::Ask ask = {.stream = "inventory"});

infrazen::Resource server(std::string_view id);

}  // namespace iz::test
