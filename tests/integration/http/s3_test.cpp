// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/s3.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "fakes/http/server.hpp"
#include "fakes/s3/storage.hpp"
#include "integration/http/http_client.hpp"
#include "support/csv.hpp"

// Buckets as connectors read them (plugins/support), through the host's real client and signer.
namespace iz::test {
namespace {

using infrazen::Auth;
using infrazen::ErrorClass;
using support::S3Bucket;
using support::S3Object;
using support::S3Range;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class S3 : public ::testing::Test {
 protected:
  S3() {
    server_.handle_others([this](const ReceivedRequest& request) { return storage_.answer(request); });
  }
  std::vector<std::string> keys(const S3Range& range = {}) {
    std::vector<std::string> out;
    S3Bucket bucket(http_, place());
    bucket.list(range, [&](const S3Object& object) { out.push_back(object.key); });
    return out;
  }
  std::string download(std::string_view key) {
    S3Bucket bucket(http_, place());
    return all_of(*bucket.get(key));
  }
  static std::string all_of(support::ByteSource& source) {
    std::string out;
    char buffer[1000];
    while (const std::size_t count = source.read(buffer)) out.append(buffer, count);
    return out;
  }
  template <class Call>
  static infrazen::Error refused(Call&& call) {
    try {
      call();
    } catch (const infrazen::Error& error) {
      return error;
    }
    throw std::logic_error("it went well");
  }

  support::S3Place place() const {
    return {.endpoint = server_.url(""), .bucket = "billing", .auth = Auth::aws("s3", "ru-central1:s3")};
  }

  S3Storage storage_{"billing"};
  HttpServer server_;
  HttpClient client_{
      {.secrets = {{"s3", std::string(S3Storage::kKeyId) + ":" + std::string(S3Storage::kSecret), false}}}};
  infrazen::Http http_{client_.table()};
};

TEST_F(S3, keys_of_every_kind_are_listed_page_by_page_and_read_under_their_names) {
  for (const std::string_view key :
       {"a b.csv", "a+b=c&d.csv", "plain/2026/10.csv", "счета/октябрь (1).csv", "x~!*'();:@,$#?%41.csv", "z//twice/"})
    storage_.objects[std::string(key)] = "of " + std::string(key);
  std::vector<std::string> wanted;
  for (const auto& [key, bytes] : storage_.objects) wanted.push_back(key);
  EXPECT_EQ(keys(), wanted);
  for (const auto& key : wanted) EXPECT_EQ(download(key), "of " + key);
}

TEST_F(S3, a_listing_has_a_prefix_a_beginning_and_folders) {
  for (const char* key : {"logs/1/a", "logs/1/b", "logs/2/a", "logs/index", "other"}) storage_.objects[key] = "x";
  EXPECT_THAT(keys({.prefix = "logs/"}), ElementsAre("logs/1/a", "logs/1/b", "logs/2/a", "logs/index"));
  EXPECT_THAT(keys({.prefix = "logs/", .after = "logs/1/b"}), ElementsAre("logs/2/a", "logs/index"));
  EXPECT_THAT(keys({.prefix = "logs/", .delimiter = "/"}), ElementsAre("logs/index", "logs/1/", "logs/2/"));
  EXPECT_THAT(keys({.prefix = "none/"}), IsEmpty());
}

TEST_F(S3, what_is_known_of_an_object_is_listed) {
  storage_.objects["a"] = "12345";
  S3Bucket bucket(http_, place());
  bucket.list({}, [](const S3Object& object) {
    EXPECT_EQ(object.bytes, 5u);
    EXPECT_TRUE(object.etag.starts_with('"'));
    EXPECT_EQ(infrazen::to_text(object.modified.value()), "2026-10-01T00:00:00Z");
  });
}

TEST_F(S3, a_place_that_was_forgotten_is_named_by_its_key) {
  for (int i = 0; i < 10; ++i) storage_.objects["k" + std::to_string(i)] = "x";
  storage_.forgets_tokens = true;
  EXPECT_EQ(keys().size(), 10u);
}

TEST_F(S3, a_listing_that_goes_in_a_circle_is_an_error) {
  for (int i = 0; i < 10; ++i) storage_.objects["k" + std::to_string(i)] = "x";
  storage_.repeats = true;
  const auto error = refused([&] { keys(); });
  EXPECT_EQ(error.error_class(), ErrorClass::transient);
  EXPECT_THAT(error.what(), HasSubstr("goes back"));
}

TEST_F(S3, a_csv_is_read_while_it_arrives) {
  std::string text = "id,cost\n";
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i) + ",1.10\n";
  storage_.objects["export.csv"] = text;
  S3Bucket bucket(http_, place());
  const auto source = bucket.get("export.csv");
  support::CsvReader csv(*source);
  support::CsvRecord record;
  std::size_t rows = 0;
  while (csv.fill()) {
    while (csv.next(record)) ++rows;
  }
  EXPECT_EQ(rows, 100'001u);
}

TEST_F(S3, a_download_that_breaks_off_goes_on_where_it_did_unless_the_object_is_another) {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += std::to_string(i) + ",";
  storage_.objects["big"] = text;
  storage_.cut_after = 700'000;
  EXPECT_EQ(download("big"), text);
  EXPECT_EQ(storage_.requests(), 2u);

  storage_.cut_after = 700'000;
  S3Bucket bucket(http_, place());
  const auto source = bucket.get("big");
  char byte[1];
  ASSERT_EQ(source->read(byte), 1u);
  storage_.objects["big"] = text + "more";
  const auto error = refused([&] { all_of(*source); });
  EXPECT_EQ(error.error_class(), ErrorClass::transient);
  EXPECT_THAT(error.what(), HasSubstr("replaced"));
}

TEST_F(S3, an_object_that_was_replaced_after_it_was_listed_is_not_read) {
  storage_.objects["a"] = "one";
  S3Bucket bucket(http_, place());
  S3Object listed;
  bucket.list({}, [&](const S3Object& object) { listed = object; });
  EXPECT_EQ(all_of(*bucket.get(listed)), "one");
  storage_.objects["a"] = "two";
  EXPECT_EQ(refused([&] { all_of(*bucket.get(listed)); }).http_status(), 412u);
}

TEST_F(S3, errors_are_words_with_the_class_that_says_who_can_help) {
  storage_.objects["a"] = "x";
  const auto missing = refused([&] { download("b/c"); });
  EXPECT_EQ(missing.error_class(), ErrorClass::permanent);
  EXPECT_THAT(missing.what(), AllOf(HasSubstr("bucket billing, object b/c"), HasSubstr("no such object (NoSuchKey)")));
  auto elsewhere = place();
  elsewhere.bucket = "nowhere";
  const auto no_bucket = refused([&] { S3Bucket(http_, elsewhere).list({}, [](const S3Object&) {}); });
  EXPECT_EQ(no_bucket.error_class(), ErrorClass::config);
  EXPECT_THAT(no_bucket.what(), HasSubstr("check its name"));
  auto wrong = place();
  wrong.auth = Auth::aws("s3", "eu-west-1:s3");
  const auto refused_signature = refused([&] { S3Bucket(http_, wrong).list({}, [](const S3Object&) {}); });
  EXPECT_EQ(refused_signature.error_class(), ErrorClass::auth);
  EXPECT_THAT(refused_signature.what(), HasSubstr("secret half"));
  HttpServer other;
  other.on("/billing", {.body = "<Other/>"});
  const auto no_s3 = refused(
      [&] { S3Bucket(http_, {.endpoint = other.url(""), .bucket = "billing"}).list({}, [](const S3Object&) {}); });
  EXPECT_THAT(no_s3.what(), HasSubstr("is the endpoint S3?"));
}

// The connector's clock, for a session.
std::int64_t now_us(void*) {
  return 1;
}

TEST_F(S3, a_kept_token_goes_in_its_header_and_is_renewed_when_it_is_refused) {
  iz_clock_1 clock{};
  clock.struct_size = sizeof clock;
  clock.now_us = now_us;
  int issued = 0;
  support::Session session(infrazen::Clock(clock), Auth::token("iam"), [&] {
    client_.secrets().keep_token("iam", "t1." + std::to_string(++issued));
    return infrazen::Micros(std::chrono::hours(1));
  });
  storage_.takes_token = [](std::string_view token) { return token == "t1.2"; };
  storage_.objects["a"] = "x";
  auto place = this->place();
  place.session = &session;
  place.header = "X-YaCloud-SubjectToken";
  S3Bucket bucket(http_, place);
  EXPECT_EQ(all_of(*bucket.get("a")), "x");
  EXPECT_EQ(issued, 2);
  bucket.list({}, [](const S3Object& object) { EXPECT_EQ(object.key, "a"); });
  EXPECT_EQ(issued, 2);
}

}  // namespace
}  // namespace iz::test
