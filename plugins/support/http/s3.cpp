// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/s3.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "support/url.hpp"
#include "support/xml.hpp"
#include <infrazen/http_body.hpp>

namespace iz::support {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;

struct Code {
  std::string_view code;
  ErrorClass error_class;
  std::string_view words;
};

// Those that an operator or a later run can do something about; what else there is keeps the class of its status.
constexpr std::array kCodes{
    Code{"AccessDenied", ErrorClass::auth, "access is denied: the key or token needs the right to list and read it"},
    Code{"InvalidAccessKeyId", ErrorClass::auth, "the access key is not known: was it deleted?"},
    Code{"SignatureDoesNotMatch", ErrorClass::auth, "the signature is refused: is the secret half of the key right?"},
    Code{"ExpiredToken", ErrorClass::auth, "the token has expired"},
    Code{"InvalidToken", ErrorClass::auth, "the token is not accepted"},
    Code{"RequestTimeTooSkewed", ErrorClass::config, "the clock of this machine is off: set it, then sync again"},
    Code{"NoSuchBucket", ErrorClass::config, "there is no such bucket: check its name in the connection"},
    Code{"AuthorizationHeaderMalformed", ErrorClass::config, "the region is wrong: check it in the connection"},
    Code{"PermanentRedirect", ErrorClass::config, "the bucket is at another endpoint: check it in the connection"},
    Code{"NoSuchKey", ErrorClass::permanent, "there is no such object"},
    Code{"InvalidObjectState", ErrorClass::permanent, "the object is in cold storage: restore it first"},
    Code{"SlowDown", ErrorClass::rate_limited, "the provider asks to slow down"},
};

// <Code> of the provider's XML, which the host quotes in its message.
const Code* code_of(std::string_view message) {
  const std::size_t begin = message.find("<Code>");
  if (begin == std::string_view::npos) return nullptr;
  message.remove_prefix(begin + 6);
  const std::string_view code = message.substr(0, message.find('<'));
  const auto found = std::ranges::find(kCodes, code, &Code::code);
  return found == kCodes.end() ? nullptr : &*found;
}

S3Object object_of(XmlElement contents) {
  S3Object object;
  object.key = contents["Key"].text();
  const std::string_view size = contents["Size"].word();
  const auto [end, fault] = std::from_chars(size.data(), size.data() + size.size(), object.bytes);
  if (object.key.empty() || fault != std::errc{} || end != size.data() + size.size()) {
    throw Error(ErrorClass::transient, "the listing has an object without key or size");
  }
  object.etag = contents["ETag"].word();
  object.modified = infrazen::parse_instant(contents["LastModified"].word());
  return object;
}

}  // namespace

std::string S3Bucket::url(std::string_view key) const {
  std::string out = place_.endpoint;
  while (out.ends_with('/')) out.pop_back();
  out += '/' + percent_encoded(place_.bucket);
  return key.empty() ? out : out + '/' + percent_encoded(key, "/");
}

infrazen::Request S3Bucket::request(std::string url) {
  infrazen::Request request{.url = std::move(url), .auth = place_.auth};
  if (place_.session != nullptr) {
    request.auth = place_.session->auth();
    request.auth.name = place_.header;
  }
  return request;
}

infrazen::Response S3Bucket::page(const std::string& url) {
  {
    const auto asked = request(url);
    const std::uint64_t sent_with = place_.session != nullptr ? place_.session->number() : 0;
    infrazen::Response answer = http_.try_send(asked);
    const bool again = answer.status() == 401 && place_.session != nullptr && place_.session->renew(sent_with);
    if (!again) return answer;
  }
  return http_.try_send(request(url));
}

Error S3Bucket::in_words(const Error& error, std::string_view key) const {
  std::string words = "bucket " + place_.bucket;
  if (!key.empty()) words += ", object " + std::string(key);
  const Code* const code = code_of(error.what());
  words += ": ";
  if (code != nullptr) words += std::string(code->words) + " (" + std::string(code->code) + "). ";
  return {code != nullptr ? code->error_class : error.error_class(), words + error.what(), error.retry_after(),
          error.http_status()};
}

