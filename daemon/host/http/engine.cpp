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

milliseconds until(std::chrono::steady_clock::time_point then, std::chrono::steady_clock::time_point now) {
  return std::max(milliseconds(0), std::chrono::ceil<milliseconds>(then - now));
}

}  // namespace

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
  thread_ = std::thread([this] { run(); });
}

HttpEngine::~HttpEngine() {
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
    wake_sleepers(now);
    end_overdue(now);
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
  const HttpRequest& request = exchange->request;
  try {
    check_allowed(parts_.options, request.url);
    job.request = sign_request(request, parts_.secrets);
    queue_.push_back(exchange->handle);
  } catch (const HttpRefusal& why) {
    finish(job, {}, {why.error_class, fmt::format("{}: {}", request.name(), why.what()), 0});
  }
}

void HttpEngine::wake_sleepers(Clock::time_point now) {
  for (auto& [handle, job] : jobs_) {
    if (!job.wake || *job.wake > now) continue;
    job.wake.reset();
    queue_.push_front(handle);  // it has waited already
  }
}

void HttpEngine::end_overdue(Clock::time_point now) {
  for (auto& [handle, job] : jobs_) {
    if (job.exchange->deadline() > now) continue;
    if (std::ranges::find(ended_, handle) != ended_.end()) continue;
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

void HttpEngine::admit(Clock::time_point now) {
  budget_ready_.reset();
  while (running_ < parallel_ && !queue_.empty()) {
    const auto found = jobs_.find(queue_.front());
    if (found == jobs_.end() || found->second.attempt || std::ranges::find(ended_, queue_.front()) != ended_.end()) {
      queue_.pop_front();
      continue;
    }
    Job& job = found->second;
    const auto ready = parts_.budget.ready_at(now);
    if (ready > now) {
      budget_ready_ = ready;
      end_hopeless(now, ready);
      return;
    }
    queue_.pop_front();
    parts_.budget.take(now);
    launch(job, now);
  }
}

void HttpEngine::end_hopeless(Clock::time_point now, Clock::time_point ready) {
  for (const auto handle : std::exchange(queue_, {})) {
    const auto found = jobs_.find(handle);
    if (found == jobs_.end()) continue;
    Job& job = found->second;
    if (job.exchange->deadline() >= ready) {
      queue_.push_back(handle);
      continue;
    }
    finish(job, std::move(job.last_reply),
           {IZ_ERR_RATE_LIMITED,
            fmt::format("{}: the provider's rate limit leaves no room within {} ms", job.exchange->request.name(),
                        job.exchange->request.deadline.count()),
            until(ready, now).count()});
  }
}

void HttpEngine::launch(Job& job, Clock::time_point now) {
  HttpExchange& exchange = *job.exchange;
  try {
    HttpAttempt::Setup setup{job.request,
                             exchange.request,
                             ca_file_,
                             parts_.options.proxy,
                             parts_.retry.connect_timeout,
                             std::max(milliseconds(1), until(exchange.deadline(), now)),
                             [this, &job](const HttpReply& head) {
                               job.head_shown = true;
                               parts_.exchanges.head_came(*job.exchange, head.status, head.headers, job.attempts + 1);
                             },
                             [this, &job, &exchange](std::string_view bytes) {
                               parts_.answered();
                               if (!parts_.exchanges.bytes_came(exchange, bytes)) return false;
                               if (!parts_.options.record_into.empty()) job.streamed += bytes;
                               return true;
                             }};
    job.attempt = std::make_unique<HttpAttempt>(curl_, std::move(setup));
    ++running_;
    const CURLMcode added = curl_.multi_add_handle(multi_, job.attempt->easy());
    if (added != CURLM_OK) throw HttpRefusal(IZ_ERR_INTERNAL, "libcurl does not take the request");
  } catch (const HttpRefusal& why) {
    finish(job, {}, {why.error_class, fmt::format("{}: {}", exchange.request.name(), why.what()), 0});
  }
}

void HttpEngine::stop_attempt(Job& job) {
  if (!job.attempt) return;
  curl_.multi_remove_handle(multi_, job.attempt->easy());
  job.attempt.reset();
  --running_;
}

void HttpEngine::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_.multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURL* easy = message->easy_handle;
    const CURLcode code = message->data.result;
    const auto found = std::ranges::find_if(
        jobs_, [&](const auto& entry) { return entry.second.attempt && entry.second.attempt->easy() == easy; });
    if (found == jobs_.end()) continue;
    Job& job = found->second;
    AttemptResult result = job.attempt->result(code);
    stop_attempt(job);
    parts_.answered();
    after_attempt(job, std::move(result));
  }
}

int HttpEngine::poll_ms(Clock::time_point now) {
  milliseconds wait(running_ > 0 ? kLongestPollMs : kIdlePollMs);
  for (const auto& [handle, job] : jobs_) {
    wait = std::min(wait, until(job.exchange->deadline(), now));
    if (job.wake) wait = std::min(wait, until(*job.wake, now));
  }
  if (budget_ready_) wait = std::min(wait, until(*budget_ready_, now));
  if (!queue_.empty() && !budget_ready_ && running_ < parallel_) wait = milliseconds(0);
  return static_cast<int>(wait.count());
}

}  // namespace iz::host
