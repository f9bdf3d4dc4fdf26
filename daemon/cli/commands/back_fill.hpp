// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/context.hpp"

namespace iz::cli {

struct BackFillOptions {
  std::string connection;
  std::string stream;  // empty = all that can
  std::string since;   // days as they were written; the daemon judges them
  std::string until;
  bool wait = false;
  unsigned timeout = 600;  // seconds
};

// `connection sync --since`: asks for a window of days of the streams; with `wait` returns when they are done, with 1
// if one failed.
int ask_back_fill(const Context& context, const BackFillOptions& options);

// `connection back-fills`: what was asked for and what became of it. `connection` empty = all.
int list_back_fills(const Context& context, const std::string& connection, bool json);

// `connection withdraw`: takes those of these numbers back. One that cannot be does not keep the others from it.
int withdraw_back_fills(const Context& context, const std::vector<std::uint64_t>& numbers);

}  // namespace iz::cli
