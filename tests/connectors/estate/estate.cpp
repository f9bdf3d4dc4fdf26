// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
//
// Keeps every rule: what the faulty connectors are compared with.
#include "../support/estate.hpp"

IZ_ESTATE(iz::test::Estate, "estate")
