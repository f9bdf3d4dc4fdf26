// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <vector>

#include <infrazen/abi/services.h>
#include <infrazen/error.hpp>
#include <infrazen/json.hpp>
#include <infrazen/testkit/recording.hpp>
#include <infrazen/text.hpp>
#include <infrazen/time.hpp>

namespace infrazen::testkit {

// Config, secrets, files, checkpoint, log, cancel, clock and progress out of plain members.
class SmallServices {
 public:
  struct Setting {
    std::string text;
    bool json = false;
  };
  std::map<std::string, Setting, std::less<>> settings;
  std::map<std::string, std::string, std::less<>> secrets;
  std::map<std::string, std::filesystem::path, std::less<>> granted;
  std::string checkpoint;
  std::vector<LogLine> log;
  bool cancelled = false;
  Micros now{std::chrono::sys_days(std::chrono::year(2026) / 9 / 1)};  // moves only by sleeping

  const void* table(std::string_view id) {
    if (id == IZ_SERVICE_CONFIG_1) return &config_;
    if (id == IZ_SERVICE_SECRETS_1) return &secrets_;
    if (id == IZ_SERVICE_FILES_1) return &files_;
    if (id == IZ_SERVICE_CHECKPOINT_1) return &checkpoint_;
    if (id == IZ_SERVICE_LOG_1) return &log_;
    if (id == IZ_SERVICE_CANCEL_1) return &cancel_;
    if (id == IZ_SERVICE_CLOCK_1) return &clock_;
    if (id == IZ_SERVICE_PROGRESS_1) return &progress_;
    return nullptr;
  }

 private:
  static SmallServices& of(void* context) { return *static_cast<SmallServices*>(context); }

  static iz_str config_json(void* context) {
    JsonObject all;
    for (const auto& [name, setting] : of(context).settings) {
      setting.json ? all.raw(name, setting.text) : all.text(name, setting.text);
    }
    of(context).json_ = all.str();
    return to_abi(of(context).json_);
  }
  static iz_str config_get(void* context, iz_str key) {
    const auto found = of(context).settings.find(from_abi(key));
    return found == of(context).settings.end() ? iz_str{} : to_abi_text(found->second.text);
  }
  static iz_str config_connection(void*) { return to_abi("test"); }

  static std::int32_t secrets_has(void* context, iz_str name) {
    return of(context).secrets.find(from_abi(name)) != of(context).secrets.end() ? 1 : 0;
  }
  // Not a signature: a stable stand-in that depends on key and data, for tests that only pass it on.
  static std::int32_t secrets_sign(void* context, iz_str name, std::uint32_t algorithm, iz_str data, std::uint8_t* out,
                                   std::uint64_t capacity, std::uint64_t* length, iz_error* error) {
    const auto found = of(context).secrets.find(from_abi(name));
    *length = algorithm == IZ_SIGN_HMAC_SHA256 ? 32 : 256;
    if (found == of(context).secrets.end())
      return detail::fill(error, ErrorClass::config, "the connection has no such secret");
    if (capacity < *length) return detail::fill(error, ErrorClass::config, "the signature does not fit");
    std::uint64_t state = 14695981039346656037u;
    for (const char c : found->second + std::string(from_abi(data)))
      state = (state ^ static_cast<std::uint8_t>(c)) * 1099511628211u;
    for (std::uint64_t i = 0; i < *length; ++i, state = state * 6364136223846793005u + 1)
      out[i] = static_cast<std::uint8_t>(state >> 56);
    return IZ_OK;
  }
  static std::int32_t secrets_reveal(void* context, iz_str name, iz_str* value, iz_error* error) {
    const auto found = of(context).secrets.find(from_abi(name));
    if (found == of(context).secrets.end())
      return detail::fill(error, ErrorClass::config, "the connection has no such secret");
    *value = to_abi(found->second);
    return IZ_OK;
  }

