// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "yandex/reports/usage_report.hpp"

#include <utility>

#include "yandex/client/client.hpp"
#include "yandex/reports/protobuf.hpp"

namespace iz::yandex {
namespace {

using infrazen::Decimal;
using infrazen::Error;
using infrazen::ErrorClass;

constexpr std::string_view kMethod =
    "/yandex.cloud.billing.usage_records.v1.ConsumptionCoreService/GetServiceUsageReport";
constexpr std::string_view kService = "usage-reports";  // in setting 'endpoints'; else where billing answers
constexpr std::uint64_t kByDay = 1;

std::string timestamp(Day day) {
  MessageWriter out;
  out.number(1, static_cast<std::uint64_t>(std::chrono::seconds(day.time_since_epoch()).count()));
  return out.str();
}

// StringDecimal: value = 1.
Decimal decimal_of(std::string_view message) {
  Decimal value;
  MessageReader in(message);
  while (const auto field = in.next()) {
    if (field->number != 1) continue;
    if (Decimal::parse(field->bytes, value) != infrazen::DecimalFault::none) {
      throw Error(ErrorClass::permanent,
                  "the usage report has an amount that is no decimal number: " + std::string(field->bytes));
    }
  }
  return value;
}

void read_period(std::string_view message, ReportedService& service) {
  Decimal expense;
  std::uint64_t seconds = 0;
  MessageReader in(message);
  while (const auto field = in.next()) {
    if (field->number == 3) expense = decimal_of(field->bytes);
    if (field->number != 4) continue;
    MessageReader time(field->bytes);
    while (const auto part = time.next()) {
      if (part->number == 1) seconds = part->value;
    }
  }
  const Day day(std::chrono::days(static_cast<std::int64_t>(seconds / 86'400)));
  service.expense[day] += expense;
}

void read_entity(std::string_view message, ServiceReport& report) {
  std::string id;
  ReportedService service;
  MessageReader in(message);
  while (const auto field = in.next()) {
    if (field->number == 5) read_period(field->bytes, service);
    if (field->number != 4) continue;
    MessageReader entity(field->bytes);
    while (const auto part = entity.next()) {
      if (part->number == 1) id = part->bytes;
      if (part->number == 2) service.name = part->bytes;
    }
  }
  report[id] = std::move(service);
}

// By google.rpc.Code.
[[noreturn]] void fail(std::string_view account, std::string_view status, std::string_view message) {
  const std::string what = "usage report of billing account " + std::string(account) + ": gRPC status " +
                           std::string(status) + " " + std::string(message);
  if (status == "7" || status == "16") {
    throw Error(ErrorClass::auth, what +
                                      "; give the service account the role billing.accounts.viewer on that billing "
                                      "account (permission billing.accounts.getReport), and check the account's id");
  }
  if (status == "8")
    throw Error(ErrorClass::rate_limited, what + "; one report a minute is given", std::chrono::minutes(1));
  const bool again = status == "4" || status == "13" || status == "14" || status.empty();
  throw Error(again ? ErrorClass::transient : ErrorClass::permanent, what);
}

}  // namespace

std::string service_report_request(std::string_view account, Day first, Day last) {
  MessageWriter out;
  out.bytes(1, account);
  out.bytes(2, timestamp(first));
  out.bytes(3, timestamp(last));
  out.number(10, kByDay);
  return out.str();
}

ServiceReport read_service_report(std::string_view message) {
  ServiceReport report;
  MessageReader in(message);
  while (const auto field = in.next()) {
    if (field->number == 5) read_entity(field->bytes, report);
  }
  return report;
}

ServiceReport get_service_report(const Client& client, std::string_view account, Day first, Day last) {
  const bool elsewhere = client.settings().endpoints.contains(kService);
  infrazen::Request request = client.request(elsewhere ? kService : "billing", kMethod);
  request.method = "POST";
  request.headers = {{"content-type", "application/grpc"}, {"te", "trailers"}};
  request.body = framed(service_report_request(account, first, last));
  request.http2 = true;
  request.retry = false;  // one call a minute is let through
  const infrazen::Response answer = client.send(std::move(request));
  if (const std::string_view status = answer.header("grpc-status"); status != "0")
    fail(account, status, answer.header("grpc-message"));
  return read_service_report(unframed(answer.body()));
}

}  // namespace iz::yandex
