// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include "host/services/granted_files.hpp"
#include "host/services/small_services.hpp"
#include <infrazen/abi/services.h>

namespace iz::host {

// infrazen.files/1
class FilesService {
 public:
  FilesService(const GrantedFiles& files, DaemonLink& link, LogService& log);
  [[nodiscard]] const iz_files_1* table() const { return &table_; }

 private:
  std::int32_t list(iz_str setting, void* user, int32_t (*visit)(void* user, const iz_file_entry* entry),
                    iz_error* error);
  std::int32_t open(iz_str setting, iz_str path, std::int32_t* fd, iz_error* error);

  const GrantedFiles& files_;
  DaemonLink& link_;
  LogService& log_;
  iz_files_1 table_{};
};

}  // namespace iz::host
