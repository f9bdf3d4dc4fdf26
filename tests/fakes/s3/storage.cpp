// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "fakes/s3/storage.hpp"

#include <functional>
#include <utility>

#include "fakes/s3/sigv4.hpp"

namespace iz::test {
namespace {

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string xml_text(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
  return out;
}

Reply refusal(int status, std::string_view code, std::string_view message) {
  return {.status = status,
          .body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + std::string(code) + "</Code><Message>" +
                  std::string(message) + "</Message><RequestId>1</RequestId></Error>",
          .headers = {{"Content-Type", "application/xml"}}};
}

std::string parameter(const ReceivedRequest& request, const std::string& name) {
  const auto at = ('&' + request.query).find('&' + name + '=');
  if (at == std::string::npos) return {};
  const auto begin = at + name.size() + 1;
  return decoded(request.query.substr(begin, request.query.find('&', begin) - begin));
}

std::string etag(const std::string& bytes) {
  return std::to_string(std::hash<std::string>()(bytes));
}

}  // namespace

bool S3Storage::serves(const ReceivedRequest& request) const {
  return request.path == "/" + bucket_ || request.path.starts_with("/" + bucket_ + "/");
}

Reply S3Storage::answer(const ReceivedRequest& request) {
  const std::lock_guard lock(mutex_);
  ++requests_;
  if (takes_token) {
    if (!takes_token(request.header("x-yacloud-subjecttoken"))) return refusal(401, "InvalidToken", "no");
  } else if (!signed_for_s3(request, kKeyId, kSecret, kRegion)) {
    return refusal(403, "SignatureDoesNotMatch", "no");
  }
  if (!serves(request)) return refusal(404, "NoSuchBucket", "no");
  if (request.path == "/" + bucket_) return listing(request);
  return object(request);
}

Reply S3Storage::listing(const ReceivedRequest& request) {
  const std::string prefix = parameter(request, "prefix");
  const std::string delimiter = parameter(request, "delimiter");
  const std::string token = parameter(request, "continuation-token");
  if (!token.empty() && forgets_tokens && forgotten_.insert(token).second)
    return refusal(400, "InvalidArgument", "token");
  std::string after = token.empty() || repeats ? parameter(request, "start-after") : token;
  std::string body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult>";
  std::string last;
  std::set<std::string> folders;
  std::size_t count = 0;
  bool more = false;
  for (const auto& [key, bytes] : objects) {
    if (!key.starts_with(prefix) || key <= after) continue;
    if (const auto cut = delimiter.empty() ? std::string::npos : key.find(delimiter, prefix.size());
        cut != std::string::npos) {
      const std::string folder = key.substr(0, cut + 1);
      if (after.starts_with(folder)) continue;
      folders.insert(folder);
      last = key;
      continue;
    }
    if (count == page) {
      more = true;
      break;
    }
    ++count;
    last = key;
    body += "<Contents><Key>" + xml_text(key) + "</Key><LastModified>" + modified + "</LastModified><ETag>\"" +
            etag(bytes) + "\"</ETag><Size>" + std::to_string(bytes.size()) + "</Size></Contents>";
  }
  for (const auto& folder : folders)
    body += "<CommonPrefixes><Prefix>" + xml_text(folder) + "</Prefix></CommonPrefixes>";
  body += more ? "<IsTruncated>true</IsTruncated><NextContinuationToken>" + xml_text(last) + "</NextContinuationToken>"
               : "<IsTruncated>false</IsTruncated>";
  return {.body = body + "</ListBucketResult>", .headers = {{"Content-Type", "application/xml"}}};
}

Reply S3Storage::object(const ReceivedRequest& request) {
  const auto found = objects.find(decoded(request.path.substr(bucket_.size() + 2)));
  if (found == objects.end()) return refusal(404, "NoSuchKey", "no");
  const std::string tag = '"' + etag(found->second) + '"';
  if (const auto wanted = request.header("if-match"); !wanted.empty() && wanted != tag)
    return refusal(412, "PreconditionFailed", "no");
  Reply reply{.body = found->second, .headers = {{"ETag", tag}}};
  if (const auto range = request.header("range"); range.starts_with("bytes=")) {
    reply.status = 206;
    reply.body = found->second.substr(std::stoul(range.substr(6)));
  } else {
    reply.cut_after = std::exchange(cut_after, std::nullopt);
  }
  return reply;
}

}  // namespace iz::test
