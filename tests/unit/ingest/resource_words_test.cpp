// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "ingest/inventory/resource_words.hpp"

#include <gtest/gtest.h>

namespace iz::ingest {
namespace {

TEST(ResourceWords, providers_types_get_the_daemons_names) {
  EXPECT_EQ(normalise_type("compute.instance"), "virtual_machine");
  EXPECT_EQ(normalise_type("Compute::Server"), "virtual_machine");
  EXPECT_EQ(normalise_type("vps"), "virtual_machine");
  EXPECT_EQ(normalise_type("block-storage/volumes"), "disk");
  EXPECT_EQ(normalise_type("storage.buckets"), "bucket");
  EXPECT_EQ(normalise_type("mdb.postgresql.cluster"), "database");
  EXPECT_EQ(normalise_type("managed-kubernetes.node-group"), "kubernetes_node_group");
  EXPECT_EQ(normalise_type("k8s.cluster"), "kubernetes_cluster");
  EXPECT_EQ(normalise_type("networkLoadBalancer"), "load_balancer");
  EXPECT_EQ(normalise_type("vpc.securityGroup"), "security_group");
}

TEST(ResourceWords, what_is_named_after_a_machine_or_a_balancer_is_not_counted_as_one) {
  EXPECT_EQ(normalise_type("compute.instance_group"), "instance_group");
  EXPECT_EQ(normalise_type("compute.reserved_instance_pool"), "capacity_reservation");
  EXPECT_EQ(normalise_type("compute.snapshot_schedule"), "snapshot_schedule");
  EXPECT_EQ(normalise_type("vpc.private_endpoint"), "private_endpoint");
  EXPECT_EQ(normalise_type("load_balancer.target_group"), "target_group");
}

TEST(ResourceWords, a_word_inside_another_word_is_not_that_word) {
  EXPECT_EQ(normalise_type("transport"), "transport");       // no port
  EXPECT_EQ(normalise_type("recipe.book"), "recipe_book");   // no ip
}

TEST(ResourceWords, an_unknown_type_stays_itself) {
  EXPECT_EQ(normalise_type("Quantum Annealer/v2"), "quantum_annealer_v2");
  EXPECT_EQ(normalise_type("Диск"), "Диск");
  EXPECT_EQ(normalise_type("---"), "other");
}

TEST(ResourceWords, states) {
  EXPECT_EQ(normalise_status("RUNNING"), "running");
  EXPECT_EQ(normalise_status("ACTIVE"), "running");
  EXPECT_EQ(normalise_status("SHUTOFF"), "stopped");
  EXPECT_EQ(normalise_status("in-use"), "in_use");
  EXPECT_EQ(normalise_status("Error Restoring"), "error_restoring");
}

TEST(ResourceWords, services_of_types) {
  EXPECT_EQ(service_of_type("virtual_machine"), "Compute");
  EXPECT_EQ(service_of_type("quantum_annealer"), "");
}

}  // namespace
}  // namespace iz::ingest
