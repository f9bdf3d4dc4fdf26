// Runs the connector in this process against answers from testdata/. No test framework is needed; use the one you like.
#include <iostream>

#include <infrazen/testkit/host.hpp>

using infrazen::Kind;

static int failures = 0;

static void expect(bool holds, const char* what) {
  if (holds) return;
  std::cerr << "FAILED: " << what << '\n';
  ++failures;
}

int main() {
  infrazen::testkit::Host host;
  host.setting("base_url", "https://api.acme.example").json_setting("projects", R"(["p-1"])").secret("token", "t");
  host.http().load(TESTDATA);

  auto run = host.sync(infrazen_module_v1, {.stream = "inventory"});
  for (const auto& problem : run.problems) std::cerr << problem << '\n';
  expect(run.ok() && run.problems.empty(), "the run succeeds and breaks no rule");

  host.json_setting("projects", R"(["p-1","p-2"])");
  run = host.sync(infrazen_module_v1, {.stream = "inventory"});
  expect(run.error_class == IZ_ERR_TRANSIENT, "a run that lacks a project is tried again");
  expect(run.message.starts_with("1 of 2 projects failed: p-2: "), "it says which one");
  expect(run.of(Kind::resource).size() == 2, "what came is known all the same");
  expect(run.row(Kind::resource, "external_id", "17")["list_price"] == "12.50", "prices keep their digits");
  expect(run.completed(Kind::resource, "p-1"), "a project that was read is complete");
  expect(!run.completed(Kind::resource, "p-2"), "a project that failed retires nothing");
  expect(host.http().sent().front().auth_ref == "token", "the token is used by name");
  if (failures == 0) std::cout << "acme: all passed\n";
  return failures == 0 ? 0 : 1;
}
