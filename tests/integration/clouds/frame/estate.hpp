// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "fakes/http/faults.hpp"
#include "fakes/http/server.hpp"
#include "harness/infrazend.hpp"
#include "integration/clouds/frame/contents.hpp"
#include "integration/clouds/matrix.hpp"

namespace iz::test {

struct RunEnd {
  std::string stream;
  std::string outcome;
  int error_class = 0;
  std::string message;
  bool ok() const { return outcome == "succeeded"; }
};

// One fake, and one connection and one tenant of the same name. Of the cloud's
// streams only the given ones are on. The connection goes with the object.
class Estate {
 public:
  // All outlive this. Estates of one daemon come and go at the same time.
  Estate(const Cloud& cloud, Infrazend& daemon, std::string name, std::vector<std::string> streams);
  ~Estate();
  Estate(const Estate&) = delete;
  Estate& operator=(const Estate&) = delete;

  FaultyCloud& provider() { return *provider_; }
  [[nodiscard]] const std::vector<std::string>& streams() const { return streams_; }

  // Makes the connection known to the daemon, and waits for the runs that it begins by itself.
  std::vector<RunEnd> first_runs();
  std::vector<RunEnd> sync() { return sync(streams_); }
  std::vector<RunEnd> sync(const std::vector<std::string>& streams);
  // What the provider's 429 said is held against the account until its time has come.
  void forgive();
  [[nodiscard]] Contents contents() { return contents_of(database_, name_, cloud_.tables); }

 private:
  void configure();
  void name_tenant(bool wanted);
  [[nodiscard]] std::string runs_of(const std::string& stream) const;
  [[nodiscard]] RunEnd last_run(const std::string& stream);

  static std::mutex configuring;  // the daemon reads all files whenever one has changed

  const Cloud& cloud_;
  Infrazend& daemon_;
  const std::string name_;
  const std::vector<std::string> streams_;
  PgSession database_;
  HttpServer server_;
  std::unique_ptr<FaultyCloud> provider_;
};

}  // namespace iz::test
