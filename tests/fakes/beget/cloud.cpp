// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/beget/cloud.hpp"

#include <algorithm>
#include <ctime>

namespace iz::test {
namespace {

constexpr std::chrono::hours kMoscow{3};

std::string moscow(std::chrono::sys_seconds at) {
  const std::time_t seconds = (at + kMoscow).time_since_epoch().count();
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts)};
}

std::string parameter(const std::string& query, const std::string& name) {
  const auto at = ("&" + query).find("&" + name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  return query.substr(begin, query.find('&', begin) - begin);
}

std::size_t number(const ReceivedRequest& request, const std::string& name, std::size_t otherwise) {
  const std::string text = parameter(request.query, name);
  return text.empty() ? otherwise : std::stoul(text);
}

Reply json(std::string body) {
  return {.body = std::move(body), .headers = {{"Content-Type", "application/json"}}};
}

// As the gateway words it.
Reply refused(int status, int code, const std::string& words) {
  Reply reply = json(R"({"code":)" + std::to_string(code) + R"(,"message":")" + words + R"(","details":[]})");
  reply.status = status;
  return reply;
}

std::string list(const std::string& name, const std::vector<std::string>& rows) {
  std::string body = "\"" + name + "\":[";
  for (const std::string& row : rows) body += (&row == &rows.front() ? "" : ",") + row;
  return body + "]";
}

}  // namespace

BegetCloud::BegetCloud(std::chrono::sys_seconds now)
    : hour_(std::chrono::floor<std::chrono::minutes>(now) - std::chrono::minutes(30)),
      servers_{{.id = "vps-1", .name = "web-1"},
               {.id = "vps-2", .name = "db-1", .price_day = "42.5", .status = "STOPPED"},
               {.id = "vps-3", .name = "mail-1", .price_day = "16.25"},
               {.id = "vps-4", .name = "old-1", .archived = true}},
      services_{{.id = "svc-1", .name = "shop-db"},
                {.id = "svc-2", .name = "media", .type = "S_3", .price_day = "0"},
                {.id = "svc-3", .name = "stock-db", .type = "POSTGRESQL15", .price_day = "31.5"}} {}

bool BegetCloud::is_later_page(const ReceivedRequest& request) {
  const std::string offset = parameter(request.query, "offset");
  return !offset.empty() && offset != "0";
}

void BegetCloud::set_servers(std::vector<Server> servers) {
  const std::lock_guard lock(mutex_);
  servers_ = std::move(servers);
}
void BegetCloud::set_services(std::vector<Service> services) {
  const std::lock_guard lock(mutex_);
  services_ = std::move(services);
}
void BegetCloud::set_additional_projects(std::size_t count) {
  const std::lock_guard lock(mutex_);
  more_projects_ = count;
}
void BegetCloud::say(const std::string& path, std::string body) {
  const std::lock_guard lock(mutex_);
  body.empty() ? (void)said_.erase(path) : (void)said_.insert_or_assign(path, std::move(body));
}
void BegetCloud::revoke_tokens() {
  const std::lock_guard lock(mutex_);
  oldest_token_ = logins_ + 1;
}
std::size_t BegetCloud::logins() const {
  const std::lock_guard lock(mutex_);
  return logins_;
}

Reply BegetCloud::answer(const ReceivedRequest& request) {
  const std::lock_guard lock(mutex_);
  if (is_login(request)) return sign_in(request);
  const std::string given = request.header("authorization");
  constexpr std::string_view kToken = "Bearer cloud-token-";
  if (!given.starts_with(kToken) || std::stoul(given.substr(kToken.size())) < oldest_token_)
    return refused(401, 16, "unauthenticated");
  const auto said = said_.find(request.path);
  if (said == said_.end()) return answer_known(request);
  std::string body = said->second;
  constexpr std::string_view kPlace = "{token}";
  if (const auto at = body.find(kPlace); at != std::string::npos)
    body.replace(at, kPlace.size(), given.substr(std::string_view("Bearer ").size()));
  return json(std::move(body));
}

Reply BegetCloud::sign_in(const ReceivedRequest& request) {
  if (request.method != "POST" || request.body != R"({"login":")" + login + R"(","password":")" + password + R"("})")
    return json(R"({"error":"INCORRECT_CREDENTIALS"})");
  return json(R"({"token":"cloud-token-)" + std::to_string(++logins_) + R"(","refresh_token":")" + planted + "\"}");
}

