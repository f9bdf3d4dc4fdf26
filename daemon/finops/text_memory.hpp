// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#define XXH_INLINE_ALL  // short keys: a call would cost more than the hash
#include <xxhash.h>

// Bills repeat themselves: what was judged once is recognised instead of judged again. All memories are of fixed size;
// what falls out of them is judged anew.
namespace iz::finops {

[[nodiscard]] inline std::uint64_t text_hash(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

// a == b, for the short texts of bills: a call of memcmp costs more than the comparison.
[[nodiscard]] inline bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const auto load = [](const char* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
  };
  std::size_t left = a.size();
  if (left < 8) {
    for (std::size_t i = 0; i < left; ++i) {
      if (a[i] != b[i]) return false;
    }
    return true;
  }
  const char* p = a.data();
  const char* q = b.data();
  for (; left > 8; left -= 8, p += 8, q += 8) {
    if (load(p) != load(q)) return false;
  }
  const std::size_t last = a.size() - 8;  // may overlap what was compared
  return load(a.data() + last) == load(b.data() + last);
}

// Texts that were found to be right.
class CleanTexts {
 public:
  explicit CleanTexts(std::size_t slots) : slots_(slots, 0) {}  // a power of two
  [[nodiscard]] bool contains(std::uint64_t hash) const { return slots_[hash & (slots_.size() - 1)] == (hash | 1); }
  void add(std::uint64_t hash) { slots_[hash & (slots_.size() - 1)] = hash | 1; }

 private:
  std::vector<std::uint64_t> slots_;  // 0 = free; so no hash is stored as 0
};

// The code of a text in a list of allowed values: its place + 1, 0 for null, 255 for a text that is not allowed.
class AllowedTexts {
 public:
  template <class Names>
  explicit AllowedTexts(const Names& names) {
    for (const std::string_view name : names) names_.push_back(name);
  }
  [[nodiscard]] std::uint8_t code(std::string_view text) {
    if (text.data() == nullptr) return 0;
    if (same_text(text, last_)) return last_code_;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == text) {
        last_ = names_[i];
        return last_code_ = static_cast<std::uint8_t>(i + 1);
      }
    }
    return 255;
  }

 private:
  std::vector<std::string_view> names_;
  std::string_view last_ = {"", 0};
  std::uint8_t last_code_ = 255;  // of the empty text, which no list allows
};

// The value seen first with each key, to notice a key with two values.
class FirstValues {
 public:
  explicit FirstValues(std::size_t slots) : slots_(slots) {}  // a power of two
  // False when the key was seen with another value before.
  [[nodiscard]] bool agrees(std::string_view key, std::string_view value) {
    if (same_text(key, last_key_) && same_text(value, last_value_)) return true;
    const std::uint64_t key_hash = text_hash(key);
    const std::uint64_t value_hash = text_hash(value);
    Slot& slot = slots_[key_hash & (slots_.size() - 1)];
    if (slot.used && slot.key == key_hash) return slot.value == value_hash;
    slot = {key_hash, value_hash, true};
    last_key_ = key;
    last_value_ = value;
    return true;
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint64_t value = 0;
    bool used = false;
  };
  std::vector<Slot> slots_;
  std::string last_key_;  // a pair that agrees
  std::string last_value_;
};

}  // namespace iz::finops
