// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/http/engine.hpp"

#include <algorithm>
#include <sys/resource.h>
#include <utility>

#include <fmt/format.h>

namespace iz::host {
namespace {

using std::chrono::milliseconds;

constexpr int kIdlePollMs = 60'000;
// libcurl 7.88 may leave transfers that share an HTTP/2 connection lying, with nothing more to come from the socket
// that would wake them; each went on as soon as libcurl was called again.
constexpr int kLongestPollMs = 100;

}  // namespace

milliseconds HttpEngine::until(Clock::time_point then, Clock::time_point now) {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(then - now));
}

std::uint32_t HttpEngine::parallel(const wire::HttpOptions& options) {
  // A transfer takes a socket and, while its name is looked up, a pair; some descriptors are others'.
  rlimit files{};
  std::uint32_t most = 256;
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 1024) {
    most = files.rlim_cur < 19 ? 1 : static_cast<std::uint32_t>((files.rlim_cur - 16) / 3);
  }
  return std::clamp(options.parallel, 1U, most);
}

HttpEngine::HttpEngine(Parts parts)
    : parts_(std::move(parts)),
      multi_(curl_.multi_init()),
      parallel_(parallel(parts_.options)),
      ca_file_(parts_.options.ca_file.string()),
      random_(std::random_device{}()) {
  if (multi_ == nullptr) throw std::runtime_error("libcurl has no memory");
  curl_.multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(parallel_));
  parts_.budget.on_change([this] { curl_.multi_wakeup(multi_); });
  thread_ = std::thread([this] { run(); });
}

HttpEngine::~HttpEngine() {
  parts_.budget.on_change({});
  stopping_ = true;
  curl_.multi_wakeup(multi_);
  thread_.join();
  for (auto& [handle, job] : jobs_) stop_attempt(job);
  curl_.multi_cleanup(multi_);
}

void HttpEngine::post(Wish wish, std::shared_ptr<HttpExchange> exchange) {
  {
    const std::lock_guard lock(mutex_);
    wishes_.emplace_back(wish, std::move(exchange));
  }
  curl_.multi_wakeup(multi_);
}

void HttpEngine::submit(std::shared_ptr<HttpExchange> exchange) {
  post(Wish::submit, std::move(exchange));
}
void HttpEngine::resume(std::shared_ptr<HttpExchange> exchange) {
  post(Wish::resume, std::move(exchange));
}
void HttpEngine::abort(std::shared_ptr<HttpExchange> exchange) {
  post(Wish::abort, std::move(exchange));
}

void HttpEngine::run() {
  while (!stopping_) {
    if (parts_.cancelled()) return cancel_all();
    obey();
    const auto now = Clock::now();
    if (now >= next_timer_) look_at_timers(now);
    admit(now);
    int under_way = 0;
    curl_.multi_perform(multi_, &under_way);
    collect();
    for (const auto handle : std::exchange(ended_, {})) jobs_.erase(handle);
    curl_waitfd cancel{parts_.cancel_fd, CURL_WAIT_POLLIN, 0};
    curl_.multi_poll(multi_, &cancel, parts_.cancel_fd >= 0 ? 1 : 0, poll_ms(Clock::now()), nullptr);
  }
}

void HttpEngine::cancel_all() {
  parts_.exchanges.cancel();
  for (auto& [handle, job] : jobs_) {
    stop_attempt(job);
    parts_.exchanges.finish(*job.exchange, {}, job.attempts, {IZ_ERR_CANCELLED, "the run was cancelled", 0});
  }
  jobs_.clear();
}

void HttpEngine::obey() {
  std::vector<std::pair<Wish, std::shared_ptr<HttpExchange>>> wishes;
  {
    const std::lock_guard lock(mutex_);
    wishes.swap(wishes_);
  }
  for (auto& [wish, exchange] : wishes) {
    if (wish == Wish::submit) {
      open_job(std::move(exchange));
      continue;
    }
    const auto found = jobs_.find(exchange->handle);
    if (found == jobs_.end()) continue;
    if (wish == Wish::resume) {
      if (found->second.attempt) found->second.attempt->resume();
    } else {
      stop_attempt(found->second);
      jobs_.erase(found);
    }
  }
}

