// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/yandex/cloud.hpp"

#include <algorithm>

#include "fakes/yandex/jwt.hpp"

namespace iz::test {
namespace json = boost::json;
namespace {

using Clock = std::chrono::system_clock;

std::string rfc3339(Clock::time_point at) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(seconds));
  const std::chrono::hh_mm_ss time(seconds - std::chrono::floor<std::chrono::days>(seconds));
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.123456789Z", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

// Hosts of databases have a name only.
std::string id_of(const json::object& resource) {
  for (const char* const member : {"id", "name"}) {
    if (const auto* value = resource.if_contains(member)) return std::string(value->as_string());
  }
  return {};
}

// As the API gives it: some kinds do not say the folder they are listed in, the fake knows it as "_folder".
json::object shown(json::object resource) {
  resource.erase("_folder");
  return resource;
}

// Some listings take the folder in their path: /v1/transfers/list/{folder}.
std::pair<std::string, std::string> folder_in_path(const std::string& path) {
  const auto at = path.find("/list/");
  if (at == std::string::npos) return {path, {}};
  return {path.substr(0, at + 5), path.substr(at + 6)};
}

}  // namespace

struct YandexCloud::State {
  mutable std::mutex mutex;
  std::map<std::string, std::vector<json::object>> collections;
  std::map<std::string, json::value> answers;
  std::set<std::pair<std::string, std::string>> denied;
  std::vector<std::string> missing;
  std::set<std::string> tokens;
  std::size_t issued = 0;
  std::chrono::seconds ahead{0};
  std::function<void(const std::string&)> before_next_page;
  std::vector<std::string> asked;
};

YandexCloud::YandexCloud() : state_(std::make_unique<State>()) {}
YandexCloud::~YandexCloud() = default;

HttpServer::Handler YandexCloud::handler() {
  return [this](const ReceivedRequest& request) {
    Reply answer = reply(request);
    const std::lock_guard lock(state_->mutex);
    answer.headers.emplace_back("Date", http_date(Clock::now() + state_->ahead));
    return answer;
  };
}

const std::string& YandexCloud::private_key_pem() {
  return YandexKey::shared().private_pem;
}

std::string YandexCloud::key_file() const {
  return json::serialize(
      json::object{{"id", key_id()},
                   {"service_account_id", service_account_id()},
                   {"created_at", "2026-02-03T09:30:52.104Z"},
                   {"key_algorithm", "RSA_2048"},
                   {"public_key", YandexKey::shared().public_pem},
                   {"private_key", "PLEASE DO NOT REMOVE THIS LINE! Key of a test\n" + private_key_pem()}});
}

void YandexCloud::end_tokens() {
  const std::lock_guard lock(state_->mutex);
  state_->tokens.clear();
}

std::size_t YandexCloud::tokens_issued() const {
  const std::lock_guard lock(state_->mutex);
  return state_->issued;
}

void YandexCloud::clock_ahead(std::chrono::seconds by) {
  const std::lock_guard lock(state_->mutex);
  state_->ahead = by;
}

void YandexCloud::put(const std::string& collection, std::string_view text) {
  const json::object resource = json::parse(text).as_object();
  const std::lock_guard lock(state_->mutex);
  auto& list = state_->collections[collection];
  const auto known = std::ranges::find_if(
      list, [&](const json::object& one) { return !id_of(one).empty() && id_of(one) == id_of(resource); });
  known == list.end() ? list.push_back(resource) : void(*known = resource);
}

void YandexCloud::remove(const std::string& collection, const std::string& id) {
  const std::lock_guard lock(state_->mutex);
  std::erase_if(state_->collections[collection], [&](const json::object& one) { return id_of(one) == id; });
}

void YandexCloud::change(const std::string& collection, const std::string& id, std::string_view member,
                         json::value value) {
  const std::lock_guard lock(state_->mutex);
  for (json::object& one : state_->collections.at(collection)) {
    if (id_of(one) == id) one[member] = std::move(value);
  }
}

std::size_t YandexCloud::count(const std::string& collection) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->collections.find(collection);
  return found == state_->collections.end() ? 0 : found->second.size();
}

void YandexCloud::answer(const std::string& path, std::string_view text) {
  const std::lock_guard lock(state_->mutex);
  state_->answers[path] = json::parse(text);
}

void YandexCloud::deny(const std::string& collection, const std::string& folder) {
  const std::lock_guard lock(state_->mutex);
  state_->denied.emplace(collection, folder);
}

void YandexCloud::allow_all() {
  const std::lock_guard lock(state_->mutex);
  state_->denied.clear();
}

void YandexCloud::without(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  state_->missing.push_back(path);
}

void YandexCloud::before_next_page(std::function<void(const std::string&)> call) {
  const std::lock_guard lock(state_->mutex);
  state_->before_next_page = std::move(call);
}

std::size_t YandexCloud::asked(std::string_view path) const {
  const std::lock_guard lock(state_->mutex);
  return static_cast<std::size_t>(
      std::ranges::count_if(state_->asked, [&](const std::string& one) { return path.empty() || one == path; }));
}

