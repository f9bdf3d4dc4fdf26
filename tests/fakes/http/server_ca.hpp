// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/temp_dir.hpp"

namespace iz::test {

// A certificate authority of its own and one server certificate for localhost, 127.0.0.1 and ::1.
class TestCa {
 public:
  struct Validity {
    bool expired = false;
    std::string name = "localhost";  // the server's DNS name
    bool addresses = true;           // 127.0.0.1 and ::1 are in the certificate too
  };
  TestCa() : TestCa(Validity{}) {}
  explicit TestCa(const Validity& validity);

  [[nodiscard]] std::filesystem::path ca_file() const { return folder_ / "ca.pem"; }
  [[nodiscard]] std::filesystem::path certificate_file() const { return folder_ / "server.pem"; }
  [[nodiscard]] std::filesystem::path key_file() const { return folder_ / "server.key"; }

 private:
  TempDir folder_;
};

}  // namespace iz::test
