// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/session/conninfo.hpp"

#include <cstring>
#include <map>
#include <memory>

#include <libpq-fe.h>

#include <infrazen/abi/base.h>

#include "records/run_sink.hpp"
#include "store/session/error_text.hpp"

namespace iz::store {

std::string with_session_options(const std::string& conninfo, const std::string& search_path) {
  char* error = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(conninfo.c_str(), &error),
                                                                             &PQconninfoFree);
  if (!options) {
    const std::string reason = error != nullptr ? one_line(error) : "out of memory";
    PQfreemem(error);
    throw records::RunError(IZ_ERR_CONFIG, "the database's connection string cannot be read: " + reason);
  }
  std::map<std::string, std::string> values{
      {"application_name", "infrazen"}, {"keepalives_idle", "30"}, {"keepalives_interval", "10"}, {"keepalives_count", "3"}};
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) values[option->keyword] = option->val;
  }
  values["client_encoding"] = "UTF8";
  auto& session = values["options"];
  if (!session.empty()) session += ' ';
  // Our statements are short: compiling one to machine code takes longer than running it.
  session += "-csearch_path=" + search_path + " -cjit=off -ctimezone=UTC -cdatestyle=ISO -cclient_min_messages=warning";

  std::string out;
  for (const auto& [keyword, value] : values) {
    if (!out.empty()) out += ' ';
    out += keyword + "='";
    for (const char c : value) {
      if (c == '\'' || c == '\\') out += '\\';
      out += c;
    }
    out += '\'';
  }
  return out;
}

}  // namespace iz::store
