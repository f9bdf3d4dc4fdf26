// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "host/request/recording.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace iz::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kBodyHash = "body-sha256";

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1) {
    throw HttpRefusal(IZ_ERR_INTERNAL, "SHA-256 is not to be had");
  }
  std::string hex;
  for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  return hex;
}

std::string line_of(const HttpRequest& request, const Secrets& secrets) {
  return secrets.mask(request.method + ' ' + request.url.text);
}

// Masked, as it is written down: the secrets of a replay are not those of the recording.
std::string body_hash(const HttpRequest& request, const Secrets& secrets) {
  return request.body.empty() ? std::string() : sha256(secrets.mask(request.body));
}

std::string slug(const HttpRequest& request, const Secrets& secrets) {
  std::string name = secrets.mask(request.method + '-' + request.url.host);
  const std::string path = secrets.mask(request.url.without_query());
  const auto slash = path.find('/', path.find("//") + 2);
  if (slash != std::string::npos) name += path.substr(slash);
  std::ranges::replace_if(
      name,
      [](char c) {
        return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_');
      },
      '-');
  while (name.ends_with('-')) name.pop_back();
  return name.substr(0, 100);
}

void put_fields(std::string& text, const HttpFields& fields, const Secrets& secrets) {
  constexpr std::array kNobodysBusiness{"authorization", "cookie",          "set-cookie",
                                        "x-auth-token",  "x-subject-token", "x-api-key"};
  for (const auto& [name, value] : fields) {
    const bool hidden = std::ranges::find(kNobodysBusiness, name) != kNobodysBusiness.end();
    text += fmt::format("{}: {}\n", name, hidden ? "***" : secrets.mask(value));
  }
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw HttpRefusal(IZ_ERR_CONFIG, fmt::format("recording {} cannot be read", path.string()));
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> recordings(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".http") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

// Takes lines off the front of a text.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  // nullopt at the end.
  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const auto end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::pair<std::string, std::string> field_of(std::string_view line, const fs::path& file) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos)
    throw HttpRefusal(IZ_ERR_CONFIG, fmt::format("{}: not a header: {}", file.string(), line));
  const auto value = std::min(line.find_first_not_of(' ', colon + 1), line.size());
  return {lower_case(line.substr(0, colon)), std::string(line.substr(value))};
}

}  // namespace

HttpRecorder::HttpRecorder(fs::path folder, const Secrets& secrets) : folder_(std::move(folder)), secrets_(secrets) {
  for (const auto& file : recordings(folder_)) {  // another stream's run may have begun the folder
    unsigned number = 0;
    const std::string name = file.filename().string();
    (void)std::from_chars(name.data(), name.data() + name.size(), number);
    written_ = std::max(written_, number);
  }
}

void HttpRecorder::write(const HttpRequest& request, const HttpReply& reply) {
  std::string text = line_of(request, secrets_) + '\n';
  put_fields(text, request.headers, secrets_);
  if (const auto hash = body_hash(request, secrets_); !hash.empty()) text += fmt::format("{}: {}\n", kBodyHash, hash);
  text += fmt::format("\nHTTP/1.1 {}\n", reply.status);
  put_fields(text, reply.headers, secrets_);
  put_fields(text, reply.trailers, secrets_);
  text += '\n';
  text += secrets_.mask(reply.body);

  const std::lock_guard lock(mutex_);
  const fs::path file = folder_ / fmt::format("{:04}-{}.http", ++written_, slug(request, secrets_));
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) throw HttpRefusal(IZ_ERR_CONFIG, fmt::format("recording {} cannot be written", file.string()));
}

HttpReplay::HttpReplay(const fs::path& folder, const Secrets& secrets) : secrets_(secrets) {
  std::error_code fault;
  if (!fs::is_directory(folder, fault))
    throw HttpRefusal(IZ_ERR_CONFIG, fmt::format("there is no folder of recordings {}", folder.string()));
  for (const auto& file : recordings(folder)) {
    const std::string text = read_file(file);
    Lines lines(text);
    std::string key(lines.next().value_or(""));
    std::string hash;
    for (auto line = lines.next(); line && !line->empty(); line = lines.next()) {
      const auto [name, value] = field_of(*line, file);
      if (name == kBodyHash) hash = value;
    }
    const auto status_line = lines.next().value_or("");
    HttpReply reply;
    reply.complete = true;
    const auto space = status_line.find(' ');
    if (!status_line.starts_with("HTTP/") || space == std::string_view::npos ||
        std::from_chars(status_line.data() + space + 1, status_line.data() + status_line.size(), reply.status).ec !=
            std::errc()) {
      throw HttpRefusal(IZ_ERR_CONFIG,
                        fmt::format("{}: the answer does not begin with HTTP/1.1 <status>", file.string()));
    }
    for (auto line = lines.next(); line && !line->empty(); line = lines.next())
      reply.headers.push_back(field_of(*line, file));
    reply.body = lines.rest();
    answers_[key + '\n' + hash].push_back(std::move(reply));
  }
}

std::optional<HttpReply> HttpReplay::answer(const HttpRequest& request) {
  const std::string key = line_of(request, secrets_) + '\n' + body_hash(request, secrets_);
  const std::lock_guard lock(mutex_);
  auto found = answers_.find(key);
  // A hand-written recording need not know the hash.
  if (found == answers_.end()) found = answers_.find(line_of(request, secrets_) + '\n');
  if (found == answers_.end()) return std::nullopt;
  HttpReply reply = found->second.front();
  if (found->second.size() > 1) found->second.pop_front();
  return reply;
}

}  // namespace iz::host
