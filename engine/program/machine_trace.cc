// What a run has read, looked up and come to, for EXPLAIN and WHYNOT: nothing of a plain run.
#include <algorithm>
#include <array>

#include "engine/money/rounding.h"
#include "engine/program/machine.h"

namespace guerdon::plan {

using base::Int128;

void Machine::trace_probes(CodeAt at, const Registers& r) {
  auto probe = std::lower_bound(program_->probes.begin(), program_->probes.end(), at,
                                [](const Probe& each, CodeAt place) { return each.at < place; });
  for (; probe != program_->probes.end() && probe->at == at; ++probe) {
    if (probe->clause != trace_->clause) continue;
    const Int128 num = probe->constant ? Int128{*probe->constant} : r[probe->reg];
    const TracedNumber number{num, probe->den, probe->scale};
    switch (probe->what) {
      case Probe::What::kBasis:
        trace_->basis = number;
        break;
      case Probe::What::kRate:
        trace_->rate = number;
        break;
      case Probe::What::kPer:
        trace_->per = number;
        break;
      case Probe::What::kBase:
        trace_->base = number;
        trace_->factors.clear();
        break;
      case Probe::What::kFactor:
        trace_->factors.emplace_back(probe->place, number);
        break;
    }
  }
}

void Machine::trace_step(const Instruction& i, const Registers& r) {
  PathStep& step = path_->emplace_back();
  step.at = static_cast<CodeAt>(&i - program_->code.data());
  for (const char letter : op_operands(i.op)) {
    if (letter == 'B') step.left = r[i.b];
    if (letter == 'C') step.right = r[i.c];
  }
}

namespace {

ReadInput::What captured_what(const Instruction& i, bool was_open) {
  if (i.y == kLastPeriod) return ReadInput::What::kMeasureLast;
  if (was_open)
    return i.y == 0 ? ReadInput::What::kCapturedBefore : ReadInput::What::kCapturedAfter;
  return i.y == 0 ? ReadInput::What::kMeasureBefore : ReadInput::What::kMeasureAfter;
}

}  // namespace

// What the instruction is about to do, as far as it is of interest.
void Machine::trace(const Instruction& i, const Registers& r) {
  if (path_ != nullptr) trace_step(i, r);
  if (trace_->amount) return;
  trace_probes(static_cast<CodeAt>(&i - program_->code.data()), r);
  const auto compared = std::exchange(compared_, std::nullopt);
  ReadInput input;
  input.index = i.x;
  switch (i.op) {
    case Op::kAttribute:
    case Op::kAttributeOr:
      input.is_missing = (event_->present >> i.x & 1) == 0;
      if (!input.is_missing) input.value = event_->values[i.x];
      break;
    case Op::kHeld: {
      const int64_t* const value = known_of(i);
      input.what = ReadInput::What::kKnown;
      input.is_missing = value == nullptr;
      if (value != nullptr) input.value = *value;
      break;
    }
    case Op::kBefore:
    case Op::kAfter: {
      const KnownMeasure& known = measure(i.x);
      const bool is_before = i.op == Op::kBefore;
      input.what = is_before ? ReadInput::What::kMeasureBefore : ReadInput::What::kMeasureAfter;
      input.is_missing = known.missing;
      input.value = is_before ? Int128{known.before} : known.after;
      break;
    }
    case Op::kRolled: {
      const std::optional<Int128> value = measure_rolled(i.x, i.y == 0);
      input.what = i.y == 0 ? ReadInput::What::kMeasureBefore : ReadInput::What::kMeasureAfter;
      input.is_missing = !value;
      input.value = value.value_or(0);
      break;
    }
    case Op::kLookup:
    case Op::kAlong:
      trace_cell(i, r, input);
      break;
    case Op::kLast:
    case Op::kCaptured: {
      const bool is_last = i.op == Op::kLast;
      const std::optional<Int128> value = is_last ? measure_last(i.x) : captured(i);
      input.what = is_last ? ReadInput::What::kMeasureLast : captured_what(i, was_open_);
      input.is_missing = !value;
      input.value = value.value_or(0);
      break;
    }
    case Op::kBranch:
      input.what = ReadInput::What::kRow;
      input.row = row_of(i, r);
      break;
    case Op::kMin:
      compared_ = {r[i.b], r[i.c]};
      return;
    case Op::kPost:
    case Op::kOwe:
    case Op::kEarn:
    case Op::kTakeBack:
      compared_ = compared;
      if (i.x == trace_->clause) trace_post(i, r[i.b]);
      return;
    default:
      return;
  }
  const auto known = std::find(trace_->inputs.begin(), trace_->inputs.end(), input);
  if (known == trace_->inputs.end()) trace_->inputs.push_back(input);
}

void Machine::trace_owed(const Clause& clause, uint32_t frame) {
  const int64_t* const cells = touched_[frame].cells;
  trace_->posted = cells == nullptr ? 0 : cells[clause.posted];
  trace_keys(clause.subject, frame);
}

void Machine::trace_keys(uint32_t subject, uint32_t frame) {
  const std::array<int64_t, kSubjectKeysMax>& keys = touched_[frame].key.keys;
  const auto count = static_cast<std::ptrdiff_t>(program_->subjects[subject].keys.size());
  trace_->keys.assign(keys.begin(), keys.begin() + count);
}

void Machine::trace_post(const Instruction& i, Int128 amount) {
  const Clause& clause = program_->clauses[i.x];
  if (i.op == Op::kTakeBack) {
    const uint32_t subject = program_->measures[clause.earned].subject;
    const uint32_t frame = frame_of(subject);
    if (frame == kMissingFrame) return;
    trace_keys(subject, frame);
    trace_->taken_back = taken_back(clause, amount);
    trace_->amount = -trace_->taken_back->amount() * clause.den;
    return;
  }
  uint32_t frame = kNowhere;
  if (i.op == Op::kOwe) {
    frame = frame_of(clause.subject);
    if (frame == kMissingFrame) return;
    trace_owed(clause, frame);
  }
  trace_->amount = amount;
  if (is_limited(clause) && clause.group == kNowhere) {
    const Int128 rounded = money::divide_rounded(amount, clause.den, clause.rounding);
    const Int128 now = i.op == Op::kOwe ? std::max<Int128>(rounded, 0) : rounded;
    trace_limits(clause, frame, trace_->posted, static_cast<int64_t>(now));
  }
  if (!clause.is_capped || !compared_) return;
  trace_->uncapped = compared_->first;
  trace_->cap = compared_->second;
}

}  // namespace guerdon::plan
