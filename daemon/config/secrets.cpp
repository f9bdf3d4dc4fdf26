// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "config/secrets.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <set>
#include <stdexcept>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "config/yaml/reader.hpp"

namespace iz::config {
namespace {

constexpr std::size_t kMaxSecretBytes = 64U << 10;

// Closes a descriptor when it goes.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_;
};

std::string octal(mode_t mode) {
  std::string out = "0000";
  for (std::size_t i = 4; i-- > 0; mode >>= 3) out[i] = static_cast<char>('0' + (mode & 7));
  return out;
}

SecretText read_all(int fd, const std::string& path) {
  std::string text(kMaxSecretBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = ::read(fd, text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::runtime_error(path + " cannot be read: " + std::strerror(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kMaxSecretBytes) {
    ::explicit_bzero(text.data(), text.size());
    throw std::runtime_error(path + " is larger than 64 KiB: this is not a secret");
  }
  while (size > 0 && (text[size - 1] == '\n' || text[size - 1] == '\r')) --size;
  SecretText out(text.substr(0, size));
  ::explicit_bzero(text.data(), text.size());
  if (out.view().empty()) throw std::runtime_error(path + " is empty: write the secret into it");
  return out;
}

// Opened first and judged by the descriptor, so that nobody swaps the file between the two. `owners` empty: whoever.
SecretText read_file(const std::filesystem::path& path, const std::set<uid_t>& owners) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW));
  if (file.get() < 0) {
    throw std::system_error(errno, std::generic_category(), path.string() + " cannot be opened");
  }
  struct stat status {};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    throw std::runtime_error(path.string() + " is not a regular file");
  }
  if (!owners.empty() && !owners.contains(status.st_uid)) {
    throw std::runtime_error(path.string() + " belongs to uid " + std::to_string(status.st_uid) + ": chown root " +
                             path.string());
  }
  if (!owners.empty() && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw std::runtime_error(path.string() + " has mode " + octal(status.st_mode & 07777) +
                             ", others can reach it: chmod 600 " + path.string());
  }
  return read_all(file.get(), path.string());
}

}  // namespace

SecretText::SecretText(SecretText&& other) noexcept : text_(std::move(other.text_)) {
  other.wipe();
}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

void SecretText::wipe() noexcept {
  // The short-string buffer included: a moved-from string keeps its bytes there.
  text_.resize(text_.capacity());
  ::explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

bool is_secret_name(std::string_view name) {
  if (!is_name(name, "-_.", 64)) return false;
  // Hexadecimal tokens also consist of such characters; names are mostly letters.
  const auto digits = std::count_if(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
  return name.size() < 20 || static_cast<std::size_t>(digits) * 5 < name.size();
}

SecretStore::SecretStore(std::filesystem::path credentials_dir, uid_t owner)
    : credentials_dir_(std::move(credentials_dir)), owner_(owner) {
  std::error_code error;
  if (credentials_dir_.empty()) return;
  for (const auto& entry : std::filesystem::directory_iterator(credentials_dir_, error)) {
    const std::string name = entry.path().filename().string();
    if (!is_secret_name(name)) continue;
    // systemd made these files for this service alone; their mode is its business.
    credentials_.emplace(name, read_file(entry.path(), {}));
  }
  if (error) throw std::runtime_error(credentials_dir_.string() + " cannot be read: " + error.message());
}

SecretStore SecretStore::of_this_process() {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  return SecretStore(folder == nullptr ? "" : folder, ::geteuid());
}

SecretText SecretStore::read(std::string_view name, const std::filesystem::path& secrets_dir) const {
  if (!is_secret_name(name)) throw std::runtime_error("a secret's name was expected here");
  if (const auto found = credentials_.find(name); found != credentials_.end()) return found->second.copy();
  const auto file = secrets_dir / name;
  try {
    return read_file(file, {0, owner_});
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::no_such_file_or_directory) throw std::runtime_error(error.what());
  }
  throw std::runtime_error("secret '" + std::string(name) + "' is neither among systemd's credentials (" +
                           (credentials_dir_.empty() ? "none were passed" : credentials_dir_.string()) +
                           ") nor a file " + file.string());
}

std::vector<Problem> SecretStore::check(const Settings& settings, bool running) const {
  Problems problems;
  const auto try_one = [&](const Position& at, const std::string& name) {
    try {
      static_cast<void>(read(name, settings.paths.secrets_dir));
    } catch (const std::exception& error) {
      std::string message = error.what();
      if (message.starts_with("secret '")) {
        message += running ? "; systemd passes credentials only at start: after adding LoadCredential=" + name +
                                 ":... restart the daemon, a reload does not see it"
                           : "; add LoadCredential=" + name + ":/path to the unit, or create the file with mode 0600";
      }
      problems.add(at, message);
    }
  };
  if (!settings.database.password_secret.empty()) {
    try_one({"infrazen.yaml: database.password_secret", 0, 0}, settings.database.password_secret);
  }
  if (!settings.webhooks.key_secret.empty()) {
    try_one({"infrazen.yaml: webhooks.tls.key_secret", 0, 0}, settings.webhooks.key_secret);
  }
  for (const auto& connection : settings.connections) {
    if (!connection.enabled) continue;
    if (connection.webhook) {
      for (const auto& name : connection.webhook->secrets) try_one(connection.webhook_at, name);
    }
    for (const auto& [slot, use] : connection.secrets) try_one(use.at, use.secret);
  }
  return problems.list();
}

}  // namespace iz::config
