// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/api/hosting_api.hpp"

#include "beget/api/faults.hpp"
#include "beget/api/secrets.hpp"
#include "support/url.hpp"

namespace iz::beget {
namespace {

using infrazen::Error;

constexpr std::int64_t kUnlimited = 2147483647;

}  // namespace

Outcome HostingApi::call(const std::string& section, const std::string& method, const std::string& input) {
  const std::string what = "Beget hosting " + section + "/" + method;
  const infrazen::Micros now = host_.clock().now();
  if (last_ && now < *last_ + settings_.hosting_pause)
    host_.clock().sleep(std::chrono::ceil<std::chrono::milliseconds>(*last_ + settings_.hosting_pause - now));
  last_ = host_.clock().now();

  std::string form = "login=" + support::percent_encoded(settings_.login) + "&output_format=json";
  if (!input.empty()) form += "&input_format=json&input_data=" + support::percent_encoded(input);
  const infrazen::Response answer =
      host_.http().try_send({.url = settings_.base_url + "/api/" + section + "/" + method,
                             .method = "POST",
                             .body = form,
                             .auth = infrazen::Auth::form(std::string(kHostingSecret), "passwd")});
  if (!answer.ok()) {
    if (answer.error()->error_class() == infrazen::ErrorClass::cancelled) throw *answer.error();
    return Outcome(*answer.error());
  }
  try {
    support::JsonDocument document(answer.body(), what);
    if (auto fault = hosting_fault(document.root(), what)) return Outcome(std::move(*fault));
    return Outcome(std::move(document));
  } catch (const Error& error) {
    return Outcome(error);
  }
}

support::JsonValue HostingApi::rows(const Outcome& answer) {
  const support::JsonValue result = answer.require().path("answer.result");
  if (result.is_array()) return result;
  throw Error(infrazen::ErrorClass::transient, "the hosting's answer says success and has no list as its result");
}

support::JsonValue HostingApi::object(const Outcome& answer) {
  const support::JsonValue result = answer.require().path("answer.result");
  if (result.is_object()) return result;
  throw Error(infrazen::ErrorClass::transient, "the hosting's answer says success and has no object as its result");
}

std::optional<std::int64_t> limit_of(support::JsonValue value) {
  const auto number = value.integer();
  return number == kUnlimited ? std::nullopt : number;
}

bool flag_of(support::JsonValue value) {
  return value.boolean().value_or(value.text() == "1" || value.text() == "true");
}

}  // namespace iz::beget
