#include "tests/law/compare_runs.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace guerdon::law {
namespace {

auto fields_of(const Entry& entry) {
  return std::tie(entry.lsn, entry.account, entry.n, entry.amount, entry.effective, entry.program,
                  entry.unit, entry.kind, entry.plan, entry.rule, entry.effect, entry.note);
}

auto fields_of(const Balance& balance) {
  return std::tie(balance.account, balance.program, balance.unit, balance.scale, balance.amount);
}

auto fields_of(const Refusal& refusal) {
  return std::tie(refusal.source, refusal.line, refusal.code, refusal.sentence);
}

// What no number of shards and no batch may change; bytes of memory may.
auto fields_of(const Summary& summary) {
  return std::tie(summary.events, summary.accepted, summary.ignored, summary.duplicates,
                  summary.refused, summary.refused_by_code, summary.entries,
                  summary.entries_by_kind, summary.entries_by_note, summary.last_lsn,
                  summary.accounts, summary.kept_frames);
}

// Without the account's name: an id that is wrong has none.
std::string text_of(const Entry& entry) {
  const auto text = [](std::string_view view) { return std::string(view); };
  return absl::StrCat("lsn ", entry.lsn, " account ", entry.account, " n ", entry.n, " ",
                      text(entry.plan), "/", text(entry.rule), "/", entry.effect, " ",
                      text(entry.kind), " ", entry.amount, " ", text(entry.unit), " in ",
                      text(entry.program), " effective ", entry.effective, " \"", text(entry.note),
                      "\"");
}

std::string text_of(const Balance& balance) {
  return absl::StrCat(balance.account, " ", balance.program, " ", balance.amount, " ", balance.unit,
                      " of scale ", balance.scale);
}

std::string text_of(const Refusal& refusal) {
  return absl::StrCat(refusal.source, " line ", refusal.line, ": ", refusal.sentence);
}

std::string text_of(const Summary& s) {
  return absl::StrCat(s.events, " events, ", s.accepted, " accepted, ", s.ignored, " ignored, ",
                      s.duplicates, " duplicates, ", s.refused, " refused, ", s.entries,
                      " entries, last lsn ", s.last_lsn, ", ", s.accounts, " accounts, ",
                      s.kept_frames, " kept frames");
}

auto fields_of(const Seal& seal) {
  return std::tie(seal.program, seal.plan, seal.each, seal.period, seal.from, seal.until, seal.lsn,
                  seal.accounts, seal.entries, seal.hash.lo, seal.hash.hi);
}

std::string text_of(const Seal& seal) {
  return absl::StrCat(seal.plan, " ", seal.each, " ", seal.period, " of ", seal.accounts,
                      " accounts, ", seal.entries, " entries, lsn ", seal.lsn, ", ",
                      seal.hash.to_hex());
}

template <class Item>
std::string list_difference(const std::string& what, const std::vector<Item>& expected,
                            const std::vector<Item>& actual) {
  for (size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    const std::string want = i < expected.size() ? text_of(expected[i]) : "nothing";
    const std::string got = i < actual.size() ? text_of(actual[i]) : "nothing";
    const bool both = i < expected.size() && i < actual.size();
    if (both && fields_of(expected[i]) == fields_of(actual[i])) continue;
    return absl::StrCat(what, " ", i, "\n  expected ", want, "\n  actual   ", got);
  }
  return "";
}

std::string name_difference(const Run& expected, const Run& actual) {
  for (const Entry& entry : actual.entries) {
    const std::string want = expected.engine->account_name(entry.account);
    const std::string got = actual.engine->account_name(entry.account);
    if (want != got) {
      return absl::StrCat("account ", entry.account, " is named ", got, ", not ", want);
    }
  }
  return "";
}

template <class Value>
std::string value_difference(const std::string& what, const Value& expected, const Value& actual) {
  return expected == actual
             ? ""
             : what + " is " + std::to_string(actual) + ", not " + std::to_string(expected);
}

std::string hash_difference(const std::string& what, const Hash& expected, const Hash& actual) {
  return expected == actual ? "" : what + " is " + actual.to_hex() + ", not " + expected.to_hex();
}

}  // namespace

std::string text_of(const Engine& engine, const Entry& entry) {
  return text_of(entry) + " account name " + engine.account_name(entry.account);
}

std::string difference(const Run& expected, const Run& actual) {
  const Engine& a = *expected.engine;
  const Engine& b = *actual.engine;
  std::string found = list_difference("entry", expected.entries, actual.entries);
  if (found.empty()) found = name_difference(expected, actual);
  if (found.empty()) found = list_difference("refusal", expected.refusals, actual.refusals);
  if (found.empty() && expected.answers != actual.answers) found = "answers to commands";
  if (found.empty()) found = list_difference("balance", a.balances(), b.balances());
  if (found.empty()) found = value_difference("clock", a.clock(), b.clock());
  if (found.empty() && fields_of(a.summary()) != fields_of(b.summary())) {
    found = "summary\n  expected " + text_of(a.summary()) + "\n  actual   " + text_of(b.summary());
  }
  if (found.empty()) found = hash_difference("entries_hash", a.entries_hash(), b.entries_hash());
  if (found.empty()) found = hash_difference("state_hash", a.state_hash(), b.state_hash());
  if (found.empty()) found = list_difference("seal", a.seals(), b.seals());
  if (found.empty() && a.ignored_columns() != b.ignored_columns()) found = "ignored columns";
  if (found.empty() && a.ignored_types() != b.ignored_types()) found = "ignored types";
  if (found.empty() && a.absent_attributes() != b.absent_attributes()) found = "attributes";
  if (found.empty()) found = b.check_books();
  return found;
}

}  // namespace guerdon::law
