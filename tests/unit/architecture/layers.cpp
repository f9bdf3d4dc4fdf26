// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "unit/architecture/layers.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace iz::test::architecture {
namespace {

namespace fs = std::filesystem;

const std::set<std::string, std::less<>> kStandard = {
    // C++20
    "algorithm", "any", "array", "atomic", "barrier", "bit", "bitset", "charconv", "chrono", "cassert", "cctype",
    "cerrno", "cfenv", "cfloat", "cinttypes", "climits", "clocale", "cmath", "codecvt", "compare", "complex",
    "concepts", "condition_variable", "coroutine", "csetjmp", "csignal", "cstdarg", "cstddef", "cstdint", "cstdio",
    "cstdlib", "cstring", "ctime", "cuchar", "cwchar", "cwctype", "deque", "exception", "execution", "filesystem",
    "format", "forward_list", "fstream", "functional", "future", "initializer_list", "iomanip", "ios", "iosfwd",
    "iostream", "istream", "iterator", "latch", "limits", "list", "locale", "map", "memory", "memory_resource", "mutex",
    "new", "numbers", "numeric", "optional", "ostream", "queue", "random", "ranges", "ratio", "regex",
    "scoped_allocator", "semaphore", "set", "shared_mutex", "source_location", "span", "sstream", "stack", "stdexcept",
    "stop_token", "streambuf", "string", "string_view", "syncstream", "system_error", "thread", "tuple", "type_traits",
    "typeindex", "typeinfo", "unordered_map", "unordered_set", "utility", "valarray", "variant", "vector", "version",
    // C99
    "assert.h", "complex.h", "ctype.h", "errno.h", "fenv.h", "float.h", "inttypes.h", "iso646.h", "limits.h",
    "locale.h", "math.h", "setjmp.h", "signal.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h",
    "stdlib.h", "string.h", "tgmath.h", "time.h", "wchar.h", "wctype.h"};

// Generated headers, which belong to nobody.
bool is_generated(std::string_view name) {
  return name == "infrazen_version.hpp" || name.starts_with("embedded/");
}

std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

std::vector<std::string> parts(const fs::path& path) {
  std::vector<std::string> result;
  for (const auto& part : path) result.push_back(part.string());
  return result;
}

// daemon/store/x.cpp → store; plugins/cbr/x.cpp → plugins/cbr; sdk/include/infrazen/x.h → sdk. "" is no layer.
std::string layer_of(const fs::path& file) {
  const auto all = parts(file);
  if (all.size() >= 3 && all[0] == "daemon") return all[1];
  if (all.size() >= 3 && all[0] == "plugins") return "plugins/" + all[1];
  if (!all.empty() && all[0] == "sdk") return "sdk";
  return {};
}

bool is_source(const fs::path& file) {
  static const std::set<std::string> extensions = {".c", ".h", ".cpp", ".hpp", ".ipp", ".inc", ".in"};
  return extensions.contains(file.extension().string());
}

// The words in layer lists that speak of this layer; a folder inside it can be named too (sdk/check).
bool names(const std::set<std::string>& list, const std::string& layer, const fs::path& file) {
  if (list.contains(layer)) return true;
  const bool plugin = layer.starts_with("plugins/");
  if (plugin && list.contains("plugins/*")) return true;
  if (!plugin && layer != "sdk" && list.contains("*")) return true;
  const auto all = parts(file);
  return all.size() >= 3 && list.contains(all[0] + "/" + all[1]);
}

}  // namespace

Layers Layers::parse(std::string_view text) {
  Layers result;
  std::istringstream in{std::string(text)};
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    line.resize(std::min(line.find('#'), line.size()));
    auto all = words(line);
    if (all.empty()) continue;
    const auto colon = std::find(all.begin(), all.end(), ":");
    if (colon == all.end() || colon - all.begin() < 2) {
      throw std::runtime_error("layers.txt:" + std::to_string(number) + ": want `layer|lib|system <names> : <layers>`");
    }
    const std::set<std::string> right(std::next(colon), all.end());
    if (all[0] == "layer") {
      result.layers_[all[1]] = right;
    } else if (all[0] == "lib" || all[0] == "system") {
      result.headers_.push_back({{std::next(all.begin()), colon}, right});
    } else {
      throw std::runtime_error("layers.txt:" + std::to_string(number) + ": unknown word " + all[0]);
    }
  }
  return result;
}

