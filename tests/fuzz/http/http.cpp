// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What anybody who may connect to the status socket could send: bytes through a real session, cut into pieces as the
// first byte says, then the end. Every session has to end, and what it answers has to be HTTP.
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include "serve/http/http_session.hpp"
#include "serve/status_api.hpp"

namespace {

using namespace iz::serve;
using namespace std::chrono_literals;

class QuietDaemon final : public DaemonView {
 public:
  DaemonStatus status() const override {
    DaemonStatus status;
    status.connections = {{"acme", "default", "focus", "ok", "", true, {StreamStatus{.name = "costs"}}}};
    return status;
  }
  std::vector<PluginStatus> plugins() const override { return {PluginStatus{.id = "focus", .version = "1"}}; }
  void runs(const HistoryQuery& query, Done<std::vector<RunRow>> done) override {
    RunRow row;
    row.connection = query.connection;
    row.message = query.stream;
    done(std::vector<RunRow>{row});
  }
  void findings(const HistoryQuery& query, Done<std::vector<FindingRow>> done) override {
    FindingRow row;
    row.value = query.run_id;
    done(std::vector<FindingRow>{row});
  }
  void webhooks(const HistoryQuery& query, Done<std::vector<WebhookRow>> done) override {
    WebhookRow row;
    row.connection = query.connection;
    row.state = query.state;
    done(std::vector<WebhookRow>{row});
  }
  void retry_webhook(std::uint64_t id, Done<WebhookRow> done) override {
    if (id == 404) return done(Refusal{404, "there is no event 404"});
    WebhookRow row;
    row.id = id;
    row.connection = "acme";
    done(row);
  }
  void discard_webhook(std::uint64_t id, Done<WebhookRow> done) override { retry_webhook(id, std::move(done)); }
  void sync(const SyncRequest& request, const std::string&, Done<std::vector<std::string>> done) override {
    done(std::vector<std::string>{request.connection, request.stream});
  }
  void back_fill(const BackFillRequest& request, const std::string&, Done<BackFillAnswer> done) override {
    BackFillRow row;
    row.stream = request.stream;
    row.window = {request.since, request.until};
    done(BackFillAnswer{{row}, {request.connection}});
  }
  void back_fills(const HistoryQuery& query, Done<std::vector<BackFillRow>> done) override {
    BackFillRow row;
    row.connection = query.connection;
    done(std::vector<BackFillRow>{row});
  }
  void withdraw_back_fill(std::uint64_t id, const std::string& actor, Done<BackFillRow> done) override {
    BackFillRow row;
    row.id = id;
    row.actor = actor;
    done(std::move(row));
  }
  void pause(const std::string&, const std::string&, Done<std::monostate> done) override { done(std::monostate()); }
  void resume(const std::string& connection, const std::string&, Done<std::monostate> done) override {
    done(Refusal{404, "there is no " + connection});
  }
  void test(const std::string&, Done<TestReport>) override {}  // dropped: the session answers for it
  void reload(const std::string&, Done<ReloadReport> done) override { done(ReloadReport{}); }
  void audit(const AuditEntry&) override {}
};

// All there is to read without waiting. False: the session has closed its end.
bool drain(int socket, std::string& out) {
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count <= 0) return count < 0 && errno == EAGAIN;
    out.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1 || size > 16384) return 0;
  const std::size_t piece = data[0] == 0 ? size : data[0];
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);

  QuietDaemon daemon;
  Router router;
  add_status_api(router, daemon);
  boost::asio::io_context context(1);
  bool closed = false;
  auto shared = std::make_shared<SessionShared>();
  shared->options.max_header = 2048;
  shared->options.max_body = 2048;
  shared->options.admin_group.clear();
  shared->dispatch = [&](Request request, Respond respond) { router.dispatch(std::move(request), std::move(respond)); };
  shared->answered = audit_to(daemon);
  shared->closed = [&] { closed = true; };

  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  const boost::asio::local::stream_protocol protocol;
  HttpSession::start(boost::asio::local::stream_protocol::socket(context, protocol, ends[0]), shared);
  std::string answers;
  bool open = true;
  while (open && !rest.empty()) {
    const auto part = rest.substr(0, piece);
    if (::send(ends[1], part.data(), part.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(part.size())) break;
    rest.remove_prefix(part.size());
    context.poll();
    open = drain(ends[1], answers);
  }
  ::shutdown(ends[1], SHUT_WR);
  while (!closed) {
    if (context.run_one_for(3s) == 0) std::abort();  // nothing more happens, and the session is still there
    drain(ends[1], answers);
  }
  drain(ends[1], answers);
  ::close(ends[1]);
  if (!answers.empty() && !answers.starts_with("HTTP/1.1 ")) std::abort();
  return 0;
}