void S3Bucket::list(const S3Range& range, const std::function<void(const S3Object&)>& visit) {
  std::string base = with_parameter(url({}), "list-type", "2");
  base = with_parameter(base, "max-keys", std::to_string(range.most_at_once));
  if (!range.prefix.empty()) base = with_parameter(base, "prefix", range.prefix);
  if (!range.delimiter.empty()) base = with_parameter(base, "delimiter", range.delimiter);
  const auto behind = [&](std::string_view key) {
    return key.empty() ? base : with_parameter(base, "start-after", key);
  };

  std::string last = range.after, last_folder, token;
  std::string next = behind(last);
  bool lost = false;  // the token of this page was refused, and its place is named by a key
  for (;;) {
    const infrazen::Response answer = page(next);
    if (answer.status() == 400 && !token.empty() && !lost) {
      lost = true;
      next = behind(std::max(last, last_folder));
      continue;
    }
    if (!answer.ok()) throw in_words(*answer.error());
    const XmlDocument document(answer.body(), "bucket " + place_.bucket);
    const XmlElement result = document.root();
    if (result.name() != "ListBucketResult") {
      throw Error(ErrorClass::transient, "bucket " + place_.bucket + ": the answer is a <" +
                                             std::string(result.name()) + ">, no listing: is the endpoint S3?");
    }
    // Keys that only grow: no page is read twice, and the listing has an end.
    const auto grow = [&](std::string& from, std::string_view to) {
      if (!from.empty() && to <= from) {
        throw Error(ErrorClass::transient, "bucket " + place_.bucket + ": the listing goes back from \"" + from +
                                               "\" to \"" + std::string(to) + "\"; it is read again at the next run");
      }
      from = to;
    };
    for (const XmlElement contents : result.children("Contents")) {
      const S3Object object = object_of(contents);
      grow(last, object.key);
      visit(object);
    }
    for (const XmlElement folder : result.children("CommonPrefixes")) {
      const std::string_view prefix = folder["Prefix"].text();
      grow(last_folder, prefix);
      visit({.key = std::string(prefix), .folder = true});
    }
    if (result["IsTruncated"].word() != "true") return;
    const std::string_view following = result["NextContinuationToken"].word();
    if (following.empty() || following == token) {
      throw Error(ErrorClass::transient,
                  "bucket " + place_.bucket + ": the listing says that it goes on, and not where");
    }
    token = following;
    lost = false;
    next = with_parameter(base, "continuation-token", token);
  }
}

// An object while it is read.
class S3Bucket::Object final : public ByteSource {
 public:
  Object(S3Bucket& bucket, std::string key, std::string etag)
      : bucket_(bucket), key_(std::move(key)), etag_(std::move(etag)) {}

  std::size_t read(std::span<char> buffer) override {
    while (rest_.empty() && !ended_) advance();
    const std::size_t count = std::min(buffer.size(), rest_.size());
    if (count != 0) std::memcpy(buffer.data(), rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  static constexpr unsigned kResumes = 5;

  void advance() {
    try {
      if (!body_) open();
      const auto piece = body_->next();
      if (!piece) {
        ended_ = true;
        body_.reset();
        return;
      }
      if (fresh_) check_head();
      rest_ = *piece;
      received_ += piece->size();
    } catch (const Error& error) {
      rest_ = {};
      body_.reset();
      if (!may_resume(error)) throw bucket_.in_words(error, key_);
    }
  }

  void open() {
    infrazen::Request request = bucket_.request(bucket_.url(key_));
    sent_with_ = bucket_.place_.session != nullptr ? bucket_.place_.session->number() : 0;
    request.deadline = bucket_.place_.deadline;
    if (!etag_.empty()) request.headers.emplace_back("If-Match", etag_);
    if (received_ > 0) request.headers.emplace_back("Range", "bytes=" + std::to_string(received_) + "-");
    body_.emplace(bucket_.http_, request);
    fresh_ = true;
  }
  void check_head() {
    fresh_ = false;
    if (received_ > 0 && body_->status() != 206) {
      throw Error(ErrorClass::permanent, "the provider cannot go on where the download broke off");
    }
    if (etag_.empty()) etag_ = body_->header("etag");
  }
  bool may_resume(const Error& error) {
    if (error.http_status() == 412) {
      throw Error(ErrorClass::transient,
                  "bucket " + bucket_.place_.bucket + ", object " + key_ +
                      ": it was replaced after it was listed; the new one is read at the next run",
                  error.retry_after(), 412);
    }
    if (error.http_status() == 401 && bucket_.place_.session != nullptr && !renewed_) {
      return renewed_ = bucket_.place_.session->renew(sent_with_);
    }
    // Without an etag nobody knows that the rest is of the same object.
    return error.error_class() == ErrorClass::transient && received_ > 0 && !etag_.empty() && resumes_++ < kResumes;
  }

  S3Bucket& bucket_;
  const std::string key_;
  std::string etag_;
  std::optional<infrazen::BodyReader> body_;
  std::string_view rest_;
  std::uint64_t received_ = 0;
  std::uint64_t sent_with_ = 0;
  unsigned resumes_ = 0;
  bool fresh_ = false;    // nothing of this answer was seen yet
  bool renewed_ = false;  // the token, after it was refused
  bool ended_ = false;
};

std::unique_ptr<ByteSource> S3Bucket::get(std::string_view key) {
  return std::make_unique<Object>(*this, std::string(key), std::string());
}

std::unique_ptr<ByteSource> S3Bucket::get(const S3Object& object) {
  return std::make_unique<Object>(*this, object.key, object.etag);
}

}  // namespace iz::support
