// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "store/resource_resolver.hpp"
