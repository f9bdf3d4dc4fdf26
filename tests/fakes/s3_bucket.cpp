// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/s3_bucket.hpp"

#include <algorithm>
#include <cstdio>

namespace iz::test {
namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string parameter(const std::string& query, const std::string& name) {
  const auto at = ("&" + query).find("&" + name + "=");
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  return decoded(query.substr(begin, query.find('&', begin) - begin));
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else
      out += c;
  }
  return out;
}

Reply error(int status, std::string_view code, std::string_view message) {
  return {.status = status,
          .body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + std::string(code) + "</Code><Message>" +
                  std::string(message) + "</Message></Error>",
          .headers = {{"Content-Type", "application/xml"}}};
}

std::string instant(std::uint64_t second) {
  char text[32];
  std::snprintf(text, sizeof text, "2026-10-%02u T%02u:%02u:%02u.000Z", static_cast<unsigned>(second / 86400 % 28 + 1),
                static_cast<unsigned>(second / 3600 % 24), static_cast<unsigned>(second / 60 % 60),
                static_cast<unsigned>(second % 60));
  std::string out(text);
  out.erase(out.find(' '), 1);
  return out;
}

}  // namespace

S3BucketFake::S3BucketFake(std::string name, std::size_t page)
    : name_(std::move(name)), page_(page), allowed_([](const ReceivedRequest& request) {
        return !request.header("authorization").empty() || !request.header("x-yacloud-subjecttoken").empty();
      }) {}

void S3BucketFake::put(const std::string& key, std::string body) {
  const std::lock_guard lock(mutex_);
  ++puts_;
  objects_[key] = {std::move(body), "\"etag-" + std::to_string(puts_) + "\"", instant(puts_ * 60)};
}

void S3BucketFake::remove(const std::string& key) {
  const std::lock_guard lock(mutex_);
  objects_.erase(key);
}

void S3BucketFake::allow(std::function<bool(const ReceivedRequest&)> allowed) {
  const std::lock_guard lock(mutex_);
  allowed_ = std::move(allowed);
}

bool S3BucketFake::serves(const ReceivedRequest& request) const {
  return request.path == "/" + name_ || request.path.starts_with("/" + name_ + "/");
}

Reply S3BucketFake::answer(const ReceivedRequest& request) {
  const std::lock_guard lock(mutex_);
  if (!serves(request)) return error(404, "NoSuchBucket", "The specified bucket does not exist");
  if (!allowed_(request)) return error(403, "AccessDenied", "Access Denied");
  if (request.path.size() <= name_.size() + 2) return list(request);
  return get(request, decoded(request.path.substr(name_.size() + 2)));
}

Reply S3BucketFake::list(const ReceivedRequest& request) const {
  const std::string prefix = parameter(request.query, "prefix");
  const std::string asked = parameter(request.query, "max-keys");
  const std::size_t most = asked.empty() ? page_ : std::min<std::size_t>(page_, std::stoul(asked));
  // The token is the last key of the page before.
  const std::string token = parameter(request.query, "continuation-token");
  const std::string after = std::max(token, parameter(request.query, "start-after"));
  std::string contents;
  std::string last;
  std::size_t count = 0;
  bool truncated = false;
  for (auto at = objects_.upper_bound(after); at != objects_.end(); ++at) {
    if (!at->first.starts_with(prefix)) continue;
    if (count == most) {
      truncated = true;
      break;
    }
    ++count;
    last = at->first;
    contents += "<Contents><Key>" + escaped(at->first) + "</Key><LastModified>" + at->second.modified +
                "</LastModified><ETag>" + escaped(at->second.etag) + "</ETag><Size>" +
                std::to_string(at->second.body.size()) + "</Size><StorageClass>STANDARD</StorageClass></Contents>";
  }
  std::string body =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"
      "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>" +
      name_ + "</Name><Prefix>" + escaped(prefix) + "</Prefix><KeyCount>" + std::to_string(count) +
      "</KeyCount><MaxKeys>" + std::to_string(most) + "</MaxKeys><IsTruncated>" + (truncated ? "true" : "false") +
      "</IsTruncated>";
  if (truncated) body += "<NextContinuationToken>" + escaped(last) + "</NextContinuationToken>";
  return {.body = body + contents + "</ListBucketResult>", .headers = {{"Content-Type", "application/xml"}}};
}

Reply S3BucketFake::get(const ReceivedRequest& request, const std::string& key) const {
  const auto found = objects_.find(key);
  if (found == objects_.end()) return error(404, "NoSuchKey", "The specified key does not exist.");
  const Object& object = found->second;
  if (const std::string match = request.header("if-match"); !match.empty() && match != object.etag)
    return error(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
  Reply reply{.body = object.body, .headers = {{"ETag", object.etag}, {"Content-Type", "text/csv"}}};
  if (const std::string range = request.header("range"); range.starts_with("bytes=")) {
    const std::size_t from = std::stoul(range.substr(6));
    if (from >= object.body.size()) return error(416, "InvalidRange", "The requested range is not satisfiable");
    reply.status = 206;
    reply.body = object.body.substr(from);
    reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(from) + "-" +
                                                    std::to_string(object.body.size() - 1) + "/" +
                                                    std::to_string(object.body.size()));
  }
  return reply;
}

}  // namespace iz::test
