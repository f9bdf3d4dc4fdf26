// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/services/files_service.hpp"

#include <fmt/format.h>

#include "host/error.hpp"
#include "records/run_sink.hpp"

namespace iz::host {
namespace {

template <class Step>
std::int32_t guarded(iz_error* error, Step&& step) {
  try {
    return step();
  } catch (const records::RunError& fault) {
    return fail(error, fault.error_class(), fault.what());
  } catch (const std::exception& fault) {
    return fail(error, IZ_ERR_INTERNAL, fault.what());
  }
}

}  // namespace

FilesService::FilesService(const GrantedFiles& files, DaemonLink& link, LogService& log)
    : files_(files), link_(link), log_(log) {
  table_.struct_size = sizeof table_;
  table_.context = this;
  table_.list = [](void* context, iz_str setting, void* user, int32_t (*visit)(void*, const iz_file_entry*),
                   iz_error* error) { return static_cast<FilesService*>(context)->list(setting, user, visit, error); };
  table_.open = [](void* context, iz_str setting, iz_str path, std::int32_t* fd, iz_error* error) {
    return static_cast<FilesService*>(context)->open(setting, path, fd, error);
  };
}

std::int32_t FilesService::list(iz_str setting, void* user, int32_t (*visit)(void*, const iz_file_entry*),
                                iz_error* error) {
  link_.note_activity();
  std::vector<ListedFile> files;
  const std::int32_t result = guarded(error, [&]() -> std::int32_t {
    std::vector<std::string> left_out;
    files = files_.list(view(setting), left_out);
    for (const auto& name : left_out) {
      log_.write(IZ_LOG_WARNING, fmt::format("file left out, its name is not UTF-8: {}", name));
    }
    return IZ_OK;
  });
  if (result != IZ_OK || visit == nullptr) return result;
  for (const auto& file : files) {
    const iz_file_entry entry{sizeof(iz_file_entry), 0, to_str(file.path), file.size, file.modified_ns, file.inode};
    if (visit(user, &entry) != 0) break;
    link_.note_activity();
  }
  return IZ_OK;
}

std::int32_t FilesService::open(iz_str setting, iz_str path, std::int32_t* fd, iz_error* error) {
  link_.note_activity();
  return guarded(error, [&]() -> std::int32_t {
    if (fd == nullptr) return fail(error, IZ_ERR_PERMANENT, "infrazen.files/1: nowhere to put the descriptor");
    *fd = files_.open(view(setting), view(path)).release();
    return IZ_OK;
  });
}

}  // namespace iz::host
