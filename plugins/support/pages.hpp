// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/json.hpp"
#include "support/session.hpp"
#include <infrazen/error.hpp>
#include <infrazen/http.hpp>

// Listings in pages, of many parents at once.
//
//   PagedListings disks(sync.http());
//   for (std::size_t i = 0; i < folders.size(); ++i) {
//     disks.add({.name = "disks of folder " + folders[i], .request = {.url = base + "?pageSize=1000&folderId=" +
//     folders[i]},
//                .rows = "disks", .paging = Paging::token(), .session = &session, .tag = i});
//   }
//   while (const auto page = disks.next()) {
//     for (const JsonValue disk : page->rows()) scopes[page->tag()].push(…);
//     if (page->whole()) scopes[page->tag()].complete();
//     if (page->error()) failures.add(folders[page->tag()], *page->error());
//   }
//
// A listing is whole when the provider said that it has ended and nothing hints at a row that was missed. What moves
// under the reader is taken into account: a place in the listing that is lost (a page after the first is answered 400,
// 404 or 410) or rows that moved up by what was deleted before them (Paging::offset) begin it once more; rows with an
// id that was given before are left out; pages that lead in a circle, or never end, are an error.
namespace iz::support {

// Where a listing stands, for the request of its next page.
struct PagePlace {
  JsonValue root;                 // the page before; absent for the first
  std::size_t page = 0;           // pages before
  std::size_t rows = 0;           // rows of the page before
  std::size_t offset = 0;         // rows from the listing's begin to the end of the page before
  std::size_t distinct = 0;       // rows with different ids so far
  std::string_view last_id = {};  // of the page before; "" if it had no rows
};

// How a provider cuts its listings into pages.
class Paging {
 public:
  // Makes the request of the next page out of that of the first. False: the page before was the last.
  using Turn = std::function<bool(const PagePlace&, infrazen::Request&)>;

  // One answer is all.
  static Paging none();
  // {"disks":[…],"nextPageToken":"…"} and ?pageToken=…; the last page has no token or an empty one. A page without rows
  // may have one.
  static Paging token(std::string path = "nextPageToken", std::string parameter = "pageToken");
  // ?marker=<id of the last row>, until a page has no rows.
  static Paging marker(std::string parameter = "marker");
  // A link to the next page: a text, or the one with "rel":"next" in an array of {"rel","href"}. Only its query is
  // used: behind a proxy its host, scheme and path are often wrong, and credentials go nowhere else.
  static Paging link(std::string path);
  // ?offset=…&limit=…, until a page brings nothing more. Each page begins with the last row of the page before, which
  // tells whether rows moved. total: path of a number of all rows that the answer may have.
  static Paging offset(std::size_t limit, std::string total = {});
  static Paging custom(Turn turn) { return Paging(std::move(turn)); }

 private:
  friend class PagedListings;
  explicit Paging(Turn turn) : turn_(std::move(turn)) {}
  Turn turn_;
  std::string token_;  // the only member that a page without rows may have
  std::string total_;
  std::size_t limit_ = 0;  // of Paging::offset
};

struct Listing {
  std::string name;           // for messages: "disks of folder b1g…"
  infrazen::Request request;  // of the first page. Its auth counts if there is no session
  std::string rows;           // path of the array of rows in the answer; "" = the answer is the array, or the only row
  Paging paging = Paging::none();
  std::string id = "id";                               // path of a row's id; "" = rows have none and all are given
  std::function<std::string(JsonValue row)> key = {};  // instead of `id`, where that is no single member
  Session* session = nullptr;                          // gives each request its token, renewed once after a 401
  std::function<void(JsonValue root)> check = {};      // throws infrazen::Error for a 2xx that says it is an error
  bool empty_without_rows = false;  // a listing without rows has no array: nothing but the token and a count of 0
  std::size_t max_pages = 10'000;
  std::size_t tag = 0;
};

// A page, or the end of a listing by an error.
class Page {
 public:
  // The listing's.
  [[nodiscard]] std::size_t tag() const { return tag_; }
  // Those that were not given before. They live as long as the page.
  [[nodiscard]] const std::vector<JsonValue>& rows() const { return rows_; }
  // The answer, also of one that is an error: see refusal().
  [[nodiscard]] JsonValue root() const { return document_ ? document_->root() : JsonValue(); }
  // Nothing more comes of this listing …
  [[nodiscard]] bool last() const { return last_; }
  // … and all of it came.
  [[nodiscard]] bool whole() const { return last_ && !error_; }
  // Why not all of it came. Names the listing.
  [[nodiscard]] const std::optional<infrazen::Error>& error() const { return error_; }
  // What the provider answered with that error, where it is JSON; else absent.
  [[nodiscard]] JsonValue refusal() const { return error_ ? root() : JsonValue(); }

 private:
  friend class PagedListings;
  std::size_t tag_ = 0;
  std::optional<JsonDocument> document_;
  std::vector<JsonValue> rows_;
  std::optional<infrazen::Error> error_;
  bool last_ = false;
};

// Run thread. No more requests are started than the host has under way at once; the next page of a listing goes before
// another listing's first. Memory: a page, the answers under way, some 50 bytes for each row of the listings under way.
class PagedListings {
 public:
  explicit PagedListings(infrazen::Http& http);
  ~PagedListings();
  PagedListings(const PagedListings&) = delete;
  PagedListings& operator=(const PagedListings&) = delete;

  // Also while pages are read (the hosts of each cluster).
  void add(Listing listing);
  // Whether one that is added now would be started at once: for those who have thousands.
  [[nodiscard]] bool room() const;
  // nullopt when every listing has ended. Throws when the run was cancelled, and what is no matter of one listing.
  std::optional<Page> next();

 private:
  struct Walk;
  void start(std::unique_ptr<Walk> walk);
  void start_waiting();
  void fail(const Walk& walk, const infrazen::Error& error, std::string_view answer = {});
  void refused(std::unique_ptr<Walk> walk, const infrazen::Response& answer);
  Page read(std::unique_ptr<Walk> walk, const infrazen::Response& answer);

  infrazen::Http& http_;
  infrazen::Fanout fanout_;
  std::vector<std::unique_ptr<Walk>> walks_;  // by tag in the fan-out; null = free
  std::deque<Listing> waiting_;
  std::deque<Page> failed_;  // ends of listings that are not given yet
};

}  // namespace iz::support
