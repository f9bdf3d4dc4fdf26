// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/beget/hosting.hpp"

#include <utility>

namespace iz::test {
namespace {

// A field of an x-www-form-urlencoded body, decoded.
std::string field(const std::string& body, const std::string& name) {
  const auto at = ("&" + body).find("&" + name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  const std::string coded = body.substr(begin, body.find('&', begin) - begin);
  std::string text;
  for (std::size_t i = 0; i < coded.size(); ++i) {
    if (coded[i] == '%' && i + 2 < coded.size()) {
      text += static_cast<char>(std::stoi(coded.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      text += coded[i] == '+' ? ' ' : coded[i];
    }
  }
  return text;
}

Reply json(std::string body) {
  return {.body = std::move(body), .headers = {{"Content-Type", "application/json; charset=utf-8"}}};
}

}  // namespace

void BegetHosting::set_balance(std::string balance) {
  const std::lock_guard lock(mutex_);
  balance_ = std::move(balance);
}
void BegetHosting::set_rate(std::string rate_per_day) {
  const std::lock_guard lock(mutex_);
  rate_ = std::move(rate_per_day);
}
void BegetHosting::say(const std::string& method, std::string answer) {
  const std::lock_guard lock(mutex_);
  answer.empty() ? (void)said_.erase(method) : (void)said_.insert_or_assign(method, std::move(answer));
}

Reply BegetHosting::answer(const ReceivedRequest& request) {
  const std::lock_guard lock(mutex_);
  constexpr std::string_view kRoot = "/api/";
  // A password in a URL is one that a proxy has in its log.
  if (request.method != "POST" || !request.path.starts_with(kRoot) || !request.query.empty())
    return json(R"({"status":"error","error_text":"Incorrect request","error_code":"INCORRECT_REQUEST"})");
  if (field(request.body, "login") != login || field(request.body, "passwd") != password)
    return json(R"({"status":"error","error_text":"No such login","error_code":"AUTH_ERROR"})");
  const std::string method = request.path.substr(kRoot.size());
  if (const auto said = said_.find(method); said != said_.end())
    return json(R"({"status":"success","answer":)" + said->second + "}");
  const std::string result = result_of(method, request.body);
  if (result.empty()) return json(R"({"status":"error","error_text":"No such method","error_code":"NO_SUCH_METHOD"})");
  return json(R"({"status":"success","answer":{"status":"success","result":)" + result + "}}");
}

std::string BegetHosting::result_of(const std::string& method, const std::string& body) const {
  const std::string input = field(body, "input_data");
  if (method == "user/getAccountInfo") {
    return R"({"plan_name":"Blog","user_sites":"2","plan_site":2,"user_domains":"3","plan_domain":2147483647,)"
           R"("user_quota":"512","plan_quota":10240,"plan_cp":"65","user_rate_current":")" +
           rate_ + R"(","user_is_year_plan":"0","user_rate_year":3040,"user_rate_month":"250","user_balance":)" +
           balance_ + R"(,"user_days_to_block":"15","server_name":"srv1","server_php_version":"8.4"})";
  }
  if (method == "site/getList") {
    return R"([{"id":"108","path":"example.test/public_html","domains":[{"id":"110","fqdn":"example.test",)"
           R"("php_version":"8.4","ssl":true},{"id":"111","fqdn":"пример.рф","ssl":"1"}]}])";
  }
  if (method == "mysql/getList") return R"([{"name":"demo_db","size":"2048","accesses":[{"name":"localhost"}]}])";
  if (method == "domain/getList") {
    return R"([{"id":"110","fqdn":"example.test","date_add":"2026-01-01 12:00:00","date_register":"2026-01-01",)"
           R"("date_expire":"2027-01-01","auto_renew":"1","registrar":"beget","registrar_status":"delegated"},)"
           R"({"id":"111","fqdn":"пример.рф","date_add":"2026-01-02 12:00:00","date_register":null,)"
           R"("date_expire":"0","auto_renew":0,"is_under_control":1}])";
  }
  if (method == "domain/getZoneList")
    return R"({"test":{"id":1,"zone":"test","price":199,"price_renew":"365","price_idn_renew":0}})";
  if (method == "ftp/getList") return R"([{"login":"demo_ftp","homedir":"/home/demo"}])";
  if (method == "mail/getMailboxList")
    return input.find("example.test") == std::string::npos
               ? "[]"
               : R"([{"mailbox":"info","domain":"example.test","spam_filter_status":"1"}])";
  if (method == "stat/getSitesListLoad") return R"([{"name":"example.test","id":"108","cp":"195.257188"}])";
  if (method == "stat/getDbListLoad") return R"([{"name":"demo_db","cp":"12.5"}])";
  if (method == "stat/getSiteLoad") {
    return R"({"days":[{"date":"2026-02-28","value":"0.35"}],"hours":[{"date":"2026-02-28 10:00:00","value":"0.25"},)"
           R"({"date":"2026-02-28 11:00:00","value":"0.10"}]})";
  }
  if (method == "stat/getDbLoad")
    return R"({"hours":[{"date":"2026-02-28 10:00:00","cpu_time":"1.5"}],"days":[],"size_days":[]})";
  if (method == "backup/getLog") {
    return R"([{"id":"5","operation":"restore","type":"file","date_create":"2026-02-27 09:00:00","target_list":[],)"
           R"("status":"success"}])";
  }
  return {};
}

}  // namespace iz::test
