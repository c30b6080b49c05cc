#include "engine/program/machine.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/money/limits.h"

namespace guerdon::plan {

using base::Int128;

Machine::Machine(const Program& program)
    : program_(program),
      known_frames_(program.subjects.size()),
      known_measures_(program.measures.size()) {
  for (const Clock& clock : program.clocks) {
    event_periods_.emplace_back(clock.calendar, clock.kind);
    clock_periods_.emplace_back(clock.calendar, clock.kind);
  }
}

void Machine::run(const RoleProgram& role, const EventView& event, const Frames& frames) {
  run_as<false>(role, event, frames);
}

void Machine::run_traced(const RoleProgram& role, const EventView& event, const Frames& frames,
                         ClauseTrace* trace) {
  trace_ = trace;
  run_as<true>(role, event, frames);
  trace_ = nullptr;
}

void Machine::run_rule(const RoleProgram& role, CodeAt rule, const EventView& event,
                       const Frames& frames) {
  begin(role, event, frames);
  execute<false>(rule);
}

bool Machine::is_true(CodeAt condition, const EventView& event, const Frames& frames) {
  static const RoleProgram kNoRole;
  begin(kNoRole, event, frames);
  return execute<false>(condition);
}

inline void Machine::begin(const RoleProgram& role, const EventView& event, const Frames& frames) {
  ++run_;
  role_ = &role;
  event_ = &event;
  frames_ = &frames;
  touched_.clear();
  moves_.clear();
  asks_.clear();
  takes_ = false;
}

void Machine::run_back(const RoleProgram& role, const EventView& event, const Frames& frames,
                       std::span<const event::Deed> deeds, uint8_t number) {
  begin(role, event, frames);
  moved_.clear();
  for (const event::Deed& deed : deeds) {
    if (deed.role != number || deed.what != event::Deed::What::kMoved) continue;
    move_measure(deed.number, -Int128{deed.amount});
  }
  finish_moves();
  for (const PlanPart& part : role.parts) {
    if (part.filter != kNowhere && !execute<false>(part.filter)) continue;
    for (const Index::Ordered& rule : part.rules.find(event.values, event.present, scratch_)) {
      execute<false>(rule.entry);
    }
  }
  std::erase_if(asks_, [](const Ask& ask) { return ask.frame == kNowhere; });
}

template <bool kIsTraced>
void Machine::run_as(const RoleProgram& role, const EventView& event, const Frames& frames) {
  begin(role, event, frames);
  for (const PlanPart& part : role.parts) {
    if (part.filter != kNowhere && !execute<false>(part.filter)) continue;
    moved_.clear();
    for (const auto& entry : part.measures.find(event.values, event.present, scratch_)) {
      execute<false>(entry.entry);
    }
    finish_moves();
    const auto rules = part.rules.find(event.values, event.present, scratch_);
    counters_.rules_tried += rules.size();
    for (const Index::Ordered& entry : rules) {
      if constexpr (kIsTraced) {
        if (!trace_->amount) trace_->inputs.clear();  // of another rule
      }
      execute<kIsTraced>(entry.entry);
    }
  }
}

// ---- frames and measures ------------------------------------------------------------------------

// The period of the event; true when it is too far behind the clock's to be kept.
bool Machine::is_late(int clock, int32_t* period) {
  const auto c = static_cast<size_t>(clock);
  *period = event_periods_[c].index_of(event_->occurred_at);
  return *period < clock_periods_[c].index_of(event_->at) - kPeriodsKept;
}

uint32_t Machine::frame_of(uint32_t subject) {
  KnownFrame& known = known_frames_[subject];
  if (known.run != run_) {
    known.run = run_;
    known.touched = touch(subject);
  }
  return known.touched;
}

uint32_t Machine::touch(uint32_t subject) {
  const SubjectKind& kind = program_.subjects[subject];
  int32_t period = 0;
  if (kind.clock != kNoClock && is_late(kind.clock, &period)) return kMissingFrame;
  // Filled in where it stands: a copy would wait for the fields to reach memory.
  TouchedFrame& frame = touched_.emplace_back();
  frame.key.subject = subject;
  frame.key.period = period;
  if (!kind.is_inline() && !read_keys(frame.key)) {
    touched_.pop_back();
    return kMissingFrame;
  }
  frame.cells = frames_->find(frame.key);
  return static_cast<uint32_t>(touched_.size() - 1);
}

// The further keys of a subject, as the event at hand names them; false when one is missing.
bool Machine::read_keys(FrameKey& key) const {
  const auto at =
      std::lower_bound(role_->frames.begin(), role_->frames.end(), key.subject,
                       [](const RoleFrame& f, uint32_t number) { return f.subject < number; });
  GUERDON_ASSERT(at != role_->frames.end() && at->subject == key.subject);
  for (size_t i = 0; i < at->key_slots.size(); ++i) {
    const uint8_t slot = at->key_slots[i];
    if (slot == kNoSlot || (event_->present >> slot & 1) == 0) return false;
    key.keys[i] = event_->values[slot];
  }
  return true;
}

Machine::KnownMeasure& Machine::measure(uint32_t index) {
  KnownMeasure& known = known_measures_[index];
  if (known.run == run_) return known;
  const MeasureKind& kind = program_.measures[index];
  const uint32_t frame = frame_of(kind.subject);
  known = {};
  known.run = run_;
  known.missing = frame == kMissingFrame;
  if (!known.missing && touched_[frame].cells != nullptr) {
    known.before = touched_[frame].cells[kind.cell];
  }
  known.after = known.before;
  return known;
}

void Machine::move_measure(uint32_t index, Int128 by) {
  KnownMeasure& known = measure(index);
  if (known.missing || by == 0) return;
  known.after += by;
  if (!known.moved) moved_.push_back(index);
  known.moved = true;
}

void Machine::finish_moves() {
  constexpr Int128 kMax = money::kMeasureMax;
  for (const uint32_t index : moved_) {
    KnownMeasure& known = known_measures_[index];
    const MeasureKind& kind = program_.measures[index];
    known.after = std::clamp(known.after, -kMax, kMax);
    const auto value = static_cast<int64_t>(known.after);
    if (value == known.before) continue;
    Move& move = moves_.emplace_back();
    move.frame = frame_of(kind.subject);
    move.cell = kind.cell;
    move.value = value;
  }
}

// What is known of the account at the instant that the instruction says, or null.
const int64_t* Machine::known_of(const Instruction& i) {
  TimeMs instant = event_->occurred_at;
  if (i.y != kAtEvent) instant = event_periods_[i.y].at(instant).from;
  return frames_->known(i.x, instant);
}

bool Machine::load_known(const Instruction& i, Registers& r) {
  const int64_t* const value = known_of(i);
  if (value != nullptr) r[i.a] = *value;
  return value != nullptr;
}

bool Machine::load_measure(const Instruction& i, Registers& r) {
  const KnownMeasure& known = measure(i.x);
  if (known.missing) return false;
  const bool before =
      i.op == Op::kBefore || (base::planted(base::PlantedBug::kCounterUpdatedLate) && i.x % 2 == 1);
  r[i.a] = before ? known.before : known.after;
  return true;
}

// ---- posting ------------------------------------------------------------------------------------

void Machine::post(const Instruction& i, Int128 amount) {
  const Clause& clause = program_.clauses[i.x];
  const Int128 rounded = money::divide_rounded(amount, clause.den, clause.rounding);
  auto whole = static_cast<int64_t>(rounded);
  GUERDON_ASSERT(whole == rounded && whole >= -money::kBalanceMax && whole <= money::kBalanceMax);
  if (i.op == Op::kPost) {
    if (clause.verb == Verb::kBurn) whole = std::max<int64_t>(whole, 0);  // it makes nothing
    if (whole == 0) {
      ++counters_.zero_amounts;
      return;
    }
    takes_ |= posting_of(clause, whole) < 0;
    ask(i.x, kNowhere, whole);
    return;
  }
  const uint32_t frame = frame_of(clause.subject);
  if (frame == kMissingFrame) return;
  whole = std::max<int64_t>(whole, 0);  // nothing is owed at the least
  const int64_t* cells = touched_[frame].cells;
  const int64_t posted = cells == nullptr ? 0 : cells[clause.posted];
  if (whole == posted) return;
  takes_ |= posting_of(clause, whole - posted) < 0;
  ask(i.x, frame, whole);
}

void Machine::ask(uint32_t clause, uint32_t frame, int64_t amount) {
  Ask& ask = asks_.emplace_back();
  ask.clause = clause;
  ask.frame = frame;
  ask.amount = amount;
}

// ---- tracing ------------------------------------------------------------------------------------

void Machine::trace_probes(CodeAt at, const Registers& r) {
  auto probe = std::lower_bound(program_.probes.begin(), program_.probes.end(), at,
                                [](const Probe& each, CodeAt place) { return each.at < place; });
  for (; probe != program_.probes.end() && probe->at == at; ++probe) {
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
    }
  }
}

