// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "http_client.hpp"

#include <string.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "host/error.hpp"

namespace iz::test {

using namespace std::chrono_literals;

std::string Answer::header(std::string_view name) const {
  for (const auto& [field, value] : headers) {
    if (field == name) return value;
  }
  return {};
}

wire::HttpOptions HttpClient::loopback() {
  wire::HttpOptions options;
  options.allowed_hosts = {"127.0.0.1", "localhost"};
  options.allow_plain_loopback = true;
  return options;
}

wire::HttpOptions HttpClient::trusting(const std::filesystem::path& ca_file) {
  wire::HttpOptions options;
  options.allowed_hosts = {"127.0.0.1", "localhost"};
  options.ca_file = ca_file;
  return options;
}

host::RetryPolicy HttpClient::quick() {
  host::RetryPolicy policy;
  policy.base = 2ms;
  policy.cap = 20ms;
  return policy;
}

HttpClient::HttpClient(Setup setup)
    : options_(std::move(setup.options)),
      secrets_(std::move(setup.secrets)),
      cancel_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  service_ = std::make_unique<host::HttpService>(
      host::HttpService::Seams{options_, secrets_, cancel_fd_, [this] { return cancelled_.load(); },
                               [this] { ++activity_; }, setup.retry, nullptr});
}

HttpClient::~HttpClient() {
  service_.reset();
  ::close(cancel_fd_);
}

void HttpClient::cancel() {
  cancelled_ = true;
  ::eventfd_write(cancel_fd_, 1);
}

std::int32_t HttpClient::try_start(const Ask& ask, std::uint64_t& handle, iz_error& error) {
  const auto text = [](const std::string& value) { return value.empty() ? iz_str{} : host::to_str(value); };
  std::vector<iz_http_header> headers;
  for (const auto& [name, value] : ask.headers) headers.push_back({host::to_str(name), host::to_str(value)});
  iz_http_request raw{};
  raw.struct_size = sizeof raw;
  raw.flags = ask.flags;
  raw.method = text(ask.method);
  raw.url = text(ask.url);
  raw.headers = headers.data();
  raw.header_count = static_cast<std::uint32_t>(headers.size());
  raw.header_stride = sizeof(iz_http_header);
  raw.body = text(ask.body);
  raw.auth = ask.auth;
  raw.auth_ref = text(ask.auth_ref);
  raw.auth_name = text(ask.auth_name);
  raw.deadline_ms = ask.deadline.count();
  raw.body_max = ask.body_max;
  raw.user = ask.user;
  raw.keep_token = text(ask.keep_token);
  raw.keep_token_as = text(ask.keep_token_as);
  error = {};
  error.struct_size = sizeof error;
  return table().start(table().context, &raw, &handle, &error);
}

std::uint64_t HttpClient::start(const Ask& ask) {
  std::uint64_t handle = 0;
  iz_error error{};
  EXPECT_EQ(try_start(ask, handle, error), IZ_OK) << static_cast<const char*>(error.message);
  EXPECT_NE(handle, 0U);
  return handle;
}

Answer HttpClient::next() {
  iz_error error{};
  error.struct_size = sizeof error;
  std::uint64_t handle = 0;
  const std::int32_t code = table().wait_any(table().context, &handle, &error);
  Answer answer;
  if (handle != 0) answer = read(handle);
  answer.code = code;
  if (code == IZ_OK) return answer;
  EXPECT_EQ(error.error_class, static_cast<std::uint32_t>(code));
  answer.message = error.message;
  answer.retry_after_ms = error.retry_after_ms;
  answer.error_status = error.http_status;
  return answer;
}

Answer HttpClient::read(std::uint64_t handle) {
  iz_http_response response{};
  response.struct_size = sizeof response;
  iz_error error{};
  error.struct_size = sizeof error;
  Answer answer;
  answer.handle = handle;
  answer.code = table().read(table().context, handle, &response, &error);
  if (answer.code != IZ_OK) {
    answer.message = error.message;
    return answer;
  }
  answer.status = response.status;
  answer.attempts = response.attempts;
  answer.complete = response.complete == 1;
  answer.body = host::view(response.body);
  answer.user = response.user;
  const auto* at = reinterpret_cast<const char*>(response.headers);
  for (std::uint32_t i = 0; i < response.header_count; ++i, at += response.header_stride) {
    const auto& header = *reinterpret_cast<const iz_http_header*>(at);
    answer.headers.emplace_back(host::view(header.name), host::view(header.value));
  }
  return answer;
}

Answer HttpClient::send(const Ask& ask) {
  const auto handle = start(ask);
  Answer answer = next();
  EXPECT_EQ(answer.handle, handle);
  release(answer.handle);
  return answer;
}

}  // namespace iz::test