Reply BegetCloud::page(const ReceivedRequest& request, const std::string& name, const std::vector<std::string>& rows,
                       bool with_total, const std::string& wrap) const {
  const std::size_t from = std::min(number(request, "offset", 0), rows.size());
  const std::size_t to = std::min(rows.size(), from + number(request, "limit", rows.size()));
  std::string body =
      list(name, {rows.begin() + static_cast<std::ptrdiff_t>(from), rows.begin() + static_cast<std::ptrdiff_t>(to)});
  if (with_total) body += ",\"total_count\":" + std::to_string(rows.size());
  return json(wrap.empty() ? "{" + body + "}" : "{\"" + wrap + "\":{" + body + "},\"error\":{}}");
}

Reply BegetCloud::answer_known(const ReceivedRequest& request) {
  const std::string& path = request.path;
  std::vector<std::string> rows;
  if (path == "/v1/vps/server/list") {
    for (const Server& server : servers_) rows.push_back(server_row(server));
    return page(request, "vps", rows, false);
  }
  if (path == "/v1/vps/server/statuses") {
    for (const Server& server : servers_)
      rows.push_back(R"({"id":")" + server.id + R"(","status":")" + server.status + "\"}");
    return json("{" + list("statuses", rows) + "}");
  }
  if (path == "/v1/cloud") {
    for (const Service& service : services_) rows.push_back(service_row(service));
    return page(request, "service", rows, true);
  }
  if (path == "/v1/cloud/projects/list") {
    for (std::size_t i = 0; i < more_projects_; ++i)
      rows.push_back(R"({"id":"extra-)" + std::to_string(i) + R"(","name":"Временный"})");
    for (int i = 1; i <= 5; ++i) {
      const std::string n = std::to_string(i);
      rows.push_back(R"({"id":"project-)" + n + R"(","name":"Проект )" + n +
                     R"(","created_at":"2026-01-01T00:00:00Z"})");
    }
    return page(request, "projects", rows, true, "page");
  }
  if (path == "/v1/vps/snapshot") {
    return json(R"({"snapshot":[{"id":"snap-1","vps_id":"vps-1","vps_name":"web-1","vps_exists":true,)"
                R"("date_create":"2026-02-01 00:00:00","size":"5368709120","status":"DONE",)"
                R"("description":"before upgrade","price_day":0.75,"region":"ru1"}]})");
  }
  if (path == "/v1/vps/network") {
    return json(R"({"ip":[{"ip":"198.51.100.10","vps_id":"vps-1"}],"additional_ip":[)"
                R"({"ip":"198.51.100.20","vps_id":"vps-1","region":"ru1"},{"ip":"198.51.100.99","vps_id":""}],)"
                R"("private_network":[{"id":"net-1","subnet":"10.16.0.0","mask":24,"region":"ru1"}]})");
  }
  if (path == "/v1/vps/sshKey")
    return json(R"({"keys":[{"id":11,"name":"ops","fingerprint":"SHA256:abc","vps_id":["vps-1","vps-2"]}]})");
  if (path == "/v1/vps/configuration") {
    return json(
        R"({"configurations":[{"id":"std-1","name":"STD-1","price_day":7.0,"price_month":210.0,"region":"ru1"},)"
        R"({"id":"std-2","name":"STD-2","price_day":16.0,"price_month":480.0,"region":"ru1"}]})");
  }
  if (path == "/v1/cloud/configuration") {
    return json(R"({"configuration":[{"id":"c-1","price_day":26.0,"price_month":780.0,"region":"ru1",)"
                R"("type":"MYSQL8","mysql8":{"cpu_count":2}}]})");
  }
  if (path == "/v1/vps/snapshot/restore") return json(R"({"restore":[]})");
  if (path == "/v1/vps/backup/orders") {
    for (int i = 1; i <= 4; ++i) {
      rows.push_back(R"({"id":"order-)" + std::to_string(i) +
                     R"(","vps_id":"vps-1","vps_name":"web-1","type":"RESTORE","date_create":"2026-02-0)" +
                     std::to_string(i) + R"( 10:00:00","date_complete":"2026-02-0)" + std::to_string(i) +
                     R"( 11:00:00","status":"COMPLETED"})");
    }
    return page(request, "order", rows, false);
  }
  for (const Server& server : servers_) {
    if (path == "/v1/vps/server/" + server.id) return json(R"({"vps":)" + server_row(server) + "}");
    if (path == "/v1/vps/" + server.id + "/history") {
      return json(R"({"history":[{"date":"2026-02-20 10:00:00","type":"STOP","has_error":false},)"
                  R"({"date":"2026-01-15 12:30:00","type":"CREATE","has_error":true}]})");
    }
    constexpr std::string_view kStatistic = "/v1/vps/statistic/";
    const std::string tail = "/" + server.id;
    if (path.starts_with(kStatistic) && path.ends_with(tail)) {
      if (server.status != "RUNNING") return json(R"({"error":{"code":"INVALID_STATE","message":"VPS is off"}})");
      return json(statistic(path.substr(kStatistic.size(), path.size() - kStatistic.size() - tail.size())));
    }
  }
  for (const Service& service : services_) {
    const auto at = path.find("/" + service.id + "/statistic/");
    if (at != std::string::npos) return json(statistic(path.substr(path.rfind('/') + 1)));
  }
  return refused(404, 5, "not found");
}

