// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "support/pages.hpp"

#include <algorithm>
#include <cctype>
#include <unordered_set>
#include <utility>

#include <xxhash.h>

namespace iz::support {
namespace {

using infrazen::Error;
using infrazen::ErrorClass;

constexpr std::uint64_t kPageMax = std::uint64_t{16} << 20;  // bytes of one page, unless the request says otherwise
constexpr std::size_t kRefusalMax = std::size_t{64} << 10;

struct HashHash {
  std::size_t operator()(const XXH128_hash_t& hash) const { return hash.low64; }
};
struct SameHash {
  bool operator()(const XXH128_hash_t& a, const XXH128_hash_t& b) const {
    return a.low64 == b.low64 && a.high64 == b.high64;
  }
};

// The provider no longer knows the place from which a page was asked for: the row it was after was deleted, the token
// is too old.
bool place_was_lost(std::uint32_t status) {
  return status == 400 || status == 404 || status == 410;
}

Error named(const std::string& name, const Error& error) {
  return {error.error_class(), name + ": " + error.what(), error.retry_after(), error.http_status()};
}

// Of an answer that is an error: providers say in JSON what they mean by it, proxies in HTML.
std::optional<JsonDocument> json_or_nothing(std::string_view answer) {
  if (answer.empty() || answer.size() > kRefusalMax) return std::nullopt;
  try {
    return JsonDocument(answer, "the answer");
  } catch (const Error&) {
    return std::nullopt;
  }
}

// {"total_count": 0}, "totalSize", "count": how many rows there are.
bool counts_none(const JsonMember& member) {
  std::string name(member.name);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool count = name.find("total") != std::string::npos || name.find("count") != std::string::npos;
  return count && member.value.integer() == 0;
}

[[noreturn]] void throw_transient(const std::string& words) {
  throw Error(ErrorClass::transient, words);
}

}  // namespace

// One listing under way.
struct PagedListings::Walk {
  explicit Walk(Listing begun) : listing(std::move(begun)) {
    if (listing.request.body_max == 0) listing.request.body_max = kPageMax;
    begin();
  }

  void begin() {
    page = rows = offset = 0;
    last_id.clear();
    page_ids = 0;
    asked.clear();
    (void)turn({});
  }
  // Begins again; false if that was done `most` times.
  bool begin_again(unsigned most) {
    if (restarts >= most) return false;
    ++restarts;
    begin();
    return true;
  }

  // Makes the request of the next page; false if there is none.
  bool turn(JsonValue root) {
    request = listing.request;
    renewed = false;
    const auto& make = listing.paging.turn_;
    if (!make) return page == 0;
    const PagePlace place{root, page, rows, offset, seen.size(), last_id};
    if (!make(place, request)) return false;
    if (page >= listing.max_pages) {
      throw Error(ErrorClass::permanent, "the listing has more than " + std::to_string(listing.max_pages) +
                                             " pages: narrow it, or raise the connector's limit");
    }
    if (listing.paging.limit_ == 0) refuse_circle();
    return true;
  }
  void refuse_circle() {
    XXH64_hash_t hash = XXH3_64bits(request.url.data(), request.url.size());
    hash = XXH3_64bits_withSeed(request.body.data(), request.body.size(), hash);
    if (!asked.insert(hash).second) {
      throw_transient("after page " + std::to_string(page) +
                      " the listing leads back to a page that was read before; it is read again at the next run, tell "
                      "the provider if it stays so");
    }
  }

  [[nodiscard]] std::vector<JsonValue> rows_of(JsonValue root) const {
    const JsonValue found = listing.rows.empty() ? root : root.path(listing.rows);
    if (found.is_array()) return {found.begin(), found.end()};
    if (found.is_object() && !listing.paging.turn_) return {found};
    const bool none = found.is_null() || (!found.exists() && listing.empty_without_rows && bare(root));
    if (!none) {
      throw_transient("the answer has no list \"" + listing.rows +
                      "\": is the endpoint another service's, or a proxy between?");
    }
    return {};
  }
  [[nodiscard]] bool bare(JsonValue root) const {
    if (!root.is_object()) return false;
    const auto members = root.members();
    return std::all_of(members.begin(), members.end(), [&](const JsonMember& member) {
      return member.name == listing.paging.token_ || counts_none(member);
    });
  }
  [[nodiscard]] std::string id_of(JsonValue row) const {
    if (listing.key) return listing.key(row);
    return listing.id.empty() ? std::string() : std::string(row.path(listing.id).text());
  }

  // Takes in a page: its new rows, and whether the listing goes on (with `request`) or has ended.
  bool take(JsonValue root, std::vector<JsonValue>& fresh) {
    if (listing.check) listing.check(root);
    const std::vector<JsonValue> all = rows_of(root);
    const std::string expected = std::exchange(last_id, {});
    const std::uint64_t before = std::exchange(page_ids, 0);
    bool moved = listing.paging.limit_ != 0 && !expected.empty() && all.empty();
    for (std::size_t i = 0; i < all.size(); ++i) {
      last_id = id_of(all[i]);
      const bool is_new = last_id.empty() || seen.insert(XXH3_128bits(last_id.data(), last_id.size())).second;
      if (is_new) fresh.push_back(all[i]);
      if (i == 0 && is_new && listing.paging.limit_ != 0 && !expected.empty()) moved = true;
      if (!last_id.empty()) page_ids = XXH3_64bits_withSeed(last_id.data(), last_id.size(), page_ids + 1);
    }
    const std::size_t repeated = expected.empty() ? 0 : 1;
    offset += all.size() - std::min(repeated, all.size());
    rows = all.size();
    ++page;
    if (listing.paging.limit_ == 0) return turn(root);
    return turn_by_offset(root, moved, before != 0 && page_ids == before && rows > 1);
  }

