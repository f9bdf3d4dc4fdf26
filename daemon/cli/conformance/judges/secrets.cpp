// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <algorithm>
#include <array>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cli/conformance/judges/judges.hpp"

namespace iz::cli::conformance {
namespace {

constexpr std::array<std::string_view, 10> kSuspects{"password",      "passwd",    "secret",     "token",
                                                     "private_key",   "api_key",   "access_key", "secret_key",
                                                     "root_password", "auth_token"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// The key in this JSON that is called like a password and filled.
std::optional<std::string> suspect_in(const boost::json::value& value) {
  if (const auto* items = value.if_array()) {
    for (const auto& item : *items) {
      if (auto found = suspect_in(item)) return found;
    }
  }
  const auto* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  for (const auto& member : *object) {
    const auto* text = member.value().if_string();
    const bool filled = text != nullptr && !text->empty() && text->find_first_not_of('*') != boost::json::string::npos;
    if (filled && std::ranges::find(kSuspects, lower(member.key())) != kSuspects.end())
      return std::string(member.key());
    if (auto found = suspect_in(member.value())) return found;
  }
  return std::nullopt;
}

void judge_row(const Stage& stage, const Play& play, const RecordedRow& row, Findings& findings) {
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (!row.cells[i]) continue;
    const auto& name = (*row.columns)[i].name;
    if (const auto secret = stage.secret_in(*row.cells[i])) {
      findings.broken("secret.in-record", play.title, fmt::format("secret '{}' stands in {}", *secret, name));
    }
    if (!row.cells[i]->starts_with('{')) continue;
    boost::system::error_code error;
    const auto json = boost::json::parse(*row.cells[i], error);
    const auto suspect = error ? std::nullopt : suspect_in(json);
    if (!suspect) continue;
    const auto& hidden = stage.manifest().sensitive_fields;
    if (std::ranges::find(hidden, name + "." + *suspect) == hidden.end()) {
      findings.broken("secret.suspect", play.title, fmt::format("{} holds a key '{}' with a value", name, *suspect));
    }
  }
}

}  // namespace

void judge_secrets(const Stage& stage, const Play& play, const RunRecord& run, Findings& findings) {
  const auto look = [&](std::string_view rule, std::string_view where, std::string_view text) {
    if (const auto secret = stage.secret_in(text)) {
      findings.broken(rule, play.title, fmt::format("secret '{}' stands in {}", *secret, where));
    }
  };
  for (const auto& life : run.lives) {
    for (const auto& row : life.rows) judge_row(stage, play, row, findings);
    for (const auto& scope : life.scopes) look("secret.in-record", "the name of a scope", scope.name);
    for (const auto& cursor : life.cursors) look("secret.in-cursor", "a cursor", cursor);
  }
  for (const auto& blob : run.checkpoints) look("secret.in-cursor", "a checkpoint", blob);
  for (const auto& line : run.logs) look("secret.in-log", "a line", line);
  for (const auto& finding : run.findings) look("secret.in-record", "a finding", finding);
  for (const auto& verdict : run.verdicts) look("secret.in-error", "a verdict", verdict.subject + verdict.detail);
  look("secret.in-error", "the run's error", run.outcome.message);
}

}  // namespace iz::cli::conformance