std::string BegetCloud::server_row(const Server& server) const {
  return R"({"id":")" + server.id + R"(","slug":")" + server.name + R"(","display_name":")" + server.name +
         R"(","hostname":")" + server.name + R"(.example.test","configuration":{"id":"std-1","name":"STD-1",)" +
         R"("cpu_count":1,"disk_size":15360,"memory":2048,"price_day":)" + server.price_day +
         R"(,"price_month":210.0,"region":"ru1","group":"normal_cpu"},"status":")" + server.status +
         R"(","date_create":")" + server.created + R"(","ip_address":"198.51.100.10","disk_used":"4096",)" +
         R"("disk_left":"6144","private_network":[{"network":{"id":"net-1"},"ip":["10.16.0.5"]}],"archived":)" +
         (server.archived ? "true" : "false") + R"(,"project_id":")" + server.project +
         R"(","has_password":true,"password":")" + planted + R"(","region":"ru1",)" +
         R"("software":{"name":"n8n","display_name":"n8n","version":"1.0","status":"INSTALLED",)" +
         R"("address":"https://admin:)" + planted + R"(@n8n.example.test","field_value":[{"variable":"n8n_password",)" +
         R"("label_en":"Password","type":"PASSWORD","value":")" + planted +
         R"("},{"variable":"n8n_key","type":"TEXT","value":")" + planted + R"("}]}})";
}

std::string BegetCloud::service_row(const Service& service) const {
  const bool bucket = service.type == "S_3";
  std::string member = service.type;
  std::ranges::transform(member, member.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 32) : c; });
  const std::string details =
      bucket ? R"("s3":{"public":false,"access_key":")" + planted + R"(","secret_key":")" + planted +
                   R"(","fqdn":"s3.example.test","quota_used_size":104857600,"ftp":{"host":"ftp.example.test",)" +
                   R"("login":"x","password":")" + planted + R"("},"sftp":{"password":")" + planted + R"("}})"
             : "\"" + member + R"(":{"configuration":{"cpu_count":2,"disk_size":20480,"memory":4096,)" +
                   R"("version":"8.0.35","param_config":[{"name":"x","value":")" + planted +
                   R"("}]},"host":"db.example.test","port":3306,"pma_url":"https://pma.example.test?key=)" + planted +
                   R"(","disk_used":"3221225472","disk_left":"18253611008"})";
  return R"({"id":")" + service.id + R"(","configuration_id":"c-1","display_name":")" + service.name +
         R"(","project_id":"project-1","status":")" + service.status +
         R"(","created_at":"2026-01-20T10:00:00Z","price_day":)" + service.price_day + R"(,"price_month":780.0,)" +
         details + R"(,"region":"ru1","type":")" + service.type + "\"}";
}

// Six points, five minutes apart; one of the values is null, as after a gap.
std::string BegetCloud::series(double from) const {
  std::string dates, values;
  for (int i = 0; i < 6; ++i) {
    dates += (i == 0 ? "\"" : ",\"") + moscow(hour_ + std::chrono::minutes(5 * i)) + "\"";
    values += (i == 0 ? "" : ",") + (i == 3 ? "null" : std::to_string(from + i).substr(0, 4));
  }
  return R"({"date":[)" + dates + R"(],"value":[)" + values + "]}";
}

std::string BegetCloud::statistic(std::string_view name) const {
  if (name == "cpu") return R"({"cpu":)" + series(1.5) + "}";
  if (name == "memory") return R"({"memory":)" + series(6.25) + "}";
  if (name == "disk-usage") return R"({"disk_usage":)" + series(3.5) + "}";
  if (name == "disk") return R"({"data_read":)" + series(2.5) + R"(,"data_write":)" + series(4.5) + "}";
  if (name == "network" || name == "traffic-usage")
    return R"({"data_rx":)" + series(7.5) + R"(,"data_tx":)" + series(8.5) + "}";
  if (name == "quota") return R"({"size":)" + series(9.5) + "}";
  return "{}";
}

}  // namespace iz::test
