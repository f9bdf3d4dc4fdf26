// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// A connector that says what is not so: shapes are refused at the edge and end the run, values go to ingest as they
// are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/supervision/supervised_run.hpp"

namespace iz::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class LiesOfShape : public testing::TestWithParam<const char*> {};

TEST_P(LiesOfShape, are_refused_and_no_later_mark_gets_through) {
  const SupervisedRun run(spec_of("lies", GetParam()));
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_PERMANENT);
  EXPECT_THAT(run.outcome.message, HasSubstr("infrazen.sink/1"));
  EXPECT_FALSE(run.outcome.crashed);
  EXPECT_FALSE(run.outcome.protocol_violation);
  EXPECT_THAT(run.sink.cursors, ElementsAre("honest"));
  EXPECT_EQ(run.sink.rows_committed, 2U);
  EXPECT_NE(run.observer.line("refused: "), "");
}

INSTANTIATE_TEST_SUITE_P(Supervision, LiesOfShape,
                         testing::Values("huge_cell", "null_with_length", "too_many_rows", "too_many_columns",
                                         "no_columns", "no_cells", "struct_size", "stride", "kind", "scope_not_text",
                                         "scope_too_long", "null_batch", "twice", "huge_cursor", "null_cursor",
                                         "metric_nan", "metric_backwards", "metric_count", "metric_stride"),
                         [](const auto& test) { return std::string(test.param); });

class LiesOfValue : public testing::TestWithParam<const char*> {};

TEST_P(LiesOfValue, reach_ingest_and_do_not_end_the_run) {
  const SupervisedRun run(spec_of("lies", GetParam()));
  EXPECT_EQ(run.outcome.error_class, IZ_OK) << run.outcome.message;
  EXPECT_THAT(run.sink.cursors, ElementsAre("honest", "after the lie"));
  EXPECT_EQ(run.sink.rows_committed, 4U);
}

INSTANTIATE_TEST_SUITE_P(Supervision, LiesOfValue,
                         testing::Values("invalid_utf8", "nan_cost", "infinite_cost", "year_9999", "nul_in_text",
                                         "missing_needed", "long_text", "negative_size"),
                         [](const auto& test) { return std::string(test.param); });

TEST(Lies, an_error_class_that_does_not_exist_is_internal) {
  const SupervisedRun run(spec_of("lies", "unknown_class"));
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_INTERNAL);
  EXPECT_THAT(run.outcome.message, HasSubstr("4711"));
}

TEST(Lies, a_message_without_its_end_is_cut) {
  const SupervisedRun run(spec_of("lies", "unterminated_error"));
  EXPECT_EQ(run.outcome.error_class, IZ_ERR_PERMANENT);
  EXPECT_EQ(run.outcome.message, std::string(IZ_ERROR_MESSAGE_SIZE, 'x'));
}

}  // namespace
}  // namespace iz::test
