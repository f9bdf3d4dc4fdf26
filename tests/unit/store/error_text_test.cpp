// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/session/error_text.hpp"

#include <gtest/gtest.h>

namespace iz::store {
namespace {

TEST(ErrorText, of_a_server_that_is_away_is_one_line) {
  EXPECT_EQ(one_line("connection to server on socket \"/run/pg/.s.PGSQL.5432\" failed: No such file or directory\n"
                     "\tIs the server running locally and accepting connections on that socket?\n"),
            "connection to server on socket \"/run/pg/.s.PGSQL.5432\" failed: No such file or directory; Is the server "
            "running locally and accepting connections on that socket?");
  EXPECT_EQ(one_line("server closed the connection unexpectedly\n\tThis probably means the server terminated "
                     "abnormally\n\tbefore or while processing the request.\n"),
            "server closed the connection unexpectedly; This probably means the server terminated abnormally before or "
            "while processing the request.");
}

TEST(ErrorText, of_a_statement_keeps_the_detail_and_drops_the_excerpt) {
  EXPECT_EQ(one_line("ERROR:  relation \"infrazen.rollup_dirty\" does not exist\n"
                     "LINE 1: SELECT part_id, billing_month, charge_day FROM infrazen.roll...\n"
                     "                                                       ^\n"
                     "HINT:  Perhaps you meant another one.\n"),
            "ERROR: relation \"infrazen.rollup_dirty\" does not exist; HINT: Perhaps you meant another one.");
  EXPECT_EQ(one_line("ERROR:  duplicate key value violates unique constraint \"jobs_pkey\"\n"
                     "DETAIL:  Key (job)=(retention) already exists.\nCONTEXT:  COPY jobs, line 1\n"),
            "ERROR: duplicate key value violates unique constraint \"jobs_pkey\"; DETAIL: Key (job)=(retention) already "
            "exists. CONTEXT: COPY jobs, line 1");
}

TEST(ErrorText, that_is_one_line_already_stays_as_it_is) {
  EXPECT_EQ(one_line(""), "");
  EXPECT_EQ(one_line("\n \n"), "");
  EXPECT_EQ(one_line("FATAL: the database system is starting up"), "FATAL: the database system is starting up");
}

}  // namespace
}  // namespace iz::store