// What the instruction is about to do, as far as it is of interest.
void Machine::trace(const Instruction& i, const Registers& r) {
  if (trace_->amount) return;
  trace_probes(static_cast<CodeAt>(&i - program_.code.data()), r);
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
    case Op::kLookup: {
      const Lookup& table = program_.tables[i.x];
      input.what = ReadInput::What::kCell;
      input.column = i.y;
      input.row = table.row(&r[i.b]);
      const Int128* const value =
          input.row < 0 ? nullptr : table.value(input.row, static_cast<int>(i.y));
      input.is_missing = value == nullptr && input.row != Lookup::kZeroRow;
      if (value != nullptr) input.value = *value;
      break;
    }
    case Op::kBranch:
      input.what = ReadInput::What::kRow;
      input.row = program_.tables[i.x].row(&r[i.b]);
      break;
    case Op::kMin:
      compared_ = {r[i.b], r[i.c]};
      return;
    case Op::kPost:
    case Op::kOwe:
      compared_ = compared;
      if (i.x == trace_->clause) trace_post(i, r[i.b]);
      return;
    default:
      return;
  }
  const auto known = std::find(trace_->inputs.begin(), trace_->inputs.end(), input);
  if (known == trace_->inputs.end()) trace_->inputs.push_back(input);
}

