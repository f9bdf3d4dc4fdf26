// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <gmock/gmock.h>

#include "cost_run.hpp"

// plugins/yandex/testdata/billing: a byte order mark, CRLF, Russian texts and labels, a commitment that is used in
// part.
namespace iz::yandex::test {
namespace {

std::string line_of(const Row& row) {
  return row["ChargeCategory"] + " | " + row["ChargeDescription"] + " | " + cell(row, "CommitmentDiscountStatus") +
         " | " + cell(row, "PricingQuantity") + " | " + row["ListCost"] + " | " + row["ContractedCost"] + " | " +
         row["BilledCost"] + " | " + row["EffectiveCost"];
}

TEST(ExportReplay, the_export_of_the_testdata_becomes_these_charges) {
  CostConnection connection;
  connection.put("20261014.csv", read_text(kTestdata / "billing/20261014.csv"));
  const Recording run = connection.run();
  ASSERT_TRUE(run.ok()) << run.message;
  EXPECT_THAT(run.problems, ::testing::IsEmpty());
  EXPECT_THAT(rules_of(run), ::testing::IsEmpty());
  std::vector<std::string> lines;
  for (const Row& row : run.rows) lines.push_back(line_of(row));
  EXPECT_THAT(lines,
              ::testing::UnorderedElementsAre(
                  // 48 of 72 core hours are covered, half of what the commitment holds: half of its fee.
                  "Usage | Intel Ice Lake. 100% vCPU | Used | 48 | 67.2 | 67.2 | 0 | 50.05",
                  "Usage | Intel Ice Lake. 100% vCPU |  | 24 | 33.6 | 33.6 | 33.6 | 33.6",
                  "Usage | Intel Ice Lake. RAM |  | 96 | 33.9648 | 33.9648 | 33.9648 | 33.9648",
                  "Purchase | CVoS. Intel Ice Lake. 100% vCPU, 1 год |  | 96 | 100.1 | 100.1 | 100.1 | 0",
                  "Usage | CVoS. Intel Ice Lake. 100% vCPU, 1 год | Unused | 48 | 50.05 | 50.05 | 0 | 50.05",
                  "Usage | Стандартное хранилище, \"горячее\" |  | 18156 | 65.3616 | 62.2616 | 62.2616 | 62.2616",
                  "Credit | Стандартное хранилище, \"горячее\" |  |  | -10 | -10 | -10 | -10",
                  "Usage | Tracker, до 100 пользователей |  | 0.032258064516129 | 13.8709677419 | 13.8709677419 | "
                  "13.8709677419 | "
                  "13.8709677419",
                  "Credit | Tracker, до 100 пользователей |  |  | -13.87 | -13.87 | -13.87 | -13.87"));
  const Row& used = run.row(infrazen::Kind::charge, "CommitmentDiscountStatus", "Used");
  EXPECT_EQ(used["Tags"], R"({"env":"prod","команда":"витрина"})");
  EXPECT_EQ(used["SubAccountName"], "прод");
  EXPECT_EQ(used["ListUnitPrice"], "1.4");
  EXPECT_EQ(total(run.rows, "BilledCost").to_string(), "219.9273677419");
}

}  // namespace
}  // namespace iz::yandex::test
