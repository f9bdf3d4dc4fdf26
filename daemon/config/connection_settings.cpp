// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/connection_settings.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "config/yaml/nearest.hpp"
#include "config/yaml/reader.hpp"
#include "config/yaml/scalar.hpp"
#include "config/yaml/units.hpp"

namespace iz::config {
namespace {

constexpr std::array<std::pair<std::string_view, SettingType>, 9> kTypes{{{"string", SettingType::string},
                                                                          {"integer", SettingType::integer},
                                                                          {"number", SettingType::number},
                                                                          {"boolean", SettingType::boolean},
                                                                          {"duration", SettingType::duration},
                                                                          {"path", SettingType::path},
                                                                          {"list", SettingType::list},
                                                                          {"map", SettingType::map},
                                                                          {"enum", SettingType::enumeration}}};

// A bound as people wrote it: 5, not 5.000000.
std::string shown(double number) {
  std::string out = std::to_string(number);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

std::string range_of(const SettingSpec& spec) {
  if (spec.min && spec.max) return " from " + shown(*spec.min) + " to " + shown(*spec.max);
  if (spec.min) return " of at least " + shown(*spec.min);
  if (spec.max) return " of at most " + shown(*spec.max);
  return {};
}

bool in_range(const SettingSpec& spec, double number) {
  return (!spec.min || number >= *spec.min) && (!spec.max || number <= *spec.max);
}

// "https://user@cloud.example:5000/v3" → "cloud.example"; a bare host is itself.
std::string host_of(std::string_view text) {
  if (const auto scheme = text.find("://"); scheme != std::string_view::npos) text.remove_prefix(scheme + 3);
  text = text.substr(0, text.find_first_of("/?#"));
  if (const auto user = text.rfind('@'); user != std::string_view::npos) text.remove_prefix(user + 1);
  const auto port = text.starts_with('[') ? text.find(':', text.find(']')) : text.find(':');
  std::string host(text.substr(0, port));
  for (char& c : host) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return host;
}

// The typed check of one connection, in the words of its file.
class Checker {
 public:
  Checker(const Connection& connection, const ConnectorSpec& spec) : connection_(connection), spec_(spec) {}

  CheckedSettings run() {
    settings();
    secrets();
    streams();
    hosts();
    result_.problems = problems_.sorted();
    return std::move(result_);
  }

 private:
  void settings() {
    std::string json;
    const auto add = [&](const SettingSpec& spec, const std::string& text) {
      json += (json.empty() ? "" : ",") + json_quoted(spec.name) + ':' + text;
    };
    std::vector<std::string> known;
    for (const auto& spec : spec_.settings) {
      known.push_back(spec.name);
      const Value* value = connection_.settings.find(spec.name);
      if (value != nullptr && !value->is_null()) {
        add(spec, typed(spec, *value));
      } else if (spec.default_json) {
        add(spec, *spec.default_json);
      } else if (spec.required) {
        problems_.add(connection_.settings.at,
                      named("settings." + spec.name) + " is missing: connector '" + spec_.id + "' needs it");
      }
    }
    for (const auto& member : connection_.settings.members) {
      if (std::find(known.begin(), known.end(), member.key) != known.end()) continue;
      problems_.add(member.key_at,
                    "connector '" + spec_.id + "' has no setting '" + member.key + "'" + hint(member.key, known));
    }
    result_.json = '{' + json + '}';
  }

  std::string typed(const SettingSpec& spec, const Value& value) {
    const auto wrong = [&](const std::string& wanted) {
      const std::string found = value.is_scalar() ? '\'' + value.text + '\'' : std::string(value.kind_name());
      problems_.add(value.at, named("settings." + spec.name) + " must be " + wanted + ", not " + found);
      return std::string("null");
    };
    switch (spec.type) {
      case SettingType::string: return value.is_scalar() ? json_quoted(value.text) : wrong("text");
      case SettingType::integer: {
        const auto number = as_integer(value);
        if (!number || !in_range(spec, static_cast<double>(*number))) return wrong("a whole number" + range_of(spec));
        return std::to_string(*number);
      }
      case SettingType::number: {
        const auto number = as_number(value);
        if (!number || !in_range(spec, *number) || !is_json_number(value.text))
          return wrong("a number" + range_of(spec));
        return value.text;
      }
      case SettingType::boolean: {
        const auto boolean = as_boolean(value);
        return boolean ? std::string(*boolean ? "true" : "false") : wrong("true or false");
      }
      case SettingType::duration: {
        const auto duration = value.is_scalar() ? parse_duration(value.text) : std::nullopt;
        const double seconds = duration ? static_cast<double>(duration->count()) / 1000 : 0;
        if (!duration || !in_range(spec, seconds)) {
          const std::string range = range_of(spec);
          return wrong("a duration such as 90s or 1h30m" + (range.empty() ? "" : range + " seconds"));
        }
        return json_quoted(format_duration(*duration));
      }
      case SettingType::path: {
        if (!value.is_scalar() || !value.text.starts_with('/')) return wrong("an absolute path");
        const auto path = std::filesystem::path(value.text).lexically_normal();
        result_.files.push_back({spec.name, path});
        return json_quoted(path.string());
      }
      case SettingType::list: return value.is_list() ? to_json(value) : wrong("a list");
      case SettingType::map: return value.is_map() ? to_json(value) : wrong("a map of keys and values");
      case SettingType::enumeration: {
        const bool one_of =
            value.is_scalar() && std::find(spec.values.begin(), spec.values.end(), value.text) != spec.values.end();
        if (one_of) return json_quoted(value.text);
        std::string all;
        for (const auto& choice : spec.values) all += (all.empty() ? "" : ", ") + choice;
        return wrong("one of " + all);
      }
    }
    return "null";
  }

  void secrets() {
    std::vector<std::string> known;
    for (const auto& spec : spec_.secrets) {
      known.push_back(spec.name);
      const auto found = connection_.secrets.find(spec.name);
      if (found == connection_.secrets.end()) {
        if (spec.required) {
          problems_.add(connection_.at, named("secrets." + spec.name) + " is missing: connector '" + spec_.id +
                                            "' needs it; write the name of a credential there");
        }
      } else if (found->second.reveal && !spec.reveal) {
        problems_.add(found->second.at, named("secrets." + spec.name) +
                                            ".reveal is granted, but the connector never asks to see it: remove it");
      }
    }
    for (const auto& [name, use] : connection_.secrets) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      problems_.add(use.at, "connector '" + spec_.id + "' uses no secret '" + name + "'" + hint(name, known));
    }
  }

  void streams() {
    for (const auto& [name, stream] : connection_.streams) {
      std::vector<std::string> mentioned{name};
      if (stream.after) mentioned.insert(mentioned.end(), stream.after->begin(), stream.after->end());
      for (const auto& mention : mentioned) {
        if (std::find(spec_.streams.begin(), spec_.streams.end(), mention) != spec_.streams.end()) continue;
        problems_.add(stream.at,
                      "connector '" + spec_.id + "' has no stream '" + mention + "'" + hint(mention, spec_.streams));
      }
    }
  }

  void hosts() {
    const std::vector<std::string> asked_for = wanted_hosts();
    if (connection_.hosts.empty()) {
      result_.hosts = asked_for;
      return;
    }
    for (const auto& host : connection_.hosts) {
      if (std::any_of(asked_for.begin(), asked_for.end(), [&](const auto& pattern) { return covers(pattern, host); })) {
        result_.hosts.push_back(host);
      } else {
        problems_.add(connection_.at, named("hosts") + " approves '" + host + "', which connector '" + spec_.id +
                                          "' never asks for" + hint(host, asked_for));
      }
    }
  }

  // The manifest's, "{setting}" among them replaced by the hosts that the operator wrote there, addresses or bare
  // names. A setting left to its default adds nothing: the manifest names that host itself.
  std::vector<std::string> wanted_hosts() const {
    std::vector<std::string> wanted;
    for (const auto& pattern : spec_.hosts) {
      if (!pattern.starts_with('{')) {
        wanted.push_back(pattern);
        continue;
      }
      const Value* value = connection_.settings.find(pattern.substr(1, pattern.size() - 2));
      if (value == nullptr) continue;
      const auto add = [&](const Value& one) {
        const std::string host = one.is_scalar() ? host_of(one.text) : std::string();
        // A pattern here would be a way to all hosts that nobody meant to open.
        if (!host.empty() && host.find('*') == std::string::npos) wanted.push_back(host);
      };
      if (value->is_list()) {
        for (const Value& item : value->items) add(item);
      } else {
        add(*value);
      }
    }
    return wanted;
  }

  // Does the manifest's pattern allow everything that the operator's does? "*" stands for any host.
  static bool covers(const std::string& pattern, const std::string& host) {
    if (pattern == host || pattern == "*") return true;
    return pattern.starts_with("*.") && host.ends_with(pattern.substr(1)) && host.size() >= pattern.size();
  }

  std::string named(const std::string& key) const { return connection_.id + '.' + key; }

  const Connection& connection_;
  const ConnectorSpec& spec_;
  CheckedSettings result_;
  Problems problems_;
};

}  // namespace

std::optional<SettingType> setting_type(std::string_view name) {
  for (const auto& [word, type] : kTypes) {
    if (word == name) return type;
  }
  return std::nullopt;
}

CheckedSettings check(const Connection& connection, const ConnectorSpec& spec) {
  return Checker(connection, spec).run();
}

}  // namespace iz::config
