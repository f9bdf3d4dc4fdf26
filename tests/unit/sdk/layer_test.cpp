// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gtest/gtest.h>

#include "lambda.hpp"

// The C++ layer from both sides.
namespace {

using namespace std::chrono_literals;
using infrazen::Error;
using infrazen::ErrorClass;
using infrazen::Kind;
using infrazen::Sync;
using infrazen::testkit::Host;
using iz::test::run;
using iz::test::server;

TEST(module, exports_what_the_macro_was_given) {
  EXPECT_EQ(infrazen_module_v1.struct_size, sizeof(iz_module));
  EXPECT_EQ(infrazen::from_abi(infrazen_module_v1.id), "lambda");
  EXPECT_EQ(infrazen::from_abi(infrazen_module_v1.version), "1.2.3");
  EXPECT_EQ(infrazen::from_abi(infrazen_module_v1.manifest), R"({"manifest":1})");
}

TEST(edge, an_error_keeps_its_class_message_and_delay) {
  const auto outcome =
      run([](Sync&) { throw Error(ErrorClass::rate_limited, "the provider said later", 2500ms, 429); });
  EXPECT_EQ(outcome.error_class, std::uint32_t{IZ_ERR_RATE_LIMITED});
  EXPECT_EQ(outcome.message, "the provider said later");
  EXPECT_EQ(outcome.retry_after_ms, 2500);
}

TEST(edge, whatever_is_thrown_becomes_an_internal_error) {
  EXPECT_EQ(run([](Sync&) { throw std::runtime_error("odd"); }).message, "odd");
  EXPECT_EQ(run([](Sync&) { throw 42; }).error_class, std::uint32_t{IZ_ERR_INTERNAL});
  EXPECT_EQ(run([](Sync&) { throw std::bad_alloc(); }).message, "the connector ran out of memory");
  EXPECT_EQ(run([](Sync&) { infrazen::Decimal::of(1, 0) * infrazen::Decimal::of(1, 39); }).error_class,
            std::uint32_t{IZ_ERR_INTERNAL});
}

TEST(edge, a_long_message_is_cut_between_characters) {
  std::string text(IZ_ERROR_MESSAGE_SIZE - 2, 'x');
  text += "яяя";
  const auto outcome = run([&](Sync&) { throw Error(ErrorClass::permanent, text); });
  EXPECT_EQ(outcome.message, text.substr(0, IZ_ERROR_MESSAGE_SIZE - 2));
}

TEST(edge, a_smaller_error_struct_is_not_written_beyond_its_end) {
  iz_error error;
  error.struct_size = 8;
  error.error_class = 77;
  EXPECT_EQ(infrazen::detail::fill(&error, ErrorClass::config, "x"), IZ_ERR_CONFIG);
  EXPECT_EQ(error.error_class, 77u);
}

TEST(scope, is_complete_only_if_said_so) {
  const auto outcome = run([](Sync& sync) {
    auto left = sync.scope(Kind::resource, "left");
    left.push(server("1"));
    auto done = sync.scope({Kind::resource, Kind::relation}, "done");
    done.push(server("2"));
    done.push(infrazen::Relation{
        .from_type = "disk", .from_id = "d", .to_type = "server", .to_id = "2", .relation = "attached_to"});
    done.complete();
    sync.mark("c");
  });
  EXPECT_EQ(outcome.problems, std::vector<std::string>());
  EXPECT_FALSE(outcome.completed(Kind::resource, "left"));
  EXPECT_TRUE(outcome.completed(Kind::resource, "done"));
  EXPECT_TRUE(outcome.completed(Kind::relation, "done"));
  EXPECT_EQ(outcome.row(Kind::resource, "external_id", "1").scope, "left");
  EXPECT_EQ(outcome.row(Kind::resource, "external_id", "2").scope, "done");
}

TEST(scope, an_exception_leaves_it_open) {
  const auto outcome = run([](Sync& sync) {
    auto scope = sync.scope(Kind::resource, "s");
    scope.push(server("1"));
    throw Error(ErrorClass::transient, "page 2 was lost");
  });
  EXPECT_FALSE(outcome.completed(Kind::resource, "s"));
  EXPECT_TRUE(outcome.rows.empty());
}

TEST(scope, takes_only_the_kinds_it_was_opened_for) {
  const auto outcome = run([](Sync& sync) { sync.scope(Kind::relation, "s").push(server("1")); });
  EXPECT_EQ(outcome.error_class, std::uint32_t{IZ_ERR_INTERNAL});
}

TEST(mark, decides_what_has_happened) {
  const auto outcome = run([](Sync& sync) {
    sync.push(server("1"));
    sync.mark("one");
    sync.push(server("2"));
    sync.flush();
  });
  EXPECT_EQ(outcome.cursors, std::vector<std::string>{"one"});
  EXPECT_EQ(outcome.of(Kind::resource).size(), 1u);
  EXPECT_EQ(outcome.discarded, 1u);
}

TEST(request, is_what_the_daemon_asked_for) {
  const infrazen::Micros since(10s), until(20s);
  run(
      [&](Sync& sync) {
        EXPECT_EQ(sync.stream(), "costs");
        EXPECT_EQ(sync.cursor(), "c1");
        EXPECT_TRUE(sync.targeted());
        EXPECT_FALSE(sync.full());
        ASSERT_EQ(sync.targets().size(), 2u);
        EXPECT_EQ(sync.targets()[1].external_id, "2");
        EXPECT_EQ(sync.targets()[1].resource_type, "");
        ASSERT_TRUE(sync.window());
        EXPECT_EQ(sync.window()->until, until);
      },
      {.stream = "costs",
       .mode = IZ_SYNC_TARGETED,
       .cursor = "c1",
       .since = since,
       .until = until,
       .targets = {{"server", "1"}, {"", "2"}}});
}

TEST(finding, travels_whole) {
  const auto outcome = run([](Sync& sync) {
    sync.report({.severity = infrazen::Severity::rejected,
                 .rule = "decimal_format",
                 .message = "not a number",
                 .origin = "a.csv",
                 .position = 12,
                 .column = "BilledCost",
                 .value = "x"});
  });
  ASSERT_EQ(outcome.findings.size(), 1u);
  EXPECT_EQ(outcome.findings[0].rule, "decimal_format");
  EXPECT_EQ(outcome.findings[0].position, 12u);
}

TEST(services, a_missing_one_is_named_or_done_without) {
  Host host;
  host.without(IZ_SERVICE_HTTP_1)
      .without(IZ_SERVICE_LOG_1)
      .without(IZ_SERVICE_PROGRESS_1)
      .without(IZ_SERVICE_CHECKPOINT_1);
  const auto outcome = run(host, [](Sync& sync) {
    sync.log().info("nobody hears this");
    sync.progress().report(1, 2, "half");
    EXPECT_EQ(sync.checkpoint().load(), "");
    static_cast<void>(sync.http());
  });
  EXPECT_EQ(outcome.error_class, std::uint32_t{IZ_ERR_CONFIG});
  EXPECT_NE(outcome.message.find("infrazen.http/1"), std::string::npos);
}

TEST(check, says_what_passed_and_what_did_not) {
  class Checked : public infrazen::Connector {
   public:
    void sync(Sync&) override {}
    void check(infrazen::Check& check) override {
      check.attempt("good", [] {});
      check.attempt("bad", [] { throw Error(ErrorClass::auth, "the token has expired"); });
      check.skipped("later", "needs the first");
    }
  };
  const iz_module module{sizeof(iz_module), 0, {}, {}, {}, &infrazen::detail::Exports<Checked>::table};
  Host host;
  const auto outcome = host.check(module);
  ASSERT_EQ(outcome.verdicts.size(), 3u);
  EXPECT_EQ(outcome.verdicts[0].verdict, IZ_CHECK_PASSED);
  EXPECT_EQ(outcome.verdicts[1].detail, "the token has expired");
  EXPECT_EQ(outcome.verdicts[2].verdict, IZ_CHECK_SKIPPED);
}

TEST(create, a_constructor_may_read_settings_and_refuse_them) {
  class Strict : public infrazen::Connector {
   public:
    explicit Strict(const infrazen::Host& host) : folder_(host.config().text("folder")) {}
    void sync(Sync& sync) override { sync.mark(folder_); }

   private:
    std::string folder_;
  };
  const iz_module module{sizeof(iz_module), 0, {}, {}, {}, &infrazen::detail::Exports<Strict>::table};
  Host host;
  const auto refused = host.sync(module, {.stream = "inventory"});
  EXPECT_EQ(refused.error_class, std::uint32_t{IZ_ERR_CONFIG});
  EXPECT_EQ(refused.message, "connection test: setting 'folder' is missing");
  host.setting("folder", "f");
  EXPECT_EQ(host.sync(module, {.stream = "inventory"}).cursors, std::vector<std::string>{"f"});
}

}  // namespace
