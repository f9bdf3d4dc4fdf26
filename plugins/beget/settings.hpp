// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <infrazen/host.hpp>

namespace iz::beget {

// What happens when the balance dropped by something else than what was accrued.
enum class TrueUp : std::uint8_t { adjust, report, off };

struct Settings {
  std::string login;                              // of the hosting account: the billing account's id
  std::string cloud_login;                        // who signs in to the cloud API
  std::string base_url;                           // without a slash at the end
  bool hosting = false;                           // there is a password for the classic API …
  bool cloud = false;                             // … and for the cloud's
  std::size_t page_size = 100;                    // rows of a page of the cloud
  std::chrono::milliseconds hosting_pause{1000};  // between two calls of the classic API

  std::chrono::minutes utc_offset{180};  // of Beget's days and of dates without a zone
  std::string amount_basis;              // gross, net, "" = not said

  bool charge_stopped = true;
  bool charge_archived = false;
  bool charge_suspended = false;
  infrazen::Decimal additional_ip_price;  // per address and day, 0 = not known
  bool plan_prepaid = true;               // of a year's plan: paid at once, not drawn daily
  bool accrue_domains = true;
  TrueUp true_up = TrueUp::adjust;

  bool mailboxes = true;
  std::int64_t size_unit = 1;  // bytes in one unit of the sizes of buckets and snapshots
  std::vector<std::string> statistics;
  std::string disk_usage_unit;
  std::string disk_unit;
  std::string network_unit;

  [[nodiscard]] std::chrono::sys_days day_of(infrazen::Micros instant) const {
    return std::chrono::floor<std::chrono::days>(instant + utc_offset);
  }
  // Its first moment.
  [[nodiscard]] infrazen::Micros begin_of(std::chrono::sys_days day) const {
    return infrazen::Micros(day) - utc_offset;
  }
};

// Throws infrazen::Error (config) naming the setting or the secret.
[[nodiscard]] Settings read_settings(const infrazen::Host& host);

}  // namespace iz::beget
