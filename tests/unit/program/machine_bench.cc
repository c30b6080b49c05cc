#include "tests/unit/program/machine_bench.h"

#include <algorithm>

#include "engine/base/assert.h"

namespace guerdon::plan {

MachineBench::MachineBench(const std::vector<std::string>& plans)
    : program_(compiled(plans)), symbols_(program_.symbols), machine_(program_) {}

// As the parser and admission do.
void MachineBench::lay_down(const Event& event) {
  event::Batch batch;
  const event::Record& record = batch.records[add_record(program_, event, batch)];
  resolve_texts(program_, record, batch, symbols_);
  values_ = batch.values;
  present_ = record.present;
}

std::string MachineBench::run(const Event& event, const std::string& role) {
  lay_down(event);
  looked_ = 0;
  machine_.run(role_of(program_, event.type, role),
               {values_.data(), present_, event.occurred_at, event.at}, *this);
  return in_words();
}

std::string MachineBench::may_ask(const Event& event, const std::string& role) {
  lay_down(event);
  std::string said;
  for (const RoleAsk& ask : role_of(program_, event.type, role).asks) {
    const bool has_all = (present_ & ask.needs) == ask.needs;
    const AskRange range =
        machine_.may_ask(ask, {values_.data(), present_, event.occurred_at, event.at});
    std::string words = std::to_string(range.least) + " to " + std::to_string(range.most);
    if (range.least == range.most) words = std::to_string(range.most);
    if (range.most == 0) words = has_all ? "nothing" : "no look";
    GUERDON_ASSERT(has_all || range.most == 0);
    said += (said.empty() ? "" : ", ") + words;
  }
  return said;
}

std::string MachineBench::apply(const Event& event, const std::string& role) {
  std::string said = run(event, role);
  const auto cells = [&](uint32_t frame) -> std::vector<int64_t>& {
    const FrameKey& key = machine_.frames()[frame].key;
    std::vector<int64_t>& kept = kept_[{key.subject, key.period, key.keys}];
    kept.resize(program_.subjects[key.subject].cells);
    return kept;
  };
  for (const Move& move : machine_.moves()) cells(move.frame)[move.cell] = move.value;
  for (const Ask& ask : machine_.asks()) {
    if (ask.frame == kNowhere) continue;
    cells(ask.frame)[program_.clauses[ask.clause].posted] = ask.amount;
  }
  return said;
}

const int64_t* MachineBench::known(uint32_t subject, TimeMs instant) const {
  GUERDON_ASSERT(program_.subjects[subject].holds_known);
  known_at_.push_back(instant);
  return known_ ? &*known_ : nullptr;
}

const int64_t* MachineBench::find(const FrameKey& key) const {
  ++looked_;
  const auto at = kept_.find({key.subject, key.period, key.keys});
  return at == kept_.end() ? nullptr : at->second.data();
}

std::string MachineBench::place_of(const TouchedFrame& frame) const {
  const SubjectKind& subject = program_.subjects[frame.key.subject];
  std::string place;
  for (size_t i = 0; i < subject.keys.size(); ++i) {
    const int64_t key = frame.key.keys[i];
    if (i > 0) place += ",";
    place += subject.key_is_text[i] ? std::string(symbols_.text(static_cast<Symbol>(key)))
                                    : std::to_string(key);
  }
  if (subject.clock != kNoClock) {
    place += (place.empty() ? "" : ",") + std::to_string(frame.key.period);
  }
  return place.empty() ? "" : "[" + place + "]";
}

std::string MachineBench::in_words() const {
  std::string said;
  const auto say = [&](const std::string& what) { said += (said.empty() ? "" : " | ") + what; };
  for (const Move& move : machine_.moves()) {
    const TouchedFrame& frame = machine_.frames()[move.frame];
    say(program_.subjects[frame.key.subject].labels[move.cell] + place_of(frame) + " = " +
        std::to_string(move.value));
  }
  for (const Ask& ask : machine_.asks()) {
    const Clause& clause = program_.clauses[ask.clause];
    const std::string name = clause.rule + "/" + std::to_string(clause.effect);
    const std::string amount = " " + std::to_string(ask.amount);
    const bool credit = clause.verb == Verb::kCredit;
    if (ask.frame == kNowhere) {
      say((credit ? "pay " : std::string(tree::verb_word(clause.verb)) + " ") + name + amount);
    } else {
      say((credit ? "owe " : "fine ") + name + place_of(machine_.frames()[ask.frame]) + amount);
    }
  }
  return said;
}

}  // namespace guerdon::plan
