// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/paths.hpp"
#include "harness/process.hpp"
#include "harness/temp_dir.hpp"
#include "unit/sdk_abi/surface.hpp"

namespace {

namespace fs = std::filesystem;
using iz::test::Surface;
using iz::test::TempDir;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path kToday = iz::test::kSourceDir / "sdk/include";

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<fs::path> releases() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(iz::test::kSourceDir / "sdk/abi")) {
    if (entry.is_directory()) found.push_back(entry.path());
  }
  return found;
}

struct Language {
  const char* compiler;
  const char* language;
  const char* standard;
};

class abi_headers : public testing::TestWithParam<Language> {};

TEST_P(abi_headers, compile_alone_and_together_without_a_warning) {
  const auto [compiler, language, standard] = GetParam();
  std::string together;
  const auto compiles = [&, compiler = compiler, language = language, standard = standard](const std::string& source) {
    iz::test::ProcessOptions options;
    options.input = source;
    const auto result =
        iz::test::run({compiler, "-x", language, std::string("-std=") + standard, "-pedantic-errors", "-Wall",
                       "-Wextra", "-Wconversion", "-Wundef", "-Werror", "-fsyntax-only", "-I", kToday, "-"},
                      options);
    EXPECT_TRUE(result.status.ok()) << source << result.err;
  };
  for (const auto& entry : fs::directory_iterator(kToday / "infrazen/abi")) {
    const std::string include = "#include <infrazen/abi/" + entry.path().filename().string() + ">\n";
    compiles(include + include + "extern int not_empty;\n");
    together += include;
  }
  compiles(together + "IZ_NOTE(\"abc\", \"1.0.0\");\nextern int not_empty;\n");
}

INSTANTIATE_TEST_SUITE_P(languages, abi_headers,
                         testing::Values(Language{"gcc", "c", "c99"}, Language{"gcc", "c", "c11"},
                                         Language{"g++", "c++", "c++17"}, Language{"g++", "c++", "c++20"},
                                         Language{"clang", "c", "c99"}, Language{"clang", "c", "c11"},
                                         Language{"clang++", "c++", "c++17"}, Language{"clang++", "c++", "c++20"}),
                         [](const auto& one) {
                           std::string name = std::string(one.param.compiler) + "_" + one.param.standard;
                           std::replace_if(
                               name.begin(), name.end(), [](char c) { return c == '+'; }, 'x');
                           return name;
                         });

TEST(abi, each_frozen_release_is_laid_out_as_its_table_says) {
  for (const auto& release : releases()) {
    const std::string actual = iz::test::layout(iz::test::read_surface(release), release);
    if (actual == read(release / "layout.txt")) continue;
    const fs::path written = iz::test::kBinaryDir / (release.filename().string() + "-layout.txt");
    std::ofstream(written, std::ios::binary) << actual;
    ADD_FAILURE() << release / "layout.txt"
                  << " differs from what the compiler says, which is in " << written;
  }
}

TEST(abi, todays_headers_keep_every_promise_of_every_release) {
  const Surface today = iz::test::read_surface(kToday);
  const std::string today_layout = iz::test::layout(today, kToday);
  EXPECT_FALSE(releases().empty());
  for (const auto& release : releases()) {
    EXPECT_THAT(
        iz::test::broken_promises(iz::test::read_surface(release), read(release / "layout.txt"), today, today_layout),
        IsEmpty())
        << release;
  }
}

TEST(abi, the_surface_is_read_whole) {
  const Surface today = iz::test::read_surface(kToday);
  std::size_t functions = 0, structs = 0;
  for (const auto& [name, members] : today.structs) {
    ++structs;
    EXPECT_FALSE(members.empty()) << name;
    for (const auto& member : members) functions += member.declaration.find("(*") != std::string::npos ? 1 : 0;
  }
  // Counted on 1.0 with grep: what the reader overlooks is not guarded.
  EXPECT_GE(structs, 33u);
  EXPECT_GE(functions, 35u);
  EXPECT_GE(today.defines.size(), 248u);
}

// The test of the test: what must not pass does not.
class mutated_header : public testing::Test {
 protected:
  mutated_header() {
    fs::copy(kToday / "infrazen/abi", copy_ / "infrazen/abi",
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }

  std::vector<std::string> after(const char* header, const std::string& from, const std::string& to) {
    const fs::path path = copy_ / "infrazen/abi" / header;
    std::string text = read(path);
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    std::ofstream(path, std::ios::binary) << text;
    const Surface today = iz::test::read_surface(kToday), mutated = iz::test::read_surface(copy_.path());
    return iz::test::broken_promises(today, iz::test::layout(today, kToday), mutated,
                                     iz::test::layout(mutated, copy_.path()));
  }

  struct Copy : TempDir {
    Copy() { fs::create_directories(path() / "infrazen/abi"); }
  } copy_;
};

TEST_F(mutated_header, with_two_members_swapped_is_caught) {
  EXPECT_THAT(
      after("base.h", "    const char *ptr;\n    uint64_t    len;", "    uint64_t    len;\n    const char *ptr;"),
      Contains(HasSubstr("iz_str")));
}

TEST_F(mutated_header, with_a_member_of_another_type_of_the_same_size_is_caught) {
  EXPECT_THAT(after("sink.h", "int64_t        t0_us", "uint64_t       t0_us"),
              Contains(HasSubstr("iz_metric_segment.t0_us")));
}

TEST_F(mutated_header, with_another_function_signature_is_caught) {
  EXPECT_THAT(after("services.h", "int32_t (*requested)(void *context)", "int64_t (*requested)(void *context)"),
              Contains(HasSubstr("iz_cancel_1.requested")));
}

TEST_F(mutated_header, with_a_new_member_in_the_middle_is_caught) {
  EXPECT_THAT(after("http.h", "    uint32_t              attempts;",
                    "    uint32_t              between;\n    uint32_t              attempts;"),
              Contains(HasSubstr("iz_http_response")));
}

TEST_F(mutated_header, with_a_member_removed_is_caught) {
  EXPECT_THAT(after("module.h", "    uint32_t         target_stride;\n", ""),
              Contains(HasSubstr("iz_sync_request.target_stride is gone")));
}

TEST_F(mutated_header, with_a_constant_changed_or_gone_is_caught) {
  EXPECT_THAT(after("records.h", "#define IZ_RESOURCE_NAME 18u", "#define IZ_RESOURCE_NAME 19u"),
              Contains(HasSubstr("IZ_RESOURCE_NAME")));
  EXPECT_THAT(after("records.h", "#define IZ_KIND_METRIC", "#define IZ_KIND_METRICS"),
              Contains("IZ_KIND_METRIC is gone"));
}

TEST_F(mutated_header, with_a_member_appended_and_the_minor_raised_is_welcome) {
  EXPECT_THAT(after("module.h", "    uint32_t         target_stride;\n",
                    "    uint32_t         target_stride;\n    iz_str           added;\n"),
              IsEmpty());
  EXPECT_THAT(after("base.h", "#define IZ_ABI_MINOR 0u", "#define IZ_ABI_MINOR 1u"), IsEmpty());
}

}  // namespace
