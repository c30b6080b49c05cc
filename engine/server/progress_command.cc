// PROGRESS: which targets are meant, and in which period.
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "engine/event/named.h"
#include "engine/event/refusal.h"
#include "engine/event/text_rules.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/syntax/diagnostic.h"

namespace guerdon::server {

namespace {

using shard::ProgressWanted;

std::string shown(std::string_view word) { return event::printable(word, event::kExcerptShownMax); }

class ProgressReader {
 public:
  ProgressReader(const plan::Program& program, Words words) : program_(program), words_(words) {}

  // Nothing: *wanted is not empty.
  std::optional<Fault> read(std::vector<ProgressWanted>* wanted);

 private:
  enum Field : size_t { kProgram, kTarget, kPeriod, kAt, kFields };
  static constexpr std::array<std::string_view, kFields> kNames = {"program", "target", "period",
                                                                   "at"};
  struct Given {
    std::string_view value;
    size_t word = 0;  // from 1; 0: it is left out
  };

  std::optional<Fault> read_fields();
  std::optional<Fault> find_targets(std::vector<ProgressWanted>* wanted) const;
  std::optional<Fault> find_periods(std::vector<ProgressWanted>* wanted) const;
  std::optional<Fault> find_instant(std::vector<ProgressWanted>* wanted) const;
  std::string unknown(const Given& given, std::string_view what,
                      const std::vector<std::string>& known) const;
  const plan::Clock& clock_of(const ProgressWanted& wanted) const {
    const uint32_t subject = program_.measures[program_.targets[wanted.target].measure].subject;
    return program_.clocks[static_cast<size_t>(program_.subjects[subject].clock)];
  }
  Fault wrong(Field field, const char* code, const std::string& sentence) const {
    return {code, "word " + std::to_string(given_[field].word) + ", " + std::string(kNames[field]) +
                      ": " + sentence};
  }

  const plan::Program& program_;
  const Words words_;
  std::array<Given, kFields> given_;
};

std::optional<Fault> ProgressReader::read(std::vector<ProgressWanted>* wanted) {
  if (auto fault = read_fields()) return fault;
  if (auto fault = find_targets(wanted)) return fault;
  if (given_[kPeriod].word != 0) return find_periods(wanted);
  return given_[kAt].word != 0 ? find_instant(wanted) : std::nullopt;
}

std::optional<Fault> ProgressReader::read_fields() {
  const std::string usage(find_command("PROGRESS")->usage);
  const auto misuse = [&](size_t word, const std::string& wrong) {
    return Fault{"SYNTAX", "word " + std::to_string(word) + ": " + wrong + "; write " + usage};
  };
  for (size_t w = 2; w < words_.size(); ++w) {
    const std::string_view name = words_[w].substr(0, words_[w].find('='));
    const auto at = std::find(kNames.begin(), kNames.end(), name);
    if (at == kNames.end() || words_[w].size() <= name.size() + 1) {
      return misuse(w + 1, "this is not how it goes on");
    }
    Given& given = given_[static_cast<size_t>(at - kNames.begin())];
    if (given.word != 0) return misuse(w + 1, std::string(name) + " stands here twice");
    given = {words_[w].substr(name.size() + 1), w + 1};
  }
  if (given_[kPeriod].word != 0 && given_[kAt].word != 0) {
    return misuse(std::max(given_[kPeriod].word, given_[kAt].word),
                  "of period and at only one can say which");
  }
  return std::nullopt;
}

std::string ProgressReader::unknown(const Given& given, std::string_view what,
                                    const std::vector<std::string>& known) const {
  const std::string near = plan::nearest(given.value, known);
  const std::string advice =
      known.empty() ? "there is none"
      : near.empty()
          ? "there " + std::string(known.size() == 1 ? "is " : "are ") + event::listed(known)
          : "did you mean " + near + "?";
  return "no plan has a " + std::string(what) + " " + shown(given.value) + "; " + advice;
}

std::optional<Fault> ProgressReader::find_targets(std::vector<ProgressWanted>* wanted) const {
  const Given& program = given_[kProgram];
  const Given& target = given_[kTarget];
  std::vector<std::string> programs;
  std::vector<std::string> names;
  for (uint32_t t = 0; t < program_.targets.size(); ++t) {
    const plan::TargetKind& each = program_.targets[t];
    const std::string& own = program_.plans[each.plan].program;
    const auto note = [](std::vector<std::string>& list, const std::string& name) {
      if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
    };
    note(programs, own);
    if (program.word != 0 && program.value != own) continue;
    note(names, each.name);
    const bool is_one = target.word == 0 || event::is_named(own, each.name, target.value);
    if (is_one) wanted->push_back({t, std::nullopt});
  }
  if (!wanted->empty()) return std::nullopt;
  if (program_.targets.empty()) return Fault{"UNKNOWN", "target: no plan has a target"};
  if (names.empty()) return wrong(kProgram, "UNKNOWN", unknown(program, "target in", programs));
  return wrong(kTarget, "UNKNOWN", unknown(target, "target", names));
}

// Targets that go by other periods are left out.
std::optional<Fault> ProgressReader::find_periods(std::vector<ProgressWanted>* wanted) const {
  const std::string_view label = given_[kPeriod].value;
  std::vector<std::string> forms;
  for (ProgressWanted& each : *wanted) {
    const plan::Clock& clock = clock_of(each);
    each.period = calendar::period_that_is(clock.calendar, clock.rule, label);
    const std::string form = calendar::example_label(clock.calendar, clock.rule);
    if (std::find(forms.begin(), forms.end(), form) == forms.end()) forms.push_back(form);
  }
  std::erase_if(*wanted, [](const ProgressWanted& each) { return !each.period; });
  if (!wanted->empty()) return std::nullopt;
  return wrong(kPeriod, "INVALID",
               shown(label) + " is no period of " +
                   (given_[kTarget].word == 0 ? "these targets" : "this target") +
                   "; write one such as " + event::listed(forms));
}

std::optional<Fault> ProgressReader::find_instant(std::vector<ProgressWanted>* wanted) const {
  base::TimeMs at = 0;
  if (!base::parse_timestamp(given_[kAt].value, &at)) {
    return wrong(kAt, "INVALID",
                 shown(given_[kAt].value) +
                     " is no time; write one such as 2026-03-01T00:00:00Z, or milliseconds since "
                     "1970");
  }
  for (ProgressWanted& each : *wanted) {
    const plan::Clock& clock = clock_of(each);
    each.period = calendar::period_at(clock.calendar, clock.rule, at).index;
  }
  return std::nullopt;
}

}  // namespace

void serve_progress(Intake& intake, Words words) {
  if (!is_account(intake, words)) return;
  std::vector<ProgressWanted> wanted;
  const auto fault = ProgressReader(intake.shared().core.program(), words).read(&wanted);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  intake.take_progress(words[1], std::move(wanted));
}

}  // namespace guerdon::server
