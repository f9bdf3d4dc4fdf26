// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace iz::schedule {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;

struct StreamKey {
  std::string connection;
  std::string stream;
  auto operator<=>(const StreamKey&) const = default;
};

// What the configuration says of a stream.
struct StreamRule {
  std::string connector;
  std::chrono::milliseconds interval{std::chrono::hours(1)};
  double jitter = 0.1;                     // share of the interval by which a start is moved, either way
  std::vector<std::string> after;          // streams of the same connection that go first
  std::chrono::milliseconds full_every{};  // 0 = never by itself
  bool back_fills = false;                 // a run can be asked for a window of days
  bool operator==(const StreamRule&) const = default;
};

// What the database remembers of a stream from earlier runs, of this or another daemon.
struct StreamHistory {
  std::optional<Instant> next_due;
  std::optional<Instant> last_success;
  std::optional<Instant> last_full;
};

struct Limits {
  unsigned total = 4;
  unsigned per_connection = 2;
  unsigned per_connector = 0;  // 0 = no limit of its own
};

enum class Mode : std::uint8_t { incremental, full, targeted };

// What a run is for: the stream's own sync; what waits in the inbox; a window of days that somebody asked for. The last
// two go beside the schedule, which they leave as it was.
enum class Work : std::uint8_t { sync, events, back_fill };

// A run that may start now. The planner counts it as running until finished() or postponed().
struct PlannedRun {
  StreamKey key;
  Mode mode = Mode::incremental;
  bool manual = false;
  Work work = Work::sync;
};

enum class State : std::uint8_t { idle, waiting, running, backing_off, blocked, paused, quarantined };
[[nodiscard]] std::string_view name_of(State state);

struct StreamStatus {
  State state = State::idle;
  std::string reason;  // why it waits, backs off or is blocked; empty when idle or running
  Instant next_due;
  std::optional<Instant> last_success;
  bool requested = false;  // an operator's request is waiting
};

// How a run ended, in the planner's words.
struct RunEnd {
  enum class Kind : std::uint8_t { succeeded, retry_at, blocked } kind = Kind::succeeded;
  Instant next;        // succeeded: the next regular start (next_start); retry_at: the earliest next try
  std::string reason;  // with retry_at and blocked: for status
  bool full = false;   // the run that succeeded was a full one
};

// The regular start after a run that began at `started` and has ended at `now`. Counted from the start, so that a long
// run does not stretch the interval; never in the past. `uniform` is in [0, 1).
[[nodiscard]] Instant next_start(const StreamRule& rule, Instant started, Instant now, double uniform);

// Decides which stream of which connection runs when. No clock, thread or database of its own: the caller tells it the
// time and what happened, so every rule is tested without waiting. Not thread-safe.
//
// Rules: a stream runs when it is due, one run of it at a time; an operator's request makes it due at once and
// overrides back-off, but not pause or quarantine. A stream waits for those it comes `after` while they are due or
// running; one of them that fails or is blocked holds nobody up, since every kind of record stands on its own. What was
// missed while the daemon was down is caught up by ONE run. The longest overdue goes first. Events of the inbox are
// handled when they are due, in runs of their own between the others, but not while the stream is blocked or backs off.
// A back-fill is an operator's request: back-off and `blocked` do not hold it, what its stream comes `after` does. Of
// it and a regular run of its stream the one that has been due for longer goes first, so that neither starves the
// other.
class Planner {
 public:
  explicit Planner(Limits limits) : limits_(limits) {}

  void set_limits(Limits limits);
  // Adds a stream, or gives it a new rule (a reload); a changed rule ends `blocked`.
  void put(const StreamKey& key, const StreamRule& rule, const StreamHistory& history, Instant now);
  // Forgets streams of which keep() is false. Runs under way are still expected to report their end.
  void retain(const std::function<bool(const StreamKey&)>& keep);

