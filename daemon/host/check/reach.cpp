// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/check/reach.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "host/http/curl.hpp"
#include "host/rates/budget.hpp"

namespace iz::host {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds kPatience = 5s;

void gather(const boost::json::value& value, std::vector<std::string>& texts) {
  if (value.is_string()) texts.emplace_back(std::string_view(value.get_string()));
  if (value.is_array())
    for (const auto& item : value.get_array()) gather(item, texts);
  if (value.is_object())
    for (const auto& member : value.get_object()) gather(member.value(), texts);
}

struct Attempt {
  const Url* place = nullptr;
  Clock::time_point began;
  char problem[CURL_ERROR_SIZE] = {};
};

// Sets what a request to the place would be sent with (HttpAttempt), up to the end of the handshake.
void prepare(const Curl& curl, CURL* easy, Attempt& attempt, const wire::HttpOptions& options) {
  const Url& url = *attempt.place;
  const auto set = [&](CURLoption option, auto value) {
    if (curl.easy_setopt(easy, option, value) != CURLE_OK)
      throw std::runtime_error(fmt::format("libcurl refuses option {}", static_cast<int>(option)));
  };
  set(CURLOPT_URL, url.text.c_str());
  set(CURLOPT_CONNECT_ONLY, 1L);
  set(CURLOPT_ERRORBUFFER, &attempt.problem[0]);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options.ca_file.empty()) {
    set(CURLOPT_CAINFO, options.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  set(CURLOPT_PROXY, url.secure() ? options.proxy.c_str() : "");
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(kPatience.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(kPatience.count()));
}

}  // namespace

std::vector<Url> reachable_places(const wire::HttpOptions& options, const std::string& settings_json) {
  std::vector<std::string> texts;
  gather(boost::json::parse(settings_json), texts);
  std::vector<Url> places;
  std::set<std::string> seen;
  std::set<std::string, std::less<>> hosts;
  const auto add = [&](const Url& url) {
    hosts.insert(url.host);
    if (seen.insert(url.scheme + "://" + budget_host_of(url)).second) places.push_back(url);
  };
  for (const std::string& text : texts) {
    if (!text.starts_with("https://") && !text.starts_with("http://")) continue;
    try {
      const Url url = parse_url(text);
      const bool may = url.secure() || (options.allow_plain_loopback && is_loopback(url.host));
      if (may && host_allowed(options.allowed_hosts, url.host)) add(url);
    } catch (const InvalidUrl&) {
      // The connector says what is wrong with its setting.
    }
  }
  for (const std::string& host : options.allowed_hosts) {
    if (host.find('*') != std::string::npos || is_loopback(host) || hosts.contains(host)) continue;
    try {
      const Url url = parse_url("https://" + host + "/");
      if (!url.ip_literal) add(url);
    } catch (const InvalidUrl&) {
      // an address without brackets
    }
  }
  return places;
}

std::string unreachable_because(int code, const std::string& problem, bool through_proxy) {
  const auto says = [&](const char* words) { return problem.find(words) != std::string::npos; };
  if (through_proxy && says("CONNECT tunnel failed")) return "the proxy refuses: " + problem;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "its name does not resolve: is it right, and does this machine's DNS answer?";
    case CURLE_COULDNT_RESOLVE_PROXY: return "the proxy's name does not resolve";
    case CURLE_COULDNT_CONNECT:
      return fmt::format("{} cannot be connected to: {}", through_proxy ? "the proxy" : "its port", problem);
    case CURLE_OPERATION_TIMEDOUT:
      return fmt::format("no answer within {} s: is a firewall in the way?",
                         std::chrono::duration_cast<std::chrono::seconds>(kPatience).count());
    case CURLE_PEER_FAILED_VERIFICATION:
      if (says("has expired")) return "its certificate has expired, or this machine's clock is wrong";
      if (says("not yet valid")) return "its certificate is not valid yet, or this machine's clock is wrong";
      if (says("subject name")) return "its certificate is for another name: " + problem;
      return "its certificate is not trusted: is somebody in between, or does its authority belong into this machine's "
             "list? (" +
             problem + ")";
    case CURLE_SSL_CACERT_BADFILE: return "the file of trusted certificates cannot be used: " + problem;
    case CURLE_SSL_CONNECT_ERROR: return "what answers there does not speak TLS as it should: " + problem;
    default: return problem;
  }
}

void try_to_reach(const std::vector<Url>& places, const wire::HttpOptions& options,
                  const std::function<void(const Reached&)>& report, const std::function<bool()>& cancelled) {
  if (places.empty()) return;
  const Curl curl;
  CURLM* multi = curl.multi_init();
  if (multi == nullptr) throw std::runtime_error("libcurl has no memory");
  std::map<CURL*, Attempt> attempts;
  const auto forget = [&](CURL* easy) {
    curl.multi_remove_handle(multi, easy);
    curl.easy_cleanup(easy);
    attempts.erase(easy);
  };
  for (const Url& place : places) {
    CURL* easy = curl.easy_init();
    if (easy == nullptr) throw std::runtime_error("libcurl has no memory");
    Attempt& attempt = attempts[easy];
    attempt.place = &place;
    attempt.began = Clock::now();
    prepare(curl, easy, attempt, options);
    curl.multi_add_handle(multi, easy);
  }
  while (!attempts.empty() && !cancelled()) {
    int under_way = 0;
    curl.multi_perform(multi, &under_way);
    int left = 0;
    while (const CURLMsg* message = curl.multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* easy = message->easy_handle;
      const CURLcode code = message->data.result;
      const Attempt& attempt = attempts.at(easy);
      Reached reached;
      reached.passed = code == CURLE_OK;
      reached.subject = "host " + budget_host_of(*attempt.place);
      reached.took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - attempt.began);
      const std::string problem = attempt.problem[0] != '\0' ? &attempt.problem[0] : curl.easy_strerror(code);
      const bool proxy = attempt.place->secure() && !options.proxy.empty();
      reached.detail = reached.passed ? "" : unreachable_because(code, problem, proxy);
      report(reached);
      forget(easy);
    }
    if (!attempts.empty()) curl.multi_poll(multi, nullptr, 0, 100, nullptr);
  }
  while (!attempts.empty()) forget(attempts.begin()->first);
  curl.multi_cleanup(multi);
}

}  // namespace iz::host
