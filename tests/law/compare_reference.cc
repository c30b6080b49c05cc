#include "tests/law/compare_reference.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "tests/law/compare_runs.h"
#include "tests/law/draw.h"

namespace guerdon::law {
namespace {

using reference::Outcome;

// What an entry says on both sides; the first three are its id and its place.
using Line = std::tuple<uint64_t, uint64_t, uint32_t, std::string, std::string, std::string,
                        int64_t, std::string, std::string, std::string, int, int64_t, std::string>;

Line line_of(const reference::Entry& e) {
  return {e.lsn,
          base::hash64(e.account),
          static_cast<uint32_t>(e.n),
          e.account,
          e.program,
          e.unit,
          e.amount,
          e.kind,
          e.plan,
          e.rule,
          e.effect,
          e.effective,
          e.note};
}

Line line_of(const Engine& engine, const Entry& e) {
  return {e.lsn,
          e.account,
          e.n,
          engine.account_name(e.account),
          std::string(e.program),
          std::string(e.unit),
          e.amount,
          std::string(e.kind),
          std::string(e.plan),
          std::string(e.rule),
          e.effect,
          e.effective,
          std::string(e.note)};
}

std::string text_of(const Line& line) {
  const auto& [lsn, id, n, account, program, unit, amount, kind, plan, rule, effect, effective,
               note] = line;
  return absl::StrCat("lsn ", lsn, " n ", n, " ", account, " ", plan, "/", rule, "/", effect, " ",
                      kind, " ", amount, " ", unit, " in ", program, " effective ", effective,
                      " \"", note, "\"");
}

std::string entry_difference(const ReferenceRun& expected, const Run& actual) {
  std::vector<Line> wanted;
  for (const reference::Entry& entry : expected.engine.entries()) wanted.push_back(line_of(entry));
  std::sort(wanted.begin(), wanted.end());
  for (size_t i = 0; i < std::max(wanted.size(), actual.entries.size()); ++i) {
    const bool has_wanted = i < wanted.size();
    const bool has_actual = i < actual.entries.size();
    const Line line = has_actual ? line_of(*actual.engine, actual.entries[i]) : Line();
    if (has_wanted && has_actual && wanted[i] == line) continue;
    return absl::StrCat("entry ", i, "\n  expected ", has_wanted ? text_of(wanted[i]) : "nothing",
                        "\n  actual   ", has_actual ? text_of(line) : "nothing");
  }
  return "";
}

std::string balance_difference(const ReferenceRun& expected, const Run& actual) {
  std::map<reference::Wallet, int64_t> balances;
  for (const Balance& b : actual.engine->balances()) {
    balances[{b.account, b.program, b.unit}] = b.amount;
  }
  for (const auto& [wallet, amount] : expected.engine.balances()) {
    const auto& [account, program, unit] = wallet;
    const int64_t found = std::exchange(balances[wallet], 0);
    if (found == amount) continue;
    return absl::StrCat("balance of ", account, " in ", program, " is ", found, " ", unit, ", not ",
                        amount);
  }
  for (const auto& [wallet, amount] : balances) {
    if (amount != 0) return absl::StrCat("a balance of ", std::get<0>(wallet), " is not 0");
  }
  return "";
}

// The codes of all that was refused, in order.
std::string refusal_difference(const ReferenceRun& expected, const Run& actual) {
  std::vector<std::string> wanted;
  for (const reference::Result& result : expected.results) {
    const bool is_again = result.outcome == Outcome::kDuplicate && !result.code.empty();
    if (result.outcome == Outcome::kRefused || is_again) wanted.push_back(result.code);
    if (result.outcome == Outcome::kConflict) wanted.emplace_back("CONFLICT");
  }
  for (size_t i = 0; i < std::max(wanted.size(), actual.refusals.size()); ++i) {
    const std::string want = i < wanted.size() ? wanted[i] : "nothing";
    const std::string got = i < actual.refusals.size() ? actual.refusals[i].code : "nothing";
    if (want == got) continue;
    const bool is_there = i < actual.refusals.size();
    return absl::StrCat("refusal ", i, " is ", got, ", not ", want, is_there ? ": " : "",
                        is_there ? actual.refusals[i].sentence : "");
  }
  return "";
}

std::string answer_difference(const ReferenceRun& expected, const Run& actual) {
  GUERDON_ASSERT(expected.answers.size() == actual.answers.size());
  for (size_t i = 0; i < expected.answers.size(); ++i) {
    const reference::Result& result = expected.answers[i];
    const std::string want = result.outcome == Outcome::kAccepted    ? "OK"
                             : result.outcome == Outcome::kDuplicate ? "DUP"
                             : result.outcome == Outcome::kConflict  ? "CONFLICT"
                                                                     : result.code;
    if (want == actual.answers[i]) continue;
    return absl::StrCat("command ", i, " is ", actual.answers[i], ", not ", want);
  }
  return "";
}

std::string count_difference(const ReferenceRun& expected, const Run& actual) {
  std::map<Outcome, uint64_t> outcomes;
  for (const reference::Result& result : expected.results) {
    const bool is_again = result.outcome == Outcome::kDuplicate && !result.code.empty();
    ++outcomes[is_again ? Outcome::kRefused : result.outcome];
  }
  std::map<std::string, uint64_t> kinds;
  std::map<std::string, uint64_t> notes;
  for (const reference::Entry& entry : expected.engine.entries()) {
    ++kinds[entry.kind];
    if (!entry.note.empty()) ++notes[entry.note];
  }
  const Summary s = actual.engine->summary();
  const uint64_t refused = outcomes[Outcome::kRefused] + outcomes[Outcome::kConflict];
  const uint64_t beside = actual.commands + actual.corrections;
  const uint64_t beside_taken = beside - actual.commands_refused - actual.commands_known;
  const bool is_equal = actual.corrections == expected.engine.corrections() &&
                        s.events == expected.results.size() + beside &&
                        s.accepted == outcomes[Outcome::kAccepted] + beside_taken &&
                        s.ignored == outcomes[Outcome::kIgnored] &&
                        s.duplicates == outcomes[Outcome::kDuplicate] + actual.commands_known &&
                        s.refused == refused + actual.commands_refused &&
                        s.entries == expected.engine.entries().size() &&
                        s.entries_by_kind == kinds && s.entries_by_note == notes;
  if (!is_equal) {
    return absl::StrCat("counts: corrections ", actual.corrections, ", not ",
                        expected.engine.corrections(), "; accepted ", s.accepted, ", not ",
                        outcomes[Outcome::kAccepted] + beside_taken, "; ignored ", s.ignored,
                        ", not ", outcomes[Outcome::kIgnored], "; duplicates ", s.duplicates,
                        ", not ", outcomes[Outcome::kDuplicate], "; refused ", s.refused, ", not ",
                        refused + actual.commands_refused);
  }
  if (s.last_lsn != expected.engine.last_lsn()) {
    return absl::StrCat("last lsn is ", s.last_lsn, ", not ", expected.engine.last_lsn());
  }
  const int64_t clock = expected.engine.clock().value_or(0);
  if (actual.engine->clock() != clock) {
    return absl::StrCat("clock is ", actual.engine->clock(), ", not ", clock);
  }
  return "";
}

std::string text_of(const reference::Seal& seal) {
  return absl::StrCat(seal.plan, " ", seal.each, " ", seal.period, " lsn ", seal.lsn, " of ",
                      seal.accounts, " accounts, ", seal.entries, " entries, ", seal.hash.to_hex(),
                      seal.is_void ? ", void" : "");
}

std::string seal_difference(const ReferenceRun& expected, const Run& actual) {
  std::vector<std::string> wanted;
  std::vector<std::string> found;
  for (const reference::Seal& seal : expected.engine.seals()) wanted.push_back(text_of(seal));
  for (const Seal& seal : actual.engine->seals()) {
    found.push_back(text_of({seal.plan,
                             seal.each,
                             seal.period,
                             seal.lsn,
                             seal.accounts,
                             seal.entries,
                             {seal.hash.lo, seal.hash.hi},
                             seal.is_void}));
  }
  std::sort(wanted.begin(), wanted.end());
  std::sort(found.begin(), found.end());
  for (size_t i = 0; i < std::max(wanted.size(), found.size()); ++i) {
    const std::string want = i < wanted.size() ? wanted[i] : "nothing";
    const std::string got = i < found.size() ? found[i] : "nothing";
    if (want != got) return absl::StrCat("seal ", i, " is ", got, ", not ", want);
  }
  return "";
}

}  // namespace

ReferenceRun::ReferenceRun(const generate::Case& drawn) : engine(load_all(drawn.plans)) {
  for (Step& step : steps_of(drawn.events)) {
    if (step.tick) engine.tick(*step.tick);
    if (step.command) answers.push_back(engine.apply(*step.command));
    if (step.version) {
      std::vector<plan::Plan> version = load_all({drawn.versions.at(*step.version)});
      engine.publish(std::move(version.front()));
    }
    for (reference::Event& event : step.events) {
      std::sort(event.values.begin(), event.values.end());  // as the columns of a trace
      results.push_back(engine.apply(event));
    }
  }
}

std::string difference(const ReferenceRun& expected, const Run& actual) {
  std::string found = refusal_difference(expected, actual);
  if (found.empty()) found = answer_difference(expected, actual);
  if (found.empty()) found = entry_difference(expected, actual);
  if (found.empty()) found = balance_difference(expected, actual);
  if (found.empty()) found = count_difference(expected, actual);
  if (found.empty()) found = seal_difference(expected, actual);
  if (found.empty()) found = actual.engine->check_books();
  return found;
}

}  // namespace guerdon::law
