// SPDX-License-Identifier: Apache-2.0
// Copyright The InfraZen authors
#include "cli/conformance/rules.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace iz::cli::conformance {
namespace {

constexpr Rule kRules[] = {
    // The file
    {"file.note",
     "The file is a shared library of this machine with one note of this ABI major, which others cannot change.",
     "Build it with INFRAZEN_MODULE or IZ_NOTE and this SDK; let root or you own file and folder, writable by nobody "
     "else."},
    {"file.load", "It loads, exports a module, and note, module and manifest are of one build.",
     "The sentence says what is missing; link what it needs, or build it with infrazen_add_connector()."},
    {"file.name", "It is called <id>.so.", "The daemon finds a connector by its id: rename the file."},
    {"file.constructor", "Loading it opens and starts nothing, and takes less than half a second.",
     "Move the work of global objects and constructor functions into sync()."},
    // The manifest
    {"manifest.unknown-key", "Every key of the manifest is known.",
     "Most are misspelt: docs/connector-manifest.md lists them.", false},
    {"manifest.wordless",
     "Settings, secrets, permissions and streams say what they are for, and a stream how it is incremental.",
     "Add description, why, kinds or incremental: it is what an operator reads.", false},
    {"manifest.no-streams", "It has at least one stream.", "Without one nothing would ever run."},
    {"manifest.eager", "No stream runs more than once a minute by default.",
     "Let the operator choose a shorter interval.", false},
    {"manifest.any-host", "Hosts are named.", "\"*\" is every host: name those that are needed.", false},
    {"manifest.reveal", "No secret is asked to be revealed.",
     "Use it by name (Auth, sign): an operator has to grant a reveal, and most will not.", false},
    {"sample.invalid", "The sample fits the manifest.", "Correct sample.yaml, or the manifest."},
    // Settings
    {"config.junk-accepted", "A setting that makes no sense ends the run with class config.",
     "Check it where it is read, or give its bounds in the manifest (min, max, enum), which the daemon checks."},
    // How a run ends
    {"run.crash", "No run ends the process, by a signal, exit() or an exception that crosses the C edge.",
     "The sentence says how it died; run the connector's own tests under AddressSanitizer."},
    {"run.destroy-crash", "destroy() returns.", "Look for what is freed twice, and for threads that are not joined."},
    {"run.protocol", "Nothing but the sink's functions writes to the daemon's socket.",
     "Do not write to or close descriptors that the connector did not open."},
    {"run.hang", "A run makes progress or ends.",
     "Report progress, or wait with the host's own sleep and HTTP, which count as progress."},
    {"run.cancel-ignored", "A run that is cancelled ends within five seconds.",
     "Ask cancel().check() at least once a second in loops of your own; wait and sleep by the host's services."},
    {"run.internal", "Class internal is for faults of the connector: no run ends with it, whatever the provider says.",
     "Throw infrazen::Error with the class that fits; what else is thrown becomes internal."},
    {"run.wordless", "An error has a sentence an operator can act on.", "Say what failed, where, and what to do."},
    {"run.output", "Nothing is written to standard output or standard error.", "Use infrazen.log/1."},
    {"run.failure-swallowed", "A run in which a request failed does not end as a success.",
     "Let the error through, or gather it in infrazen::Failures and raise() after the last mark."},
    // Records and marks
    {"mark.none", "A run that delivers records marks them.", "Nothing counts before its mark: call sync.mark(cursor)."},
    {"mark.lost", "No records stand behind the last mark of a successful run.",
     "They are dropped: mark after the last ones."},
    {"mark.flood", "Marks come before ten million records, or 256 MiB, are pending.",
     "Mark where the work can be resumed: after a folder, a day, a file."},
    {"record.refused", "The sink refuses nothing.",
     "The sentence names what breaks the ABI: a shape, a length, a value that is not finite."},
    {"record.missing-field", "A record has every field that its kind needs.", "records.h marks them with \"!\"."},
    {"record.malformed",
     "A value is what its field says: UTF-8 without NUL, decimal, integer, date, JSON, within its length.",
     "Such a row is rejected by the daemon: convert the provider's form."},
    {"record.negative-size", "Sizes and counts are not negative.",
     "Leave the field null when the provider does not know."},
    {"record.time", "An instant is RFC 3339 in UTC with a closing Z.",
     "Convert with infrazen::parse_instant and to_text."},
    {"record.float", "Money and quantities are the provider's digits or a Decimal, never what a double made of them.",
     "Read numbers as text (plugins/support/json.hpp does) and compute with infrazen::Decimal."},
    {"record.kind-undeclared", "A stream pushes the kinds it has in the manifest.",
     "Add the kind to streams.<name>.kinds."},
    {"record.extension-undeclared", "An extension column of a resource is in the manifest.",
     "Add it to extension_columns; else it has no place."},
    {"record.duplicate", "One thing is pushed once between two marks, or every time the same.",
     "Two rows with one identity overwrite each other in no order: look at how ids are built and pages are joined."},
    // Scopes
    {"scope.bill", "Charges stand in a scope.",
     "Open one per part of the bill (a file, a month): sync.scope(Kind::charge, name)."},
    {"scope.not-open", "Records name open scopes, and a scope is opened once and closed once.",
     "Keep the Scope object while its records are pushed, and complete() it once."},
    {"scope.left-open", "In a successful run every scope that was opened is completed.",
     "complete() it when all was read; if something was not, end with an error."},
    {"scope.false-complete", "A scope is completed only if all of it was read.",
     "A failed, cut or senseless answer must leave the scope by exception or return: completing retires what it "
     "lacks."},
    // Cursors and modes
    {"cursor.replay-differs", "The same cursor and the same answers give the same records.",
     "Ids come from the provider; no random numbers, no clock but infrazen.clock/1, no order of threads in an "
     "identity."},
    {"cursor.resume-loses", "A run that begins at a mark's cursor delivers what came behind that mark.",
     "The cursor of a mark may say only what was pushed before it."},
    {"mode.full-ignored", "A full run delivers everything, whatever the cursor says.",
     "Ignore the cursor if sync.full()."},
    {"mode.targeted-scope", "A targeted run opens no scope: it must not retire by absence.",
     "If sync.targeted(), push those that were asked for, and a Retirement for each that is gone."},
    {"mode.back-fill-ignored", "A back-fill delivers what is dated in its window, or near it.",
     "Ask sync.window() if the stream says back_fill in the manifest, or do not say it."},
    {"instance.shared-state", "Two instances in one process do not know of each other.",
     "Keep state in the object, not in globals and statics."},
    // Secrets
    {"secret.in-record", "No secret gets into a record.",
     "Never reveal one to put it somewhere; leave out the provider's field."},
    {"secret.in-log", "No secret gets into a log line.",
     "Masking is a net, not a licence: do not build the line from it."},
    {"secret.in-cursor", "No secret gets into a cursor or a checkpoint.",
     "They are stored in the database in plain text."},
    {"secret.in-error", "No secret gets into an error or a verdict.", "Name the secret, do not quote it."},
    {"secret.suspect", "No field of a record is called like a password and filled.",
     "Leave it out, or name it in sensitive_fields.", false},
    // The process
    {"process.descriptors", "After destroy() no descriptor is open that was not before.",
     "Close files in destructors."},
    {"process.threads", "After destroy() no thread runs that did not before.",
     "Join threads before destroy() returns."},
    {"process.child", "No process, program or socket of the connector's own.",
     "The sandbox refuses them: use infrazen.http/1, and do work in threads."},
    {"process.files", "Only files that were granted are opened.",
     "Use infrazen.files/1 with a setting of type path; the sandbox refuses the rest."},
    {"abi.wrong-thread", "What is [run] only is called from the run thread.",
     "open_scope, close_scope, mark, checkpoint and check's report belong to the thread of sync()."},
    // HTTP
    {"http.host-undeclared", "Requests go to hosts of the manifest, as URLs.",
     "Add the host to \"hosts\"; an operator can still approve fewer."},
    {"http.unreleased", "Every request is released.", "Call release() for each handle; the C++ layer does."},
    {"http.error-class",
     "401 ends as auth, 403 as auth or permanent, 429 as rate_limited or transient, 500 as transient.",
     "Let the host's error through instead of making one."},
    {"http.own-retry", "What the host gave up is not asked again in the same run.",
     "The host retries, honours Retry-After and keeps the budget: end the run, or leave the part out."},
    {"http.endless", "Pages that never end are noticed.", "Stop at a token or page that came before, and set a cap."},
    // check()
    {"check.none", "infrazen connection test has something to say.",
     "Override check(): a missing permission is found there instead of in the first night.", false},
    {"check.blind", "check() fails when the provider refuses the credential.",
     "Try each credential, permission and host for real: check.attempt(subject, request)."},
};

}  // namespace

std::span<const Rule> rules() {
  return kRules;
}

const Rule& rule(std::string_view id) {
  const auto found = std::ranges::find(kRules, id, &Rule::id);
  if (found == std::end(kRules)) throw std::logic_error("no rule is called " + std::string(id));
  return *found;
}

std::string rules_markdown() {
  std::string text = "| rule | a connector | if it does not |\n|---|---|---|\n";
  for (const auto& one : kRules) {
    text += fmt::format("| `{}`{} | {} | {} |\n", one.id, one.fatal ? "" : " (warning)", one.demand, one.advice);
  }
  return text;
}

}  // namespace iz::cli::conformance