  // The next run that may start at `now`; call until nullopt. It counts as running from here on.
  [[nodiscard]] std::optional<PlannedRun> next(Instant now);
  // When next() may have something that it does not have at `now`; nullopt = only an event can change that.
  [[nodiscard]] std::optional<Instant> wake_at(Instant now) const;

  void finished(const StreamKey& key, const RunEnd& end, Instant now);
  // The run could not start, or another daemon has the stream: not a failure, look again at `when`. An operator's
  // request is kept, and waits as long.
  void postponed(const PlannedRun& run, Instant when, const std::string& reason);
  // Another daemon ran the stream: its history is ours.
  void ran_elsewhere(const StreamKey& key, const StreamHistory& history);
  // Events of the stream wait in the inbox, to be handled from `due` on.
  void events_waiting(const StreamKey& key, Instant due);
  // A run of events ended; the next ones are due at `next`, nullopt = none wait.
  void events_ended(const StreamKey& key, std::optional<Instant> next);
  // The same of back-fills, which stand in the database as events do.
  void back_fill_waiting(const StreamKey& key, Instant due);
  void back_fill_ended(const StreamKey& key, std::optional<Instant> next);

  enum class RequestAnswer : std::uint8_t { accepted, already_requested, paused, quarantined, cannot, unknown };
  RequestAnswer request(const StreamKey& key, Mode mode);
  // Whether a back-fill may be asked for; `cannot` = the stream has none.
  [[nodiscard]] RequestAnswer may_back_fill(const StreamKey& key) const;
  void set_paused(std::string_view connection, bool paused);
  void set_quarantined(std::string_view connection, const std::string& reason);
  void clear_quarantine(std::string_view connection);

  [[nodiscard]] StreamStatus status(const StreamKey& key, Instant now) const;
  [[nodiscard]] std::vector<StreamKey> keys() const;
  [[nodiscard]] unsigned running() const noexcept { return running_; }

 private:
  struct Entry {
    StreamRule rule;
    Instant next_due;
    std::optional<Instant> last_success;
    std::optional<Instant> last_full;
    std::optional<Instant> started;  // set = running
    std::optional<Mode> requested;
    std::optional<Instant> events_due;
    std::optional<Instant> back_fill_due;
    Instant not_before;  // of a request too: the run could not start
    std::string backoff_reason;
    std::string blocked_reason;
    bool removed = false;  // dropped from the configuration while running
  };
  struct Connection {
    bool paused = false;
    std::string quarantine;
    unsigned running = 0;
  };
  using Entries = std::map<StreamKey, Entry>;
  // A run that could start.
  struct Candidate {
    Entries::iterator stream;
    Work work;
    Instant due;
    bool asked;  // by an operator: before everything else
  };

  [[nodiscard]] std::optional<Candidate> candidate(Entries::iterator stream, Instant now) const;
  [[nodiscard]] RequestAnswer may_be_asked(const StreamKey& key) const;
  [[nodiscard]] bool held(const StreamKey& key, const Entry& entry) const;  // running, removed, paused, quarantined
  [[nodiscard]] bool wants_to_run(const StreamKey& key, const Entry& entry, Instant now) const;
  [[nodiscard]] bool wants_to_handle_events(const StreamKey& key, const Entry& entry, Instant now) const;
  [[nodiscard]] bool wants_to_back_fill(const StreamKey& key, const Entry& entry, Instant now) const;
  [[nodiscard]] std::string dependency_in_the_way(const StreamKey& key, const Entry& entry, Instant now) const;
  [[nodiscard]] bool fits(const StreamKey& key, const Entry& entry) const;
  [[nodiscard]] const Connection& connection(std::string_view name) const;
  void release(Entries::iterator it);

  Limits limits_;
  Entries entries_;
  std::map<std::string, Connection, std::less<>> connections_;
  std::map<std::string, unsigned, std::less<>> running_of_connector_;
  unsigned running_ = 0;
};

}  // namespace iz::schedule
