// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// infrazen-messages <messages.yaml> <folder>: writes what is generated from the message catalogue:
//   messages.hpp, infrazen.catalog, infrazen.ru.catalog, messages.md
// Runs at build time, so it uses nothing but yaml-cpp and the standard library.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <yaml-cpp/yaml.h>

namespace {

struct Text {
  std::string en;
  std::string ru;
};

struct Entry {
  std::string name;
  std::string id;
  std::string severity;
  Text message;
  Text explanation;
  Text action;
};

std::string string_of(const YAML::Node& node, const char* key, const std::string& where) {
  if (!node[key] || !node[key].IsScalar() || node[key].Scalar().empty()) {
    throw std::runtime_error(where + ": no " + key);
  }
  return node[key].Scalar();
}

Text text_of(const YAML::Node& node, const std::string& where) {
  if (!node || !node.IsMap()) throw std::runtime_error(where + ": needs en and ru");
  return {string_of(node, "en", where), string_of(node, "ru", where)};
}

std::set<std::string> placeholders(const std::string& text) {
  static const std::regex pattern("\\{([^}]*)\\}");
  std::set<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) found.insert((*it)[1]);
  return found;
}

void check(const Entry& entry, const std::string& where, std::set<std::string>& names, std::set<std::string>& ids) {
  static const std::regex name_form("[a-z][a-z0-9_]*");
  static const std::regex id_form("[0-9a-f]{32}");
  static const std::set<std::string> severities = {"critical", "error", "warning", "notice", "info", "debug"};
  if (!std::regex_match(entry.name, name_form)) throw std::runtime_error(where + ": the name is not in snake_case");
  if (!std::regex_match(entry.id, id_form)) throw std::runtime_error(where + ": the id is not 32 hex digits");
  if (!severities.contains(entry.severity)) throw std::runtime_error(where + ": unknown severity " + entry.severity);
  if (!names.insert(entry.name).second) throw std::runtime_error(where + ": the name is used twice");
  if (!ids.insert(entry.id).second) throw std::runtime_error(where + ": the id is used twice");
  const auto fields = placeholders(entry.message.en);
  if (fields != placeholders(entry.message.ru)) {
    throw std::runtime_error(where + ": en and ru have different placeholders");
  }
  for (const auto& field : fields) {
    if (!std::regex_match(field, name_form)) throw std::runtime_error(where + ": bad placeholder {" + field + "}");
  }
}

std::vector<Entry> read_catalogue(const std::string& file) {
  std::vector<Entry> entries;
  std::set<std::string> names;
  std::set<std::string> ids;
  for (const auto& node : YAML::LoadFile(file)) {
    const std::string where = file + ":" + std::to_string(node.Mark().line + 1);
    Entry entry;
    entry.name = string_of(node, "name", where);
    entry.id = string_of(node, "id", where);
    entry.severity = string_of(node, "severity", where);
    entry.message = text_of(node, where);
    entry.explanation = text_of(node["explanation"], where + ": explanation");
    entry.action = text_of(node["action"], where + ": action");
    check(entry, where, names, ids);
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) throw std::runtime_error(file + ": no messages");
  return entries;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string header(const std::vector<Entry>& entries) {
  std::ostringstream out;
  out << "// Generated from daemon/journal/messages.yaml. Do not edit.\n"
         "#pragma once\n\n#include <array>\n\n#include \"journal/message.hpp\"\n\n"
         "namespace iz::journal::messages {\n\n";
  for (const auto& entry : entries) {
    out << "inline constexpr Message " << entry.name << "{" << quoted(entry.name) << ", " << quoted(entry.id)
        << ", Severity::" << entry.severity << ",\n    " << quoted(entry.message.en) << ",\n    "
        << quoted(entry.message.ru) << "};\n";
  }
  out << "\ninline constexpr std::array<const Message*, " << entries.size() << "> all{\n";
  for (const auto& entry : entries) out << "    &" << entry.name << ",\n";
  out << "};\n\n}  // namespace iz::journal::messages\n";
  return out.str();
}

// {name} → @INFRAZEN_NAME@, which journalctl replaces by the entry's field.
std::string with_journal_fields(const std::string& text) {
  std::string out;
  bool inside = false;
  for (const char c : text) {
    if (c == '{') {
      inside = true;
      out += "@INFRAZEN_";
    } else if (c == '}') {
      inside = false;
      out += '@';
    } else {
      out += inside && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
  }
  return out;
}

std::string catalogue(const std::vector<Entry>& entries, std::string Text::*language) {
  std::ostringstream out;
  out << "# Generated from daemon/journal/messages.yaml. SPDX-License-Identifier: Apache-2.0\n";
  for (const auto& entry : entries) {
    out << "\n-- " << entry.id << "\nSubject: " << with_journal_fields(entry.message.*language)
        << "\nDefined-By: InfraZen\nDocumentation: man:infrazend(8)\n\n"
        << entry.explanation.*language << "\n\n"
        << entry.action.*language << "\n";
  }
  return out.str();
}

std::string in_cell(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string runbook(const std::vector<Entry>& entries) {
  std::ostringstream out;
  out << "# Messages\n\nGenerated from `daemon/journal/messages.yaml` by `ninja docs_messages`. Find one message in "
         "the "
         "journal:\n`journalctl MESSAGE_ID=<id>`; explain it there: `journalctl -x`. Words in braces are fields of the "
         "entry: `{connection}` is\n`INFRAZEN_CONNECTION`.\n\n"
         "| message | severity | text | what it means | what to do | MESSAGE_ID |\n|---|---|---|---|---|---|\n";
  for (const auto& entry : entries) {
    out << "| `" << entry.name << "` | " << entry.severity << " | " << in_cell(entry.message.en) << " | "
        << in_cell(entry.explanation.en) << " | " << in_cell(entry.action.en) << " | `" << entry.id << "` |\n";
  }
  return out.str();
}

// An unchanged file keeps its time, so that adding an explanation does not rebuild the daemon.
void write(const std::filesystem::path& file, const std::string& content) {
  std::ifstream old(file, std::ios::binary);
  if (old && std::string(std::istreambuf_iterator<char>(old), {}) == content) return;
  std::ofstream out(file, std::ios::binary);
  out.exceptions(std::ios::failbit | std::ios::badbit);
  out << content;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: infrazen-messages MESSAGES.YAML FOLDER\n";
    return 64;
  }
  try {
    const auto entries = read_catalogue(argv[1]);
    const std::filesystem::path folder = argv[2];
    std::filesystem::create_directories(folder);
    write(folder / "messages.hpp", header(entries));
    write(folder / "infrazen.catalog", catalogue(entries, &Text::en));
    write(folder / "infrazen.ru.catalog", catalogue(entries, &Text::ru));
    write(folder / "messages.md", runbook(entries));
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 65;
  }
}