void Machine::trace_post(const Instruction& i, Int128 amount) {
  const Clause& clause = program_.clauses[i.x];
  if (i.op == Op::kOwe) {
    const uint32_t frame = frame_of(clause.subject);
    if (frame == kMissingFrame) return;
    const int64_t* const cells = touched_[frame].cells;
    trace_->posted = cells == nullptr ? 0 : cells[clause.posted];
    const std::array<int64_t, kSubjectKeysMax>& keys = touched_[frame].key.keys;
    const auto count = static_cast<std::ptrdiff_t>(program_.subjects[clause.subject].keys.size());
    trace_->keys.assign(keys.begin(), keys.begin() + count);
  }
  trace_->amount = amount;
  if (!clause.is_capped || !compared_) return;
  trace_->uncapped = compared_->first;
  trace_->cap = compared_->second;
}

// ---- the machine's loop -------------------------------------------------------------------------

namespace {

bool in_set(const std::vector<Int128>& set, Int128 value) {
  return std::binary_search(set.begin(), set.end(), value);
}

}  // namespace

// The answer in a register, or where to go on.
const Instruction* Machine::look_up(const Instruction& i, const Instruction* next,
                                    Registers& r) const {
  const Instruction* code = program_.code.data();
  const Lookup& table = program_.tables[i.x];
  const int row = table.row(&r[i.b]);
  if (row < 0) {
    if (row == Lookup::kNoRow) return code + i.target;
    r[i.a] = 0;  // kZeroRow
    return next;
  }
  const Int128* value = table.value(row, static_cast<int>(i.y));
  if (value == nullptr) return code + i.z;
  r[i.a] = *value;
  return next;
}

const Instruction* Machine::branch(const Instruction& i, const Registers& r) const {
  const int row = program_.tables[i.x].row(&r[i.b]);
  const std::vector<CodeAt>& branches = program_.branches[i.z];
  return program_.code.data() + (row < 0 ? branches.back() : branches[static_cast<size_t>(row)]);
}

