// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include <boost/asio/impl/src.hpp>
