// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <set>

#include "harness/connector_folder.hpp"
#include "harness/paths.hpp"
#include "yandex/inventory/kind.hpp"
#include "yandex_run.hpp"

// The files beside the connector, and its table of kinds.
namespace iz::yandex {
namespace {

const std::filesystem::path kFolder = test::kSourceDir / "plugins/yandex";

records::Manifest manifest() {
  return test::manifest_of(infrazen_module_v1);
}

TEST(YandexFolder, the_readme_has_every_setting_secret_and_stream_of_the_manifest) {
  test::expect_described(infrazen_module_v1, kFolder);
  const auto declared = manifest();
  const std::string readme = file_text(kFolder / "README.md");
  for (const auto& secret : declared.secrets)
    EXPECT_NE(readme.find("| `" + secret.name + "` |"), std::string::npos) << secret.name;
  for (const auto& stream : declared.streams)
    EXPECT_NE(readme.find("| `" + stream.name + "` |"), std::string::npos) << stream.name;
}

TEST(YandexFolder, the_sample_is_valid) {
  (void)test::expect_valid_sample(infrazen_module_v1, kFolder);
}

TEST(YandexFolder, the_table_of_provider_columns_that_was_asked_for_is_declared) {
  const auto declared = manifest();
  for (const char* column :
       {"instance_type", "cpu_cores", "memory_gb", "operating_system", "platform", "disk_type", "disk_size_gb",
        "storage_class", "ip_addresses", "security_groups", "folder_id", "cloud_id", "organization_id"})
    EXPECT_NE(declared.find_column(column), nullptr) << column;
}

TEST(ResourceKinds, each_has_a_name_of_its_own_and_links_to_kinds_that_there_are) {
  std::set<std::string_view> types;
  for (const ResourceKind* kind : all_kinds()) {
    EXPECT_TRUE(types.insert(kind->type).second) << kind->type;
    EXPECT_NE(kind->list.find("{folder}"), std::string_view::npos) << kind->type;
    EXPECT_TRUE(kind->get.empty() || kind->get.find("{id}") != std::string_view::npos) << kind->type;
    EXPECT_FALSE(kind->name.empty() || kind->category.empty() || kind->key.empty()) << kind->type;
    for (const Link& link : kind->links) EXPECT_NE(find_kind(link.type), nullptr) << kind->type << " → " << link.type;
    for (const Part& part : kind->parts) EXPECT_NE(part.path.find("{id}"), std::string_view::npos) << kind->type;
  }
  EXPECT_GE(types.size(), 55U);
}

}  // namespace
}  // namespace iz::yandex