void Machine::each_part(const Instruction& i, Registers& r) const {
  const Lookup& table = program_.tables[i.x];
  const auto column = static_cast<int>(i.y);
  const auto scale = static_cast<int64_t>(program_.constants[i.target]);
  r[i.a] = table.graduated(r[i.c] + r[i.b], scale, column) - table.graduated(r[i.c], scale, column);
}

// Runs from `at` to kEnd (true) or kNo (false). Every jump goes forward (program.h: verify), so it
// ends. One function over the usual length on purpose: registers and the next instruction stay in
// machine registers, and each instruction can be read beside its neighbours.
template <bool kIsTraced>
bool Machine::execute(CodeAt at) {
  const Instruction* const code = program_.code.data();
  const Int128* const constants = program_.constants.data();
  const Instruction* next = code + at;
  const int64_t* const values = event_->values;
  const uint64_t present = event_->present;
  Registers r;  // written before read: the compiler's order
  while (true) {
    const Instruction& i = *next++;
    if constexpr (kIsTraced) trace(i, r);
    switch (i.op) {
      case Op::kEnd:
        return true;
      case Op::kNo:
        return false;
      case Op::kJump:
        next = code + i.target;
        break;
      case Op::kConst:
        r[i.a] = constants[i.x];
        break;
      case Op::kAttribute:
        if ((present >> i.x & 1) == 0) {
          next = code + i.target;
        } else {
          r[i.a] = values[i.x];
        }
        break;
      case Op::kAttributeOr:
        r[i.a] = (present >> i.x & 1) == 0 ? constants[i.target] : values[i.x];
        break;
      case Op::kHeld:
        if (!load_known(i, r)) next = code + i.target;
        break;
      case Op::kBefore:
      case Op::kAfter:
        if (!load_measure(i, r)) next = code + i.target;
        break;
      case Op::kAdd:
        r[i.a] = r[i.b] + r[i.c];
        break;
      case Op::kSubtract:
        r[i.a] = r[i.b] - r[i.c];
        break;
      case Op::kMultiply:
        r[i.a] = r[i.b] * r[i.c];
        break;
      case Op::kScale:
        r[i.a] = r[i.b] * constants[i.x];
        break;
      case Op::kMin:
        r[i.a] = std::min(r[i.b], r[i.c]);
        break;
      case Op::kMax:
        r[i.a] = std::max(r[i.b], r[i.c]);
        break;
      case Op::kWhole:
        r[i.a] = money::divide_rounded(r[i.b], constants[i.x], money::Rounding::kDown);
        break;
      case Op::kLookup:
        next = look_up(i, next, r);
        break;
      case Op::kEachPart:
        each_part(i, r);
        break;
      case Op::kBranch:
        next = branch(i, r);
        break;
      case Op::kUnlessEqual:
        if (!(r[i.b] == r[i.c])) next = code + i.target;
        break;
      case Op::kUnlessNotEqual:
        if (r[i.b] == r[i.c]) next = code + i.target;
        break;
      case Op::kUnlessLess:
        if (!(r[i.b] < r[i.c])) next = code + i.target;
        break;
      case Op::kUnlessAtMost:
        if (!(r[i.b] <= r[i.c])) next = code + i.target;
        break;
      case Op::kUnlessIn:
        if (!in_set(program_.sets[i.x], r[i.b])) next = code + i.target;
        break;
      case Op::kUnlessOut:
        if (in_set(program_.sets[i.x], r[i.b])) next = code + i.target;
        break;
      case Op::kUnlessRow:
        if (!program_.tables[i.x].names(&r[i.b])) next = code + i.target;
        break;
      case Op::kUnlessNoRow:
        if (program_.tables[i.x].names(&r[i.b])) next = code + i.target;
        break;
      case Op::kUnlessHas:
        if ((present >> i.x & 1) == 0) next = code + i.target;
        break;
      case Op::kUnlessLacks:
        if ((present >> i.x & 1) != 0) next = code + i.target;
        break;
      case Op::kMove:
        move_measure(i.x, r[i.b]);
        break;
      case Op::kMoveBack:
        move_measure(i.x, -r[i.b]);
        break;
      case Op::kPost:
      case Op::kOwe:
        post(i, r[i.b]);
        break;
    }
  }
}

}  // namespace guerdon::plan