const std::set<std::string>* Layers::allowed_for(const std::string& layer) const {
  auto found = layers_.find(layer);
  if (found == layers_.end() && layer.starts_with("plugins/")) found = layers_.find("plugins/*");
  return found == layers_.end() ? nullptr : &found->second;
}

std::string Layers::check_layer(const std::string& from, const std::string& to) const {
  if (from == to) return {};
  const auto* allowed = allowed_for(from);
  if (allowed == nullptr) return from + " is not in the table of layers";
  if (allowed->contains(to)) return {};
  return from + " may not include " + to;
}

std::string Layers::check(const fs::path& file, std::string_view name, bool angled) const {
  const auto from = layer_of(file);
  if (from.empty()) return "belongs to no layer: sources live in daemon/<module>/, plugins/<name>/ and sdk/";
  if (kStandard.contains(name) || is_generated(name)) return {};
  const fs::path path(name);
  if (name.starts_with("infrazen/")) return check_layer(from, "sdk");
  if (path.is_absolute()) return "an absolute path is not portable";

  const auto first = path.begin()->string();
  if (!angled && first != "." && first != "..") {
    // Include roots: daemon/ for the daemon, plugins/ for connectors. Else next to the file.
    if (from.starts_with("plugins/") && path.has_parent_path()) return check_layer(from, "plugins/" + first);
    const bool in_daemon = layers_.contains(first) && path.has_parent_path() && first != "sdk";
    if (in_daemon) return check_layer(from, first);
  }
  if (!angled) {
    const bool third_party = std::any_of(headers_.begin(), headers_.end(), [&](const Headers& headers) {
      return std::any_of(headers.prefixes.begin(), headers.prefixes.end(),
                         [&](const auto& prefix) { return name.starts_with(prefix); });
    });
    if (!third_party) {
      const auto target = layer_of((file.parent_path() / path).lexically_normal());
      return target.empty() ? "leaves the layers" : check_layer(from, target);
    }
  }

  // The table's longest match decides, so that boost/beast can be stricter than boost/.
  std::size_t best = 0;
  bool allowed = false;
  for (const auto& headers : headers_) {
    for (const auto& prefix : headers.prefixes) {
      const bool folder = prefix.find('/') != std::string::npos;
      if (!(folder ? name.starts_with(prefix) : name == prefix) || prefix.size() < best) continue;
      const bool here = names(headers.allowed, from, file);
      allowed = prefix.size() > best ? here : (allowed || here);
      best = prefix.size();
    }
  }
  if (best == 0) return "<" + std::string(name) + "> is in no line of layers.txt";
  return allowed ? std::string() : from + " may not include <" + std::string(name) + ">";
}

std::vector<Include> includes_of(std::string_view source) {
  std::vector<Include> result;
  std::istringstream in{std::string(source)};
  std::string line;
  bool in_comment = false;
  for (int number = 1; std::getline(in, line); ++number) {
    // Good enough for directives: a comment that opens on a line of its own and closes on another.
    std::size_t at = 0;
    if (in_comment) {
      at = line.find("*/");
      if (at == std::string::npos) continue;
      in_comment = false;
      at += 2;
    }
    at = line.find_first_not_of(" \t", at);
    if (at == std::string::npos) continue;
    if (line.compare(at, 2, "/*") == 0 && line.find("*/", at) == std::string::npos) in_comment = true;
    if (line[at] != '#') continue;
    at = line.find_first_not_of(" \t", at + 1);
    if (at == std::string::npos || line.compare(at, 7, "include") != 0) continue;
    at = line.find_first_of("<\"", at);
    if (at == std::string::npos) continue;
    const bool angled = line[at] == '<';
    const auto end = line.find(angled ? '>' : '"', at + 1);
    if (end == std::string::npos) continue;
    result.push_back({number, line.substr(at + 1, end - at - 1), angled});
  }
  return result;
}

std::vector<std::string> violations(const fs::path& root, const Layers& layers) {
  std::vector<std::string> result;
  for (const char* top : {"daemon", "plugins", "sdk"}) {
    if (!fs::exists(root / top)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
      if (!entry.is_regular_file() || !is_source(entry.path())) continue;
      const auto file = entry.path().lexically_relative(root);
      if (file.string().find("/testdata/") != std::string::npos) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string source{std::istreambuf_iterator<char>(in), {}};
      for (const auto& include : includes_of(source)) {
        const auto why = layers.check(file, include.name, include.angled);
        if (!why.empty()) {
          result.push_back(file.string() + ":" + std::to_string(include.line) + ": " + why + " (#include " +
                           include.name + ")");
        }
      }
    }
  }
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace iz::test::architecture