void HttpEngine::check_allowed(const wire::HttpOptions& options, const Url& url) {
  if (!host_allowed(options.allowed_hosts, url.host)) {
    throw HttpRefusal(IZ_ERR_CONFIG,
                      fmt::format("host \"{}\" is not among those that manifest and configuration allow: add it to "
                                  "the connection's hosts if it is the provider's",
                                  url.host));
  }
  // Plain by nature, and never by a pattern: what it gives is worth a manifest's and an operator's explicit word.
  if (url.host == kMetadataAddress &&
      std::ranges::find(options.allowed_hosts, kMetadataAddress) != options.allowed_hosts.end())
    return;
  if (url.secure()) return;
  if (!options.allow_plain_loopback) throw HttpRefusal(IZ_ERR_CONFIG, "plain http is not allowed: use https");
  if (!is_loopback(url.host)) {
    throw HttpRefusal(IZ_ERR_CONFIG,
                      fmt::format("plain http goes to this machine only, not to \"{}\": use https", url.host));
  }
}

void HttpEngine::open_job(std::shared_ptr<HttpExchange> exchange) {
  Job& job = jobs_[exchange->handle];
  job.exchange = exchange;
  next_timer_ = std::min(next_timer_, exchange->deadline());
  const HttpRequest& request = exchange->request;
  try {
    check_allowed(parts_.options, request.url);
    job.request = sign_request(request, parts_.secrets);
    queue(job, false);
  } catch (const HttpRefusal& why) {
    finish(job, {}, {why.error_class, fmt::format("{}: {}", request.name(), why.what()), 0});
  }
}

// Of many requests few have something to do at a time: they are looked at when the first of them may have.
void HttpEngine::look_at_timers(Clock::time_point now) {
  wake_sleepers(now);
  end_overdue(now);
  next_timer_ = Clock::time_point::max();
  for (const auto& [handle, job] : jobs_) {
    if (job.ended) continue;
    next_timer_ = std::min(next_timer_, deadline_of(job, now));
    if (job.wake) next_timer_ = std::min(next_timer_, *job.wake);
  }
}

void HttpEngine::wake_sleepers(Clock::time_point now) {
  for (auto& [handle, job] : jobs_) {
    if (!job.wake || *job.wake > now) continue;
    job.wake.reset();
    queue(job, true);  // it has waited already
  }
}

void HttpEngine::end_overdue(Clock::time_point now) {
  for (auto& [handle, job] : jobs_) {
    if (job.ended || deadline_of(job, now) > now) continue;
    HttpReply reply = std::move(job.last_reply);
    const auto late = fmt::format("{} ms were not enough", job.exchange->request.deadline.count());
    if (job.last.error_class != IZ_OK) {
      finish(job, std::move(reply),
             {job.last.error_class, fmt::format("{} ({})", job.last.message, late), job.last.retry_after_ms});
    } else {
      const char* what = job.attempt ? "no complete answer came" : "it was still waiting to be sent";
      finish(job, std::move(reply),
             {IZ_ERR_TRANSIENT, fmt::format("{}: {}, {}", job.exchange->request.name(), what, late), 0});
    }
  }
}

void HttpEngine::stop_attempt(Job& job) {
  if (!job.attempt) return;
  curl_.multi_remove_handle(multi_, job.attempt->easy());
  under_way_.erase(job.attempt->easy());
  job.attempt.reset();
  --running_;
  again_ = true;
}

void HttpEngine::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_.multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto found = under_way_.find(easy);
    if (found == under_way_.end()) continue;
    Job& job = jobs_.at(found->second);
    AttemptResult result = job.attempt->result(code);
    stop_attempt(job);
    parts_.answered();
    after_attempt(job, std::move(result));
  }
}

int HttpEngine::poll_ms(Clock::time_point now) {
  if (again_) return 0;
  milliseconds wait(running_ > 0 ? kLongestPollMs : kIdlePollMs);
  if (next_timer_ != Clock::time_point::max()) wait = std::min(wait, until(next_timer_, now));
  if (budget_ready_) wait = std::min(wait, until(*budget_ready_, now));
  return static_cast<int>(wait.count());
}

}  // namespace iz::host
