// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "beget/api/faults.hpp"

#include <algorithm>
#include <array>

namespace iz::beget {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;
using support::JsonValue;

constexpr std::size_t kQuoted = 300;

struct Meaning {
  std::string_view code;
  ErrorClass error_class;
  std::string_view advice;
};

constexpr std::string_view kAskForRights = "give the user or the API password this right in Beget's panel";
constexpr std::string_view kCheckPassword = "check the login and the password of this API";

constexpr std::array kCloudCodes{
    Meaning{"INCORRECT_CREDENTIALS", ErrorClass::auth, kCheckPassword},
    Meaning{"UNAUTHENTICATED", ErrorClass::auth, kCheckPassword},
    Meaning{"ACCESS_DENIED", ErrorClass::auth, kAskForRights},
    Meaning{"PERMISSION_DENIED", ErrorClass::auth, kAskForRights},
    Meaning{"INTERNAL_ERROR", ErrorClass::transient, ""},
    Meaning{"TEMPORARILY_UNAVAILABLE", ErrorClass::transient, ""},
    Meaning{"UNAVAILABLE", ErrorClass::transient, ""},
    Meaning{"INVALID_STATE", ErrorClass::transient, ""},
    Meaning{"RESOURCE_EXHAUSTED", ErrorClass::rate_limited, ""},
    Meaning{"TOO_MANY_REQUESTS", ErrorClass::rate_limited, ""},
    Meaning{"SERVICE_DISABLED", ErrorClass::permanent, "the service is switched off in Beget's panel"},
    Meaning{"INSUFFICIENT_FUNDS", ErrorClass::permanent, "top up the account"},
    Meaning{"NOT_ENOUGH_SPACE", ErrorClass::permanent, ""},
};

// gRPC status codes.
constexpr std::array kGatewayCodes{
    Meaning{"16", ErrorClass::auth, kCheckPassword}, Meaning{"7", ErrorClass::auth, kAskForRights},
    Meaning{"8", ErrorClass::rate_limited, ""},      Meaning{"14", ErrorClass::transient, ""},
    Meaning{"4", ErrorClass::transient, ""},         Meaning{"13", ErrorClass::transient, ""},
    Meaning{"10", ErrorClass::transient, ""},        Meaning{"2", ErrorClass::transient, ""},
};

constexpr std::array kHostingCodes{
    Meaning{"AUTH_ERROR", ErrorClass::auth, kCheckPassword},
    Meaning{"3", ErrorClass::auth, kCheckPassword},
    Meaning{"ACCESS_DENIED", ErrorClass::auth, kAskForRights},
    Meaning{"6", ErrorClass::auth, kAskForRights},
    Meaning{"7", ErrorClass::auth, kAskForRights},
    Meaning{"LIMIT_ERROR", ErrorClass::rate_limited, ""},
    Meaning{"METHOD_FAILED", ErrorClass::transient, ""},
    Meaning{"NO_SUCH_METHOD", ErrorClass::permanent, "the API has changed: update the connector"},
    Meaning{"INCORRECT_REQUEST", ErrorClass::permanent, ""},
    Meaning{"INVALID_DATA", ErrorClass::permanent, ""},
    Meaning{"2", ErrorClass::permanent, ""},
};

template <std::size_t Size>
Error fault(const std::array<Meaning, Size>& known, std::string_view code, std::string_view text,
            const std::string& what) {
  const auto meaning = std::ranges::find(known, code, &Meaning::code);
  ErrorClass error_class = meaning == known.end() ? ErrorClass::permanent : meaning->error_class;
  // The limit on calls has no code of its own that is documented, only words.
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 32) : c; });
  for (const char* words :
       {"too many requests", "limit of requests", "request limit", "rate limit", "requests limit"}) {
    if (lower.find(words) != std::string::npos) error_class = ErrorClass::rate_limited;
  }
  std::string message = what + ": " + (code.empty() ? "" : std::string(code));
  if (!text.empty())
    message += (code.empty() ? "" : " ") + std::string("(") + std::string(text.substr(0, kQuoted)) + ")";
  if (meaning != known.end() && !meaning->advice.empty()) message += ": " + std::string(meaning->advice);
  return Error(error_class, message);
}

bool is_plain_code(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

}  // namespace

std::optional<Error> cloud_fault(JsonValue root, const std::string& what) {
  const JsonValue error = root["error"];
  if (error.is_string() && !error.text().empty()) return fault(kCloudCodes, error.text(), {}, what);
  if (const std::string_view code = error["code"].text(); !code.empty())
    return fault(kCloudCodes, code, error["message"].text(), what);
  if (const std::string_view message = error["message"].text(); !message.empty())
    return fault(kCloudCodes, {}, message, what);
  const JsonValue code = root["code"];
  if (code.is_number() && code.text() != "0" && root["message"].is_string())
    return fault(kGatewayCodes, code.text(), root["message"].text(), what);
  return std::nullopt;
}

Error sign_in_fault(std::string_view said, const std::string& what) {
  if (!is_plain_code(said)) {
    return Error(ErrorClass::auth, what +
                                       ": the answer holds no token: is a second factor wanted? Use a user of its own "
                                       "without one, and check secret 'cloud_password'");
  }
  const Error known = fault(kCloudCodes, said, {}, what);
  const bool passing = known.error_class() == ErrorClass::transient || known.error_class() == ErrorClass::rate_limited;
  return passing
             ? known
             : Error(ErrorClass::auth, what + ": " + std::string(said) +
                                           ": check 'cloud_login' and secret 'cloud_password'; a user with a second "
                                           "factor cannot sign in here");
}

std::optional<Error> hosting_fault(JsonValue root, const std::string& what) {
  const auto code_and_text = [&](JsonValue error) {
    return fault(kHostingCodes, error["error_code"].text(), error["error_text"].text(), what);
  };
  const std::string_view status = root["status"].text();
  if (status == "error") return code_and_text(root);
  const JsonValue answer = root["answer"];
  if (status != "success" || !answer.is_object())
    return Error(ErrorClass::transient, what + ": the answer has no status and answer, so it is not one of this API");
  if (answer["status"].text() == "success") return std::nullopt;
  for (const JsonValue error : answer["errors"]) return code_and_text(error);
  return Error(ErrorClass::transient, what + ": the method failed and does not say why");
}

}  // namespace iz::beget
