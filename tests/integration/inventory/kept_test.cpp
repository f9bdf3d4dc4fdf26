// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// What a stream listed is kept between its runs, as long as nobody else has touched it.
#include <cstring>

#include <gtest/gtest.h>

#include "estate.hpp"

namespace iz::test {
namespace {

class Kept : public testing::Test {
 protected:
  void list(const std::vector<Record>& rows, const Estate::Place& place = {}) {
    estate_.run(place)->list("all", rows).mark();
  }
  // Behind everybody's back: whoever reads the stream's rows from the database finds none.
  void forget_in_database() { (void)estate_.query("UPDATE resource_sightings SET row_hash = gen_random_uuid()"); }
  std::int64_t changes() { return estate_.number("SELECT count(*) FROM resource_changes"); }
  // Rows that were written: an unchanged one is not.
  std::int64_t rewritten() {
    return estate_.number("SELECT count(*) FROM resource_sightings WHERE xmin::text::bigint > " + since_);
  }
  void from_here() { since_ = estate_.scalar("SELECT txid_current()"); }

  Estate estate_;
  std::string since_;
  const std::vector<Record> three_{resource("a"), resource("b"), resource("c")};
};

TEST_F(Kept, the_next_run_reads_nothing) {
  list(three_);
  EXPECT_GT(estate_.kept().memory_bytes(), 0u);
  forget_in_database();
  from_here();
  list(three_);
  EXPECT_EQ(rewritten(), 0);
  list({resource("a"), resource("b")});
  EXPECT_EQ(estate_.scalar("SELECT string_agg(external_id, ' ') FROM resource_items WHERE retired_at IS NOT NULL"), "c");
}

TEST_F(Kept, a_full_run_believes_only_the_database) {
  list(three_);
  forget_in_database();
  from_here();
  list(three_, {.mode = IZ_SYNC_FULL});
  EXPECT_EQ(rewritten(), 3);
}

TEST_F(Kept, a_lease_in_between_makes_it_worthless) {
  list(three_);
  forget_in_database();
  (void)estate_.query("UPDATE streams SET epoch = epoch + 1");  // another daemon took the stream and gave it back
  from_here();
  list(three_);
  EXPECT_EQ(rewritten(), 3);
}

TEST_F(Kept, a_run_that_leaves_records_without_a_mark_keeps_nothing) {
  list(three_);
  estate_.run()->resources({resource("d")});
  EXPECT_EQ(estate_.kept().memory_bytes(), 0u);
  list({resource("a"), resource("b"), resource("c"), resource("d")});
  EXPECT_EQ(estate_.number("SELECT count(*) FROM resource_items WHERE retired_at IS NULL"), 4);
}

// Two streams list one resource; one of them reports its end. The other one's next listing brings it back.
TEST_F(Kept, what_another_stream_retires_is_read_anew) {
  const Estate::Place other{.stream = "other"};
  list(three_);
  list(three_, other);
  estate_.run(other)
      ->push(IZ_KIND_RETIREMENT,
             {Record{{{IZ_RETIREMENT_TYPE, "compute.instance"}, {IZ_RETIREMENT_EXTERNAL_ID, "b"}}, {}}})
      .mark();
  ASSERT_EQ(estate_.scalar("SELECT string_agg(external_id, ' ') FROM resource_items WHERE retired_at IS NOT NULL"), "b");
  list(three_);
  EXPECT_EQ(estate_.scalar("SELECT max(incarnation) FROM resource_items WHERE external_id = 'b' AND retired_at IS NULL"), "2");
}

TEST_F(Kept, what_the_stream_itself_retires_is_not_known_any_more) {
  list(three_);
  estate_.run()
      ->push(IZ_KIND_RETIREMENT,
             {Record{{{IZ_RETIREMENT_TYPE, "compute.instance"}, {IZ_RETIREMENT_EXTERNAL_ID, "b"}}, {}}})
      .mark();
  list(three_);
  EXPECT_EQ(estate_.scalar("SELECT max(incarnation) FROM resource_items WHERE external_id = 'b' AND retired_at IS NULL"), "2");
}

// A component goes with its resource's incarnation, in the mark of another stream; delivered again, it belongs to the next.
TEST_F(Kept, components_of_a_recreated_resource_are_written_again) {
  const Estate::Place software{.stream = "software"};
  const auto components = [&] {
    auto run = estate_.run(software);
    run->push(IZ_KIND_COMPONENT, {Record{{{IZ_COMPONENT_RESOURCE_TYPE, "compute.instance"},
                                          {IZ_COMPONENT_EXTERNAL_ID, "a"},
                                          {IZ_COMPONENT_COMPONENT_TYPE, "package"},
                                          {IZ_COMPONENT_NAME, "openssl"}},
                                         {}}});
    run->mark();
  };
  const auto made = [](const char* at) { return resource("a").set(IZ_RESOURCE_CREATED_AT, at); };
  list({made("2026-01-01T00:00:00Z")});
  components();
  list({made("2026-02-01T00:00:00Z")});
  ASSERT_EQ(estate_.number("SELECT count(*) FROM resource_components WHERE retired_at IS NULL"), 0);
  components();
  EXPECT_EQ(estate_.scalar("SELECT i.incarnation FROM resource_components c JOIN resource_items i ON i.id = c.resource_id WHERE "
                           "c.retired_at IS NULL"),
            "2");
}

// A component that two streams list belongs to the one that delivered it last; the other one no longer knows it.
TEST_F(Kept, a_component_that_another_stream_took_and_gave_up_is_written_again) {
  const auto deliver = [&](const std::string& stream, const std::string& version, bool listed) {
    auto run = estate_.run({.stream = stream});
    run->open("all", IZ_KIND_COMPONENT);
    if (listed) {
      run->push(IZ_KIND_COMPONENT,
                {Record{{{IZ_COMPONENT_RESOURCE_TYPE, "compute.instance"},
                         {IZ_COMPONENT_EXTERNAL_ID, "a"},
                         {IZ_COMPONENT_COMPONENT_TYPE, "package"},
                         {IZ_COMPONENT_NAME, "openssl"},
                         {IZ_COMPONENT_VERSION, version}},
                        {}}},
                "all");
    }
    run->close("all", IZ_KIND_COMPONENT).mark();
  };
  list({resource("a")});
  deliver("agent", "3.0.1", true);
  deliver("scanner", "3.0.2", true);
  deliver("scanner", "", false);
  ASSERT_EQ(estate_.number("SELECT count(*) FROM resource_components WHERE retired_at IS NULL"), 0);
  deliver("agent", "3.0.1", true);
  EXPECT_EQ(estate_.scalar("SELECT component_version FROM resource_components WHERE retired_at IS NULL"), "3.0.1");
}

TEST(KeptListings, give_way_to_newer_ones_beyond_their_limit) {
  ingest::KeptListings kept(200'000);
  const auto listed = [](std::size_t rows, const store::StreamLease& lease) {
    ingest::KeptListings::Listed made{store::ScopeBook(lease, IZ_KIND_RESOURCE), {}};
    made.rows.reserve(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      store::Uuid key;
      std::memcpy(key.bytes.data(), &i, sizeof i);
      made.rows.insert(key);
    }
    return made;
  };
  store::StreamLease leases[3];
  for (int i = 0; i < 3; ++i) {
    leases[i].stream_id = i + 1;
    kept.keep(leases[i], IZ_KIND_RESOURCE, listed(2'000, leases[i]));
    leases[i].epoch = 1;
  }
  EXPECT_LE(kept.memory_bytes(), 200'000u);
  EXPECT_FALSE(kept.take(leases[0], IZ_KIND_RESOURCE));
  const auto last = kept.take(leases[2], IZ_KIND_RESOURCE);
  ASSERT_TRUE(last);
  EXPECT_EQ(last->rows.size(), 2'000u);
  EXPECT_FALSE(kept.take(leases[2], IZ_KIND_RESOURCE)) << "handed out once";
  kept.keep(leases[2], IZ_KIND_RESOURCE, listed(20'000, leases[2]));
  EXPECT_FALSE(kept.take(leases[2], IZ_KIND_RESOURCE)) << "larger than everything";
}

}  // namespace
}  // namespace iz::test
