// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "unit/architecture/layers.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/temp_dir.hpp"

namespace iz::test::architecture {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Layers the_table() {
  std::ifstream in(kSourceDir / "tests/unit/architecture/layers.txt");
  return Layers::parse(std::string{std::istreambuf_iterator<char>(in), {}});
}

TEST(Layers, every_include_of_the_tree_is_allowed) {
  EXPECT_THAT(violations(kSourceDir, the_table()), IsEmpty());
}

TEST(Layers, every_module_is_in_the_table) {
  const auto table = the_table();
  for (const auto& entry : std::filesystem::directory_iterator(kSourceDir / "daemon")) {
    if (entry.is_directory()) EXPECT_TRUE(table.layers().contains(entry.path().filename().string())) << entry.path();
  }
}

TEST(Layers, the_table_has_no_cycle) {
  const auto table = the_table();
  std::set<std::string> done;
  for (std::size_t before = 1; before != done.size();) {
    before = done.size();
    for (const auto& [layer, below] : table.layers()) {
      if (std::includes(done.begin(), done.end(), below.begin(), below.end())) done.insert(layer);
    }
    if (done.size() == table.layers().size()) return;
  }
  FAIL() << "only " << done.size() << " of " << table.layers().size() << " layers can be put in an order";
}

// The test of the test: a tree with one fault of each kind.
TEST(Layers, a_wrong_include_is_caught) {
  const TempDir tree;
  tree.write("daemon/finops/price.cpp",
             "#include <vector>\n"
             "#include \"finops/price.hpp\"\n"
             "#include \"records/kinds.hpp\"\n"
             "#include \"store/session/session.hpp\"\n"
             "  #  include <pqxx/pqxx>\n"
             "// #include \"serve/http.hpp\"\n"
             "/*\n#include \"serve/http.hpp\"\n*/\n");
  tree.write("daemon/store/session/session.cpp", "#include <libpq-fe.h>\n#include <boost/beast.hpp>\n#include <curl/curl.h>\n");
  tree.write("daemon/serve/http.cpp",
             "#include <boost/beast/http.hpp>\n#include <boost/url.hpp>\n#include <curl/curl.h>\n");
  tree.write("daemon/notify/mail.cpp",
             "#include <curl/curl.h>\n#include \"../store/session/session.hpp\"\n#include \"../cli/main.hpp\"\n");
  tree.write("daemon/unheard/x.cpp", "#include \"records/kinds.hpp\"\n");
  tree.write(
      "plugins/cbr/cbr.cpp",
      "#include <infrazen/connector.hpp>\n#include \"support/xml.hpp\"\n#include \"cbr/rates.hpp\"\n"
      "#include \"rates.hpp\"\n#include \"yandex/iam.hpp\"\n#include \"../beget/api.hpp\"\n#include <curl/curl.h>\n");
  tree.write("plugins/cbr/testdata/x.cpp", "#include \"store/session/session.hpp\"\n");
  tree.write("sdk/include/infrazen/x.hpp",
             "#include <infrazen/abi/module.h>\n#include <boost/json.hpp>\n#include <unistd.h>\n");
  tree.write("sdk/check/main.cpp", "#include <dlfcn.h>\n#include <some/new/library.hpp>\n");

  EXPECT_THAT(violations(tree.path(), the_table()),
              ElementsAre(HasSubstr("daemon/finops/price.cpp:4: finops may not include store"),
                          HasSubstr("daemon/finops/price.cpp:5: finops may not include <pqxx/pqxx>"),
                          HasSubstr("daemon/notify/mail.cpp:3: notify may not include cli"),
                          HasSubstr("daemon/serve/http.cpp:3: serve may not include <curl/curl.h>"),
                          HasSubstr("daemon/store/session/session.cpp:2: store may not include <boost/beast.hpp>"),
                          HasSubstr("daemon/store/session/session.cpp:3: store may not include <curl/curl.h>"),
                          HasSubstr("daemon/unheard/x.cpp:1: unheard is not in the table"),
                          HasSubstr("plugins/cbr/cbr.cpp:5: plugins/cbr may not include plugins/yandex"),
                          HasSubstr("plugins/cbr/cbr.cpp:6: plugins/cbr may not include plugins/beget"),
                          HasSubstr("plugins/cbr/cbr.cpp:7: plugins/cbr may not include <curl/curl.h>"),
                          HasSubstr("sdk/check/main.cpp:2: <some/new/library.hpp> is in no line"),
                          HasSubstr("sdk/include/infrazen/x.hpp:2: sdk may not include <boost/json.hpp>"),
                          HasSubstr("sdk/include/infrazen/x.hpp:3: sdk may not include <unistd.h>")));
}

TEST(Layers, a_broken_table_is_an_error_with_its_line) {
  try {
    Layers::parse("layer store : records\nlayer ingest store\n");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("layers.txt:2"));
  }
}

}  // namespace
}  // namespace iz::test::architecture
