// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/plugin/plugin_new.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

namespace iz::cli {
namespace {

constexpr std::string_view kTemplateId = "acme";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

std::string renamed(const std::string& text, const std::string& id) {
  std::string type = id;
  type[0] = static_cast<char>(type[0] - 'a' + 'A');
  return replaced(replaced(text, kTemplateId, id), "Acme", type);
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error(file.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

void new_plugin(const std::filesystem::path& sdk_template, const std::filesystem::path& folder, const std::string& id) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(sdk_template)) {
    throw std::runtime_error(sdk_template.string() + " is not there: install the SDK or give --template");
  }
  if (fs::exists(folder)) throw std::runtime_error(folder.string() + " exists already: take another folder");
  for (const auto& entry : fs::recursive_directory_iterator(sdk_template)) {
    const auto to = folder / renamed(fs::relative(entry.path(), sdk_template).string(), id);
    if (!entry.is_regular_file()) continue;
    fs::create_directories(to.parent_path());
    std::ofstream out(to, std::ios::binary);
    out << renamed(content_of(entry.path()), id);
    if (!out.flush()) throw std::runtime_error(to.string() + " cannot be written");
  }
}

}  // namespace iz::cli
