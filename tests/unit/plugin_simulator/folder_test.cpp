// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>
#include <map>
#include <sstream>

#include <gtest/gtest.h>

#include "harness/connector_folder.hpp"
#include "harness/paths.hpp"
#include <infrazen/testkit/host.hpp>

// The files beside the connector: README.md, sample.yaml, testdata/.
namespace {

namespace fs = std::filesystem;
using infrazen::Decimal;
using infrazen::Kind;

const fs::path kFolder = iz::test::kSourceDir / "plugins/simulator";

TEST(simulator_folder, the_manifest_has_no_unknown_key_and_the_readme_has_every_setting_and_stream) {
  iz::test::expect_described(infrazen_module_v1, kFolder);
  const auto declared = iz::test::manifest_of(infrazen_module_v1);
  const std::string readme = iz::test::read_text(kFolder / "README.md");
  for (const auto& setting : declared.settings) {
    std::string value = setting.default_json == "\"\"" ? "(the clock)" : setting.default_json;
    std::erase(value, '"');
    const std::size_t at = readme.find("| `" + setting.name + "` | ");
    ASSERT_NE(at, std::string::npos) << setting.name;
    const std::string row = readme.substr(at, readme.find('\n', at) - at);
    const bool scientific = value.find('E') != std::string::npos;  // how Boost.JSON prints 0.03
    if (!scientific)
      EXPECT_NE(row.find("| " + value + " |"), std::string::npos) << row << " has not the default " << value;
  }
  for (const auto& stream : declared.streams)
    EXPECT_NE(readme.find("| `" + stream.name + "` |"), std::string::npos) << stream.name;
}

// What the sample's settings give at one instant, as a few lines per stream.
TEST(simulator_folder, the_sample_is_valid_and_gives_what_it_gave_before) {
  const auto connection = iz::config::load_connection(kFolder / "sample.yaml");
  (void)iz::test::expect_valid_sample(infrazen_module_v1, kFolder);

  infrazen::testkit::Host host;
  for (const auto& member : connection.settings.members) host.setting(member.key, member.value.text);
  host.setting("now", "2026-09-20T10:00:00Z");
  std::ostringstream actual;
  for (const char* stream :
       {"inventory", "costs", "metrics", "logs", "components", "prices", "rates", "balance", "documents"}) {
    const auto run = host.sync(infrazen_module_v1, {.stream = stream});
    EXPECT_EQ(run.problems, std::vector<std::string>());
    std::map<Kind, std::size_t> counts;
    std::map<std::string, Decimal> sums;
    for (const auto& row : run.rows) {
      ++counts[row.kind];
      for (const char* money : {"BilledCost", "list_price", "amount", "unit_price", "rate"}) {
        if (row.has(money)) sums[money] += Decimal::parse(row[money]).value();
      }
    }
    std::size_t points = 0;
    double total = 0;
    for (const auto& segment : run.segments) {
      points += segment.points.size();
      for (const auto& point : segment.points) total += point.value;
    }
    actual << stream << ": cursor " << run.cursors.back();
    for (const auto& [kind, count] : counts) actual << ", kind " << static_cast<std::uint32_t>(kind) << " x " << count;
    for (const auto& [name, sum] : sums) actual << ", " << name << ' ' << sum.to_string();
    if (points > 0) actual << ", points " << points << " sum " << static_cast<std::int64_t>(total / 1e6) << "e6";
    actual << '\n';
  }
  const fs::path golden = kFolder / "testdata/golden.txt";
  if (actual.str() == iz::test::read_text(golden)) return;
  const fs::path written = iz::test::kBinaryDir / "simulator-golden.txt";
  std::ofstream(written, std::ios::binary) << actual.str();
  ADD_FAILURE() << "the sample gives something else than " << golden << "; if that is meant, take " << written;
}

}  // namespace
