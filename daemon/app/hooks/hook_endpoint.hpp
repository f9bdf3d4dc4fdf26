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
// at behind the signature. The exceptions are a connector's own check, which takes a process, and a hook that we cannot
// serve: whoever posts to it is told to come again, so that its provider keeps the event.
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
  void checked(Hook& hook, serve::Request request, HookChecks::Verdict verdict, const serve::Respond& respond);
  void cannot_serve(Hook& hook, const serve::Respond& respond);
  void accept(Hook& hook, serve::Request request, std::string event_id, const serve::Respond& respond);
  void refuse(const std::string& connection, std::string_view reason, const serve::Request& request,
              const serve::Respond& respond);

  Parts parts_;
  std::shared_ptr<HookBook> book_;  // null: the database has not been seen yet

  // What may happen at each request is said once a minute for each connection, with how many there were.
  struct Said {
    std::chrono::steady_clock::time_point last;
    std::uint64_t since = 0;
    std::uint64_t one_more();  // 0 = not now
  };
  std::map<std::string, Said, std::less<>> refusals_;
  std::map<std::string, Said, std::less<>> failed_checks_;
};

}  // namespace iz::app