  // moved: what was deleted before the page moved rows up, to where they were not read. repeated: the same rows again.
  bool turn_by_offset(JsonValue root, bool moved, bool repeated) {
    if (repeated) {
      // A provider without paging gives all it has, however it is asked.
      if (rows != listing.paging.limit_) return false;
      throw_transient("the provider gives the same " + std::to_string(rows) + " rows whatever the offset");
    }
    const std::optional<std::int64_t> total =
        listing.paging.total_.empty() ? std::nullopt : root.path(listing.paging.total_).integer();
    if (!moved) {
      if (total && static_cast<std::int64_t>(offset) == *total) return false;
      if (turn(root)) return true;
      moved = total && static_cast<std::int64_t>(offset) < *total;
      if (!moved) return false;
    }
    if (!begin_again(2)) {
      throw_transient("the listing changed each of the three times that it was read; it is read again at the next run");
    }
    return true;
  }

  Listing listing;
  infrazen::Request request;  // under way
  std::uint64_t token_number = 0;
  bool renewed = false;  // its token, after it was refused
  unsigned restarts = 0;
  std::size_t page = 0;  // where it stands, see PagePlace
  std::size_t rows = 0;
  std::size_t offset = 0;
  std::string last_id;
  std::uint64_t page_ids = 0;  // of the ids of the page before
  std::unordered_set<std::uint64_t> asked;
  std::unordered_set<XXH128_hash_t, HashHash, SameHash> seen;
};

PagedListings::PagedListings(infrazen::Http& http) : http_(http), fanout_(http) {}
PagedListings::~PagedListings() = default;

void PagedListings::add(Listing listing) {
  waiting_.push_back(std::move(listing));
}

bool PagedListings::room() const {
  return waiting_.size() + fanout_.under_way() < http_.parallel();
}

void PagedListings::start_waiting() {
  while (!waiting_.empty() && fanout_.under_way() < http_.parallel()) {
    auto walk = std::make_unique<Walk>(std::move(waiting_.front()));
    waiting_.pop_front();
    start(std::move(walk));
  }
}

void PagedListings::fail(const Walk& walk, const Error& error, std::string_view answer) {
  if (error.error_class() == ErrorClass::cancelled) throw error;
  Page page;
  page.document_ = json_or_nothing(answer);
  page.tag_ = walk.listing.tag;
  page.last_ = true;
  page.error_ = named(walk.listing.name, error);
  failed_.push_back(std::move(page));
}

void PagedListings::start(std::unique_ptr<Walk> walk) {
  try {
    if (walk->listing.session != nullptr) {
      walk->request.auth = walk->listing.session->auth();
      walk->token_number = walk->listing.session->number();
    }
    const auto free = std::find(walks_.begin(), walks_.end(), nullptr);
    fanout_.start(walk->request, static_cast<std::size_t>(free - walks_.begin()));
    free == walks_.end() ? walks_.push_back(std::move(walk)) : void(*free = std::move(walk));
  } catch (const Error& error) {
    fail(*walk, error);
  }
}

std::optional<Page> PagedListings::next() {
  for (;;) {
    start_waiting();
    if (!failed_.empty()) {
      Page page = std::move(failed_.front());
      failed_.pop_front();
      return page;
    }
    std::optional<infrazen::Response> answer = fanout_.next();
    if (!answer) return std::nullopt;
    auto walk = std::move(walks_[answer->tag()]);
    if (answer->ok()) return read(std::move(walk), *answer);
    refused(std::move(walk), *answer);
  }
}

// What is no 2xx: asked for once more with a new token or from the listing's begin, or the listing's end.
void PagedListings::refused(std::unique_ptr<Walk> walk, const infrazen::Response& answer) {
  std::optional<Error> error = answer.error();
  bool again = false;
  try {
    if (answer.status() == 401 && walk->listing.session != nullptr && !walk->renewed) {
      again = walk->renewed = walk->listing.session->renew(walk->token_number);
    } else if (walk->page > 0 && place_was_lost(answer.status())) {
      again = walk->begin_again(1);
    }
  } catch (const Error& login) {
    error = login;
  }
  again ? start(std::move(walk)) : fail(*walk, *error, answer.body());
}

Page PagedListings::read(std::unique_ptr<Walk> walk, const infrazen::Response& answer) {
  Page page;
  page.tag_ = walk->listing.tag;
  bool read = false;
  try {
    page.document_.emplace(answer.body(), walk->listing.name);
    read = true;
    page.last_ = !walk->take(page.document_->root(), page.rows_);
  } catch (const Error& error) {
    if (error.error_class() == ErrorClass::cancelled) throw;
    page.error_ = read ? named(walk->listing.name, error) : error;
    page.last_ = true;
  }
  if (!page.last_) start(std::move(walk));
  return page;
}

}  // namespace iz::support
