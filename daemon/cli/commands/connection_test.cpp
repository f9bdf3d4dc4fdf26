// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/commands/connection_test.hpp"

#include <chrono>
#include <exception>
#include <future>
#include <map>
#include <ostream>
#include <random>
#include <string>
#include <sysexits.h>

#include "cli/daemon_client.hpp"
#include "cli/output/status_view.hpp"
#include "cli/output/table.hpp"

namespace iz::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookEvery{150};

std::string seconds(std::uint64_t took_ms) {
  return fmt::format("{:.2f} s", static_cast<double>(took_ms) / 1000);
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t has = display_width(text);
  if (has < width) text.append(width - has, ' ');
  return text;
}

// Verdicts as they come, one a line.
class VerdictLines {
 public:
  explicit VerdictLines(const Context& context) : context_(context) {}

  // What the report has beyond what was shown.
  void show(const boost::json::value& report) {
    const auto& verdicts = report.at("verdicts").as_array();
    for (; shown_ < verdicts.size(); ++shown_) line(verdicts[shown_]);
    context_.out.flush();
  }
  // "4 passed, 1 failed, 2 not tried, 0.83 s"
  [[nodiscard]] std::string summary(const boost::json::value& report) const {
    std::string text;
    for (const char* word : {"passed", "failed", "skipped", "not_tried"}) {
      const auto found = counts_.find(word);
      if (found != counts_.end()) text += fmt::format("{} {}, ", found->second, context_.text(word_of(word)));
    }
    return text + seconds(number_of(report, "took_ms"));
  }

 private:
  static const char* word_of(std::string_view verdict) {
    return verdict == "passed"    ? "passed"
           : verdict == "failed"  ? "failed"
           : verdict == "skipped" ? "skipped"
                                  : "not tried";
  }
  void line(const boost::json::value& verdict) {
    if (shown_ == 0)
      print(context_.text("VERDICT"), context_.text("TIME"), context_.text("SUBJECT"), context_.text("DETAIL"));
    const std::string word = text_of(verdict, "verdict");
    ++counts_[word];
    print(context_.text(word_of(word)), word == "not_tried" ? "" : seconds(number_of(verdict, "took_ms")),
          text_of(verdict, "subject"), text_of(verdict, "detail"));
  }
  void print(const std::string& verdict, const std::string& time, const std::string& subject,
             const std::string& detail) {
    std::string text = padded(verdict, 9) + "  " + padded(time, 8) + "  " + padded(for_people(subject), 40) + "  " +
                       for_people(detail);
    text.erase(text.find_last_not_of(' ') + 1);
    context_.out << text << '\n';
  }

  const Context& context_;
  std::size_t shown_ = 0;
  std::map<std::string, unsigned, std::less<>> counts_;
};

std::string new_word() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace

int test_connection(const Context& context, const std::string& id, bool json) {
  const std::string target = "/v1/connections/" + percent_encoded(id) + "/test?watch=" + new_word();
  // The answer comes at the end; until then another connection asks how far it is.
  auto answer = std::async(std::launch::async, [&] { return DaemonClient(context).post_body(target); });
  VerdictLines lines(context);
  while (!json && answer.wait_for(kLookEvery) != std::future_status::ready) {
    try {
      const Answer so_far = DaemonClient(context).get(target);
      if (so_far.status == 200) lines.show(parse_body(so_far.body));
    } catch (const std::exception&) {
      // What is wrong shows in the answer.
    }
  }
  const std::string body = answer.get();
  const auto report = parse_body(body);
  if (json) {
    context.out << body;
  } else {
    lines.show(report);
    if (const auto error = text_of(report, "error"); !error.empty()) context.err << for_people(error) << '\n';
    context.err << lines.summary(report) << '\n';
  }
  if (report.at("passed").as_bool()) return EX_OK;
  return report.at("timed_out").as_bool() ? EX_TEMPFAIL : 1;
}

}  // namespace iz::cli
