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
#include "engine/server/named_words.h"

namespace guerdon::server {

namespace {

using shard::ProgressWanted;

class ProgressReader {
 public:
  ProgressReader(const plan::Program& program, Words words) : program_(program), words_(words) {}

  // Nothing: *wanted is not empty.
  std::optional<Fault> read(std::vector<ProgressWanted>* wanted);

 private:
  enum Field : size_t { kProgram, kTarget, kPeriod, kAt, kFields };
  static constexpr std::array<std::string_view, kFields> kNames = {"program", "target", "period",
                                                                   "at"};

  std::optional<Fault> find_targets(std::vector<ProgressWanted>* wanted) const;
  std::optional<Fault> find_periods(std::vector<ProgressWanted>* wanted) const;
  std::optional<Fault> find_instant(std::vector<ProgressWanted>* wanted) const;
  const plan::Clock& clock_of(const ProgressWanted& wanted) const {
    const uint32_t subject = program_.measures[program_.targets[wanted.target].measure].subject;
    return program_.clocks[static_cast<size_t>(program_.subjects[subject].clock)];
  }

  const plan::Program& program_;
  const Words words_;
  NamedWords given_{kNames};
};

std::optional<Fault> ProgressReader::read(std::vector<ProgressWanted>* wanted) {
  if (auto fault = given_.read(words_)) return fault;
  if (auto fault = given_.exclude(words_, kPeriod, kAt)) return fault;
  if (auto fault = find_targets(wanted)) return fault;
  if (given_[kPeriod]) return find_periods(wanted);
  return given_[kAt] ? find_instant(wanted) : std::nullopt;
}

std::optional<Fault> ProgressReader::find_targets(std::vector<ProgressWanted>* wanted) const {
  const NamedWords::Given& program = given_[kProgram];
  const NamedWords::Given& target = given_[kTarget];
  std::vector<std::string> programs;
  std::vector<std::string> names;
  for (uint32_t t = 0; t < program_.targets.size(); ++t) {
    const plan::TargetKind& each = program_.targets[t];
    const std::string& own = program_.plans[each.plan].program;
    add_once(own, &programs);
    if (program && program.value != own) continue;
    add_once(each.name, &names);
    const bool is_one = !target || event::is_named(own, each.name, target.value);
    if (is_one) wanted->push_back({t, std::nullopt});
  }
  if (!wanted->empty()) return std::nullopt;
  if (program_.targets.empty()) return Fault{"UNKNOWN", "target: no plan has a target"};
  if (names.empty()) return given_.unknown(kProgram, "target in", programs);
  return given_.unknown(kTarget, "target", names);
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
  return given_.wrong(kPeriod, "INVALID",
                      event::printable(label, event::kExcerptShownMax) + " is no period of " +
                          (given_[kTarget] ? "this target" : "these targets") +
                          "; write one such as " + event::listed(forms));
}

std::optional<Fault> ProgressReader::find_instant(std::vector<ProgressWanted>* wanted) const {
  base::TimeMs at = 0;
  if (auto fault = given_.read_instant(kAt, &at)) return fault;
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
