// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>

#include "app/hooks/hook_book.hpp"
#include "app/hooks/hook_checks.hpp"
#include "app/hooks/inbox_writer.hpp"
#include "journal/log.hpp"
#include "serve/http/http.hpp"

namespace iz::app {

// POST /hooks/<connection>: authenticates, names the event, has it written, answers. Everything here runs on the hooks'
// thread.
//
// Somebody who cannot authenticate learns nothing: an unknown connection and a wrong signature get the same answer
// after the same look at the body, and what depends on the connection (its rate, its content types, its form) is looked
// at behind the signature. The one exception is a connector's own check, which takes a process.
class HookEndpoint {
 public:
  struct Parts {
    boost::asio::io_context& io;  // the hooks' thread
    InboxWriter& writer;
    HookChecks& checks;
    journal::Log& log;
    // An event of that stream waits in the inbox. From any thread.
    std::function<void(const std::string& connection, const std::string& stream)> ring;
  };
  explicit HookEndpoint(Parts parts) : parts_(std::move(parts)) {}

  void serve(std::shared_ptr<HookBook> book) { book_ = std::move(book); }
  void answer(serve::Request request, const serve::Respond& respond);

 private:
  void answer_known(Hook& hook, serve::Request request, const serve::Respond& respond);
  void ask_connector(Hook& hook, serve::Request request, const serve::Respond& respond);
  void accept(Hook& hook, serve::Request request, std::string event_id, const serve::Respond& respond);
  void refuse(const std::string& connection, std::string_view reason, const serve::Request& request,
              const serve::Respond& respond);

  Parts parts_;
  std::shared_ptr<HookBook> book_;  // null: the database has not been seen yet

  struct Refusals {
    std::chrono::steady_clock::time_point said;
    std::uint64_t since = 0;
  };
  std::map<std::string, Refusals, std::less<>> refusals_;
};

}  // namespace iz::app
