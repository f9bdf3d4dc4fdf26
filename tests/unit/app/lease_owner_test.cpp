// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "app/estate/lease_owner.hpp"

#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "harness/temp_dir.hpp"

namespace iz::app {
namespace {

store::Uuid name_in(const std::filesystem::path& folder) { return LeaseOwner(folder).id(); }

TEST(LeaseOwner, the_next_process_of_a_state_folder_bears_the_name_of_the_one_before) {
  const test::TempDir state;
  EXPECT_EQ(name_in(state.path()), name_in(state.path()));
}

TEST(LeaseOwner, two_processes_at_a_time_never_bear_one_name) {
  const test::TempDir state;
  const LeaseOwner first(state.path());
  const LeaseOwner second(state.path());
  EXPECT_NE(first.id(), second.id());
}

TEST(LeaseOwner, a_state_folder_copied_to_another_machine_gives_a_new_name) {
  const test::TempDir state;
  const store::Uuid here = name_in(state.path());
  const auto file = state / "lease-owner";
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  in.close();
  ASSERT_EQ(text.substr(0, text.find(' ')), store::to_string(here));
  std::ofstream(file) << text.substr(0, text.find(' ')) << " elsewhere\n";
  const store::Uuid there = name_in(state.path());
  EXPECT_NE(there, here);
  EXPECT_EQ(name_in(state.path()), there);
}

TEST(LeaseOwner, a_damaged_file_is_written_anew) {
  const test::TempDir state;
  (void)state.write("lease-owner", "not a name at all");
  EXPECT_EQ(name_in(state.path()), name_in(state.path()));
}

TEST(LeaseOwner, without_a_state_folder_the_name_is_a_new_one) {
  EXPECT_NE(name_in("/nonexistent/state"), name_in("/nonexistent/state"));
}

}  // namespace
}  // namespace iz::app
