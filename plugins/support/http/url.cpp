// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/url.hpp"

namespace iz::support {

std::string percent_encoded(std::string_view text, std::string_view keep) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~' || keep.find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) {
      out += c;
    } else {
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

std::string with_parameter(std::string_view url, std::string_view name, std::string_view value) {
  std::string out(without_query(url));
  std::string_view query = url.substr(out.size());
  char between = '?';
  while (!query.empty()) {
    query.remove_prefix(1);
    const std::string_view one = query.substr(0, query.find('&'));
    query.remove_prefix(one.size());
    if (one.empty() || one.substr(0, one.find('=')) == name) continue;
    out += between;
    out += one;
    between = '&';
  }
  out += between;
  out += name;
  out += '=';
  return out + percent_encoded(value);
}

std::string_view without_query(std::string_view url) {
  return url.substr(0, url.find('?'));
}

}  // namespace iz::support
