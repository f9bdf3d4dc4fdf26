// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "unit/sdk_abi/surface.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <stdexcept>

#include "harness/process.hpp"
#include "harness/temp_dir.hpp"

namespace iz::test {
namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string collapse(const std::string& text) {
  std::string out = std::regex_replace(text, std::regex(R"(\s+)"), " ");
  out.erase(0, out.find_first_not_of(' '));
  out.erase(out.find_last_not_of(' ') + 1);
  return out;
}

std::string without_comments(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = text.find("/*", at);
    out.append(text, at, begin - at);
    if (begin == std::string::npos) break;
    at = text.find("*/", begin) + 2;
    out += ' ';
  }
  return out;
}

std::vector<Member> members(const std::string& body) {
  static const std::regex function(R"(\(\s*\*\s*(\w+)\s*\))");
  static const std::regex plain(R"((\w+)\s*(\[[^\]]*\])?$)");
  std::vector<Member> found;
  std::istringstream in(body);
  for (std::string part; std::getline(in, part, ';');) {
    part = collapse(part);
    std::smatch match;
    if (part.empty()) continue;
    if (!std::regex_search(part, match, function) && !std::regex_search(part, match, plain)) {
      throw std::runtime_error("not a member: " + part);
    }
    found.push_back({match[1], part});
  }
  return found;
}

std::map<std::string, std::string> lines_by_name(const std::string& layout) {
  std::map<std::string, std::string> lines;
  std::istringstream in(layout);
  for (std::string line; std::getline(in, line);) lines[line.substr(0, line.find(' '))] = line;
  return lines;
}

std::uint64_t number(const std::string& text) {
  return std::stoull(std::regex_replace(text, std::regex("[^0-9]"), ""));
}

}  // namespace

Surface read_surface(const std::filesystem::path& include) {
  static const std::regex structure(R"(typedef struct (\w+) \{([^}]*)\}\s*(\w+)\s*;)");
  static const std::regex define(R"(#\s*define\s+(IZ_\w+)(\([^)]*\))?[ \t]*([^\n]*))");
  std::vector<std::filesystem::path> headers;
  for (const auto& entry : std::filesystem::directory_iterator(include / "infrazen/abi"))
    headers.push_back(entry.path());
  std::sort(headers.begin(), headers.end());
  Surface surface;
  for (const auto& header : headers) {
    std::string text = without_comments(read(header));
    for (std::size_t at; (at = text.find("\\\n")) != std::string::npos;) text.replace(at, 2, " ");
    for (std::sregex_iterator match(text.begin(), text.end(), structure), end; match != end; ++match) {
      surface.structs.emplace_back((*match)[1], members((*match)[2]));
    }
    for (std::sregex_iterator match(text.begin(), text.end(), define), end; match != end; ++match) {
      surface.defines[(*match)[1]] = collapse((*match)[2].str() + ' ' + (*match)[3].str());
    }
  }
  return surface;
}

std::string layout(const Surface& surface, const std::filesystem::path& include) {
  const TempDir work;
  std::ostringstream program;
  program << "#include <stddef.h>\n#include <stdio.h>\n";
  for (const char* header : {"base", "http", "module", "note", "records", "services", "sink", "webhook"}) {
    program << "#include <infrazen/abi/" << header << ".h>\n";
  }
  program << "int main(void) {\n";
  for (const auto& [name, all] : surface.structs) {
    program << "printf(\"" << name << " %zu\\n\", sizeof(" << name << "));\n";
    for (const Member& member : all) {
      program << "printf(\"" << name << '.' << member.name << " %zu %zu %s\\n\", offsetof(" << name << ", "
              << member.name << "), sizeof(((" << name << " *)0)->" << member.name << "), \"" << member.declaration
              << "\");\n";
    }
  }
  program << "return 0; }\n";
  const auto source = work.write("layout.c", program.str());
  const auto binary = work / "layout";
  const auto built = run({"cc", "-std=c99", "-I", include, source, "-o", binary});
  if (!built.status.ok()) throw std::runtime_error(built.err);
  return run({binary}).out;
}

std::vector<std::string> broken_promises(const Surface& frozen, const std::string& frozen_layout, const Surface& today,
                                         const std::string& today_layout) {
  std::vector<std::string> broken;
  for (const auto& [name, value] : frozen.defines) {
    const auto found = today.defines.find(name);
    if (found == today.defines.end()) {
      broken.push_back(name + " is gone");
    } else if (name == "IZ_ABI_MINOR" ? number(found->second) < number(value) : found->second != value) {
      broken.push_back(name + " was " + value + " and is " + found->second);
    }
  }
  const auto now = lines_by_name(today_layout);
  for (const auto& [name, line] : lines_by_name(frozen_layout)) {
    const auto found = now.find(name);
    if (found == now.end()) {
      broken.push_back(name + " is gone");
    } else if (name.find('.') != std::string::npos && found->second != line) {
      broken.push_back("was '" + line + "' and is '" + found->second + "'");
    } else if (number(found->second.substr(name.size())) < number(line.substr(name.size()))) {
      broken.push_back(name + " has become smaller");
    }
  }
  // A new member in the middle keeps every old offset only if it sits in padding: order says so.
  for (const auto& [name, members] : frozen.structs) {
    const auto found =
        std::find_if(today.structs.begin(), today.structs.end(), [&](const auto& one) { return one.first == name; });
    if (found == today.structs.end()) continue;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i < found->second.size() && found->second[i].name == members[i].name) continue;
      broken.push_back(name + ": member " + std::to_string(i + 1) + " is no longer " + members[i].name);
      break;
    }
  }
  return broken;
}

}  // namespace iz::test
