// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "serve/hooks/hook_body.hpp"
#include "serve/hooks/signature.hpp"

// What is posted to /hooks/<connection>: up to the first line feed what stands in a header, or in webhook.id_field;
// then the body. What is taken for targets is within its bounds and means the same when it is written and read again;
// nobody gets in by a signature or token that was not made with the secret.
namespace {

namespace json = boost::json;
using namespace iz::serve;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string written(const TargetsBody& body) {
  json::array targets;
  for (const HookTarget& target : body.targets)
    targets.push_back(json::object{{"type", target.type}, {"id", target.id}});
  return json::serialize(json::object{{"stream", body.stream}, {"targets", std::move(targets)}});
}

void check_targets(std::string_view text) {
  TargetsBody body;
  try {
    body = parse_targets(text);
  } catch (const BadBody& bad) {
    return require(!std::string_view(bad.what()).empty());
  }
  require(!body.targets.empty() && body.targets.size() <= kMostTargets);
  for (const HookTarget& target : body.targets) {
    require(!target.id.empty() && target.id.size() <= 1024 && target.type.size() <= 1024);
    require(target.id.find('\0') == std::string::npos && target.type.find('\0') == std::string::npos);
  }
  const std::string again_text = written(body);
  const TargetsBody again = parse_targets(again_text);
  require(again.stream == body.stream && again.targets.size() == body.targets.size());
  for (std::size_t i = 0; i < body.targets.size(); ++i)
    require(again.targets[i].type == body.targets[i].type && again.targets[i].id == body.targets[i].id);
  require(field_of(again_text, "stream") == body.stream);
}

void check_signature(std::string_view header, std::string_view body) {
  constexpr std::string_view kSecrets[] = {"a secret that no input knows", "another"};
  constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'790'000'000)};
  for (const std::optional<std::string_view> timestamp :
       {std::optional<std::string_view>("1790000000"), std::optional(header), std::optional<std::string_view>()}) {
    const SignedRequest posted{header, "v1=", timestamp, body};
    const Verified verdict = verify_hmac(posted, kSecrets, kNow, std::chrono::seconds(300));
    require(verdict != Verified::accepted && !why(verdict).empty());
  }
  require(verify_bearer(header, kSecrets) != Verified::accepted);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const std::string_view line = input.substr(0, input.find('\n'));
  const std::string_view body = input.substr(std::min(line.size() + 1, input.size()));
  check_targets(body);
  check_signature(line, body);
  (void)field_of(body, line);
  require(sha256_hex(body).size() == 64);
  return 0;
}