Reply YandexCloud::reply(const ReceivedRequest& request) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->asked.push_back(request.path);
  }
  if (request.path == "/iam/v1/tokens") return issue_token(request);
  const std::string authorization = request.header("authorization");
  {
    const std::lock_guard lock(state_->mutex);
    const bool known = authorization.starts_with("Bearer ") && state_->tokens.contains(authorization.substr(7));
    if (!known) return yandex_error(401, 16, "The token is invalid");
    for (const std::string& path : state_->missing) {
      if (request.path.starts_with(path)) return yandex_error(404, 5, "Not Found");
    }
  }
  if (auto measured = monitoring_.answer(request)) return *measured;
  const auto [collection, folder_of_path] = folder_in_path(request.path);
  bool listed = !yandex_listing_key(collection).empty();
  if (!folder_of_path.empty()) listed = true;
  return listed ? list(collection, request) : one(yandex_decoded(request.path));
}

// The JWT is verified as the service does: with the public key that it keeps of the account.
Reply YandexCloud::issue_token(const ReceivedRequest& request) {
  const auto refuse = [](std::string_view why) { return yandex_error(401, 16, "JWT is invalid: " + std::string(why)); };
  const json::value body = json::parse(request.body);
  const auto* jwt = body.as_object().if_contains("jwt");
  if (request.method != "POST" || jwt == nullptr) return yandex_error(400, 3, "Request validation error");
  const auto read = read_jwt(std::string_view(jwt->as_string()), YandexKey::shared());
  if (!read) return refuse("signature");
  if (read->header.at("alg") != "PS256" || read->header.at("kid").as_string() != key_id()) return refuse("header");
  const json::object& claims = read->claims;
  if (claims.at("iss").as_string() != service_account_id()) return refuse("issuer");
  if (claims.at("aud") != "https://iam.api.cloud.yandex.net/iam/v1/tokens") return refuse("audience");
  const std::lock_guard lock(state_->mutex);
  const auto now = Clock::now() + state_->ahead;
  const std::int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::int64_t issued = claims.at("iat").as_int64();
  const std::int64_t expires = claims.at("exp").as_int64();
  if (issued > seconds + 20 || expires <= seconds || expires > issued + 3600) return refuse("time");
  const std::string token = "t1.fake-" + std::to_string(++state_->issued) + "." + std::string(40, 'x');
  state_->tokens.insert(token);
  return yandex_reply(json::object{{"iamToken", token}, {"expiresAt", rfc3339(now + std::chrono::hours(12))}});
}

Reply YandexCloud::list(const std::string& collection, const ReceivedRequest& request) {
  std::string folder = folder_in_path(request.path).second;
  if (folder.empty()) folder = yandex_parameter(request, "folderId");
  const std::string size_text = yandex_parameter(request, "pageSize");
  const std::string token = yandex_parameter(request, "pageToken");
  const std::size_t size = size_text.empty() ? 100 : std::stoul(size_text);
  if (size < 1 || size > 1000)
    return yandex_error(400, 3, "Request validation error: PageSize: Value must be less than or equal to 1000");
  std::function<void(const std::string&)> before;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->denied.contains({collection, folder}) || state_->denied.contains({collection, ""}))
      return yandex_error(403, 7, "Permission denied");
    before = state_->before_next_page;
  }
  if (!token.empty() && before) before(collection);

  const std::lock_guard lock(state_->mutex);
  json::array all;
  for (const json::object& one : state_->collections[collection]) {
    const auto matches = [&](std::string_view member, const std::string& wanted) {
      const auto* value = one.if_contains(member);
      return wanted.empty() || value == nullptr || value->as_string() == wanted;
    };
    if (matches("folderId", folder) && matches("_folder", folder) &&
        matches("cloudId", yandex_parameter(request, "cloudId")) &&
        matches("functionId", yandex_parameter(request, "functionId")) &&
        matches("containerId", yandex_parameter(request, "containerId")))
      all.emplace_back(shown(one));
  }
  std::size_t from = 0;
  if (!token.empty()) {
    // The token names the element that the next page begins with; gone, it is no place any more.
    const auto at =
        std::ranges::find_if(all, [&](const json::value& one) { return "p:" + id_of(one.as_object()) == token; });
    if (at == all.end()) return yandex_error(400, 3, "Invalid page token");
    from = static_cast<std::size_t>(at - all.begin());
  }
  json::object answer;
  json::array page;
  for (std::size_t i = from; i < all.size() && page.size() < size; ++i) page.push_back(all[i]);
  if (from + page.size() < all.size()) answer["nextPageToken"] = "p:" + id_of(all[from + page.size()].as_object());
  if (!page.empty()) answer[yandex_listing_key(collection)] = std::move(page);
  return yandex_reply(answer);
}

Reply YandexCloud::one(const std::string& path) {
  const std::lock_guard lock(state_->mutex);
  if (const auto found = state_->answers.find(path); found != state_->answers.end()) return yandex_reply(found->second);
  const auto slash = path.rfind('/');
  const std::string id = path.substr(slash + 1);
  std::string collection = path.substr(0, slash);
  if (state_->denied.contains({collection, ""})) return yandex_error(403, 7, "Permission denied");
  const auto list = state_->collections.find(collection);
  if (list != state_->collections.end()) {
    for (const json::object& resource : list->second) {
      if (id_of(resource) == id) return yandex_reply(shown(resource));
    }
  }
  return yandex_error(404, 5, path.substr(slash + 1) + " not found");
}

}  // namespace iz::test