  static std::int32_t files_list(void* context, iz_str setting, void* user,
                                 std::int32_t (*visit)(void*, const iz_file_entry*), iz_error* error) {
    return detail::guarded(error, [&] {
      const auto& root = of(context).root(setting);
      std::vector<std::pair<std::string, std::filesystem::path>> found;
      if (std::filesystem::is_regular_file(root)) {
        found.emplace_back(root.filename().string(), root);
      } else {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
          if (entry.is_symlink() || !entry.is_regular_file()) continue;
          found.emplace_back(entry.path().lexically_relative(root).generic_string(), entry.path());
        }
      }
      std::sort(found.begin(), found.end());
      for (const auto& [name, path] : found) {
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) continue;
        const iz_file_entry entry{sizeof(iz_file_entry),
                                  0,
                                  to_abi(name),
                                  static_cast<std::uint64_t>(status.st_size),
                                  std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec,
                                  status.st_ino};
        if (visit(user, &entry) != 0) return;
      }
    });
  }
  static std::int32_t files_open(void* context, iz_str setting, iz_str path, std::int32_t* fd, iz_error* error) {
    return detail::guarded(error, [&] {
      const auto& root = of(context).root(setting);
      const auto full = std::filesystem::is_regular_file(root) ? root : root / from_abi(path);
      *fd = ::open(full.c_str(), O_RDONLY | O_CLOEXEC);
      if (*fd < 0) throw Error(ErrorClass::config, full.string() + ": " + std::system_category().message(errno));
    });
  }
  const std::filesystem::path& root(iz_str setting) {
    const auto found = granted.find(from_abi(setting));
    if (found == granted.end())
      throw Error(ErrorClass::config, "setting '" + std::string(from_abi(setting)) + "' grants no path");
    return found->second;
  }

  static iz_str checkpoint_load(void* context) {
    return of(context).checkpoint.empty() ? iz_str{} : to_abi(of(context).checkpoint);
  }
  static std::int32_t checkpoint_save(void* context, iz_str blob, iz_error* error) {
    if (blob.len > IZ_CHECKPOINT_MAX) return detail::fill(error, ErrorClass::permanent, "the checkpoint is too large");
    return detail::guarded(error, [&] { of(context).checkpoint = from_abi(blob); });
  }
  static void log_write(void* context, std::uint32_t level, iz_str message) {
    detail::guarded(nullptr, [&] { of(context).log.push_back({level, std::string(from_abi(message))}); });
  }
  static std::int32_t cancel_requested(void* context) { return of(context).cancelled ? 1 : 0; }
  static std::int32_t cancel_fd(void*) { return -1; }
  static std::int64_t clock_now(void* context) { return of(context).now.time_since_epoch().count(); }
  static std::int32_t clock_sleep(void* context, std::int64_t milliseconds, iz_error* error) {
    if (of(context).cancelled) return detail::fill(error, ErrorClass::cancelled, "the run was cancelled");
    of(context).now += std::chrono::milliseconds(milliseconds);
    return IZ_OK;
  }
  static void progress_report(void*, std::uint64_t, std::uint64_t, iz_str) {}

  std::string json_;
  iz_config_1 config_{sizeof(iz_config_1), 0, this, config_json, config_get, config_connection};
  iz_secrets_1 secrets_{sizeof(iz_secrets_1), 0, this, secrets_has, secrets_sign, secrets_reveal};
  iz_files_1 files_{sizeof(iz_files_1), 0, this, files_list, files_open};
  iz_checkpoint_1 checkpoint_{sizeof(iz_checkpoint_1), 0, this, checkpoint_load, checkpoint_save};
  iz_log_1 log_{sizeof(iz_log_1), IZ_LOG_DEBUG, this, log_write};
  iz_cancel_1 cancel_{sizeof(iz_cancel_1), 0, this, cancel_requested, cancel_fd};
  iz_clock_1 clock_{sizeof(iz_clock_1), 0, this, clock_now, clock_sleep};
  iz_progress_1 progress_{sizeof(iz_progress_1), 0, this, progress_report};
};

}  // namespace infrazen::testkit
