#include "engine/program/machine.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/money/limits.h"
#include "engine/progress/attainment.h"

namespace guerdon::plan {

using base::Int128;
using base::planted;
using base::PlantedBug;

Machine::Machine(const Program& program)
    : program_(&program),
      periods_(program),
      known_frames_(program.subjects.size()),
      known_measures_(program.measures.size()),
      owed_run_(program.clauses.size()) {}

void Machine::adopt(const Program& program) {
  const Counters counters = counters_;
  const Reopenings* const reopened = periods_.heeded();
  *this = Machine(program);
  counters_ = counters;
  periods_.heed(reopened);
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

void Machine::trace_rule(const RoleProgram& role, const ClauseCode& code, const EventView& event,
                         const Frames& frames, ClauseTrace* trace) {
  begin(role, event, frames);
  const PlanPart& part = role.parts[code.part];
  part_ = &part;
  if (part.object.subject != kNowhere) see(part.object);
  trace_ = trace;
  path_ = &trace->filter;
  trace->is_filtered = part.filter != kNowhere && !execute<true>(part.filter);
  if (!trace->is_filtered) {
    trace->inputs.clear();
    moved_.clear();
    for (const auto& entry : part.measures.find(event.values, event.present, scratch_)) {
      execute<false>(entry.entry);
    }
    finish_moves();
    // What rules before it credit it may read; with those of its group it shares.
    const auto rules = part.rules.find(event.values, event.present, scratch_);
    for (const Index::Ordered& rule : rules) {
      if (rule.entry < code.rule) execute<false>(rule.entry);
    }
    path_ = &trace->path;
    execute<true>(code.rule);
    path_ = nullptr;
    for (const Index::Ordered& rule : rules) {
      if (rule.entry > code.rule) execute<false>(rule.entry);
    }
    if (!stacked_.empty()) settle_groups();
  }
  path_ = nullptr;
  trace_ = nullptr;
}

void Machine::run_rule(const RoleProgram& role, CodeAt rule, const EventView& event,
                       const Frames& frames) {
  begin(role, event, frames);
  execute<false>(rule);
  stacked_.clear();
}

bool Machine::is_true(CodeAt condition, const EventView& event, const Frames& frames) {
  static const RoleProgram kNoRole;
  begin(kNoRole, event, frames);
  return execute<false>(condition);
}

std::optional<Int128> Machine::value_of(CodeAt amount, const EventView& event,
                                        const Frames& frames) {
  if (!is_true(amount, event, frames)) return std::nullopt;
  return yielded_;
}

void Machine::begin(const RoleProgram& role, const EventView& event, const Frames& frames) {
  ++run_;
  role_ = &role;
  part_ = nullptr;
  event_ = &event;
  frames_ = &frames;
  touched_.clear();
  moves_.clear();
  asks_.clear();
  draws_.clear();
  fed_.clear();
  takes_ = false;
  periods_.begin(role, event);
}

void Machine::run_back(const RoleProgram& role, const EventView& event, const Frames& frames,
                       std::span<const event::Deed> deeds, uint8_t number) {
  begin(role, event, frames);
  moved_.clear();
  undone_ = deeds;
  undone_role_ = number;
  is_back_ = true;
  for (const event::Deed& deed : deeds) {
    if (deed.role != number || deed.what != event::Deed::What::kMoved) continue;
    if (program_->measures[deed.number].is_of_values) continue;  // others may have had the value
    move_measure(deed.number, -Int128{deed.amount});
  }
  finish_moves();
  // Rules of a higher layer read what these come to; in the asks they stand last.
  ask_back_limited(deeds, number);
  limited_.swap(asks_);
  asks_.clear();
  for (const PlanPart& part : role.parts) {
    part_ = &part;
    if (part.filter != kNowhere && !execute<false>(part.filter)) continue;
    for (const Index::Ordered& rule : part.rules.find(event.values, event.present, scratch_)) {
      execute<false>(rule.entry);
    }
    if (!stacked_.empty()) settle_groups();
  }
  if (role.has_layers) finish_layers();
  std::erase_if(asks_, [](const Ask& ask) { return ask.frame == kNowhere; });
  asks_.insert(asks_.end(), limited_.begin(), limited_.end());
  undone_ = {};
  is_back_ = false;
}

void Machine::ask_back_limited(std::span<const event::Deed> deeds, uint8_t number) {
  for (const event::Deed& deed : deeds) {
    if (deed.role != number || deed.what != event::Deed::What::kPosted) continue;
    if (is_limited(program_->clauses[deed.number])) {
      ask_limited(deed.number, kNowhere, deed.amount, 0);
    }
  }
}

template <bool kIsTraced>
void Machine::run_as(const RoleProgram& role, const EventView& event, const Frames& frames) {
  begin(role, event, frames);
  for (const PlanPart& part : role.parts) {
    const bool has_object = part.object.subject != kNowhere;
    part_ = &part;
    if (has_object) see(part.object);
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
    if (has_object) fall(part.object, false);
    if (!stacked_.empty()) [[unlikely]]
      settle_groups();
  }
  if (role.has_layers) [[unlikely]]
    finish_layers();
}

// ---- objects: machine_objects.cc ----------------------------------------------------------------

void Machine::run_former(const RoleProgram& role, size_t part, const EventView& event,
                         const Frames& frames, ClauseTrace* trace) {
  begin(role, event, frames);
  trace_ = trace;
  const RoleObject& object = role.parts[part].object;
  if (!is_over(object)) {
    seen_at_ = std::max(seen_before(object), event.occurred_at);
    (void)frame_of(object.subject);
    fall(object, true);
    part_ = &role.parts[part];
    if (!fed_.empty()) follow();
  }
  if (role.has_layers) finish_layers();
  trace_ = nullptr;
}

void Machine::follow() {
  for (const CodeAt rule : part_->followers) {
    if (trace_ != nullptr) {
      if (!trace_->amount) trace_->inputs.clear();
      execute<true>(rule);
    } else {
      execute<false>(rule);
    }
  }
  if (!stacked_.empty()) settle_groups();
}

void Machine::move(uint32_t frame, uint32_t cell, int64_t value) {
  Move& move = moves_.emplace_back();
  move.frame = frame;
  move.cell = cell;
  move.value = value;
}

// ---- frames and measures ------------------------------------------------------------------------

uint32_t Machine::frame_of(uint32_t subject) {
  KnownFrame& known = known_frames_[subject];
  if (known.run != run_) {
    known.run = run_;
    known.touched = touch(subject);
  }
  return known.touched;
}

uint32_t Machine::touch(uint32_t subject) {
  const SubjectKind& kind = program_->subjects[subject];
  int32_t period = 0;
  bool is_closed = false;
  if (kind.clock != kNoClock) {
    const auto clock = static_cast<size_t>(kind.clock);
    period = period_of(clock).index;
    is_closed = periods_.is_closed(clock, period, event_->at);
    if (is_closed && periods_.is_gone(clock, period, event_->at)) return kMissingFrame;
  }
  // Filled in where it stands: a copy would wait for the fields to reach memory.
  TouchedFrame& frame = touched_.emplace_back();
  frame.key.subject = subject;
  frame.key.period = period;
  frame.is_closed = is_closed;
  if (kind.is_object) {
    if (event_->object == nullptr) {
      touched_.pop_back();
      return kMissingFrame;
    }
    frame.key = object_key(subject, *event_->object);
  } else if (!kind.keys.empty() && !read_keys(frame.key)) {
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
  const MeasureKind& kind = program_->measures[index];
  const uint32_t frame = frame_of(kind.subject);
  known = {};
  known.run = run_;
  known.missing = frame == kMissingFrame;
  known.frozen = kind.is_frozen && !known.missing && is_final(frame);
  if (!known.missing && touched_[frame].cells != nullptr) {
    known.before = touched_[frame].cells[kind.cell];
  }
  known.after = known.before;
  return known;
}

// Whether scores of its period are. Of an event of before also where they were when it came: what
// it was paid then is in none, and what is taken back of that neither.
bool Machine::is_final(uint32_t frame) {
  const TouchedFrame& touched = touched_[frame];
  if (touched.is_closed || !event_->came) return touched.is_closed;
  const auto clock = static_cast<size_t>(program_->subjects[touched.key.subject].clock);
  return periods_.was_closed(clock, touched.key.period, *event_->came);
}

void Machine::move_measure(uint32_t index, Int128 by) {
  KnownMeasure& known = measure(index);
  if (known.missing || known.frozen || by == 0) return;
  const MeasureKind& kind = program_->measures[index];
  if (kind.counted_in != kNowhere && !count_value(kind, known.after, by)) return;
  known.after += by;
  if (!known.moved) moved_.push_back(index);
  known.moved = true;
}

// A value of which there were `before`, and come `by`. False: as many others are counted as may be.
bool Machine::count_value(const MeasureKind& kind, Int128 before, Int128 by) {
  const bool was = before > 0;
  const bool is = before + by > 0;
  if (was == is) return true;
  if (kind.pick != tree::Pick::kNone) {
    pick_again(kind, is);
    return true;
  }
  if (is && measure(kind.counted_in).after >= kind.values_max &&
      !planted(PlantedBug::kValueCountedOn)) {
    return false;
  }
  move_measure(kind.counted_in, is ? 1 : -1);
  return true;
}

// A value of which there was none has come, or the last one is gone. One event has one value, so
// others are there if there was a sample before it.
void Machine::pick_again(const MeasureKind& kind, bool has_come) {
  const FrameKey key = touched_[frame_of(kind.subject)].key;
  const int64_t value = key.keys[kind.value_key];
  const KnownMeasure& picked = measure(kind.counted_in);
  const auto is_better = [&](Int128 a, Int128 b) {
    return kind.pick == tree::Pick::kHighest ? a > b : a < b;
  };
  std::optional<Int128> best;
  if (has_come) {
    best = value;
    const bool stays = planted(PlantedBug::kPickedFirst) || is_better(picked.after, value);
    if (measure(kind.samples).before > 0 && stays) best = picked.after;
  } else if (picked.after != value) {
    return;
  } else {
    frames_->visit(kind.subject, key.period, [&](const FrameKey& other, const int64_t* cells) {
      FrameKey alike = other;
      alike.keys[kind.value_key] = value;
      if (alike != key || other == key || cells[kind.cell] <= 0) return;
      const int64_t each = other.keys[kind.value_key];
      if (!best || is_better(each, *best)) best = each;
    });
  }
  move_measure(kind.counted_in, best.value_or(0) - picked.after);
}

void Machine::finish_moves() {
  constexpr Int128 kMax = money::kMeasureMax;
  for (const uint32_t index : moved_) {
    KnownMeasure& known = known_measures_[index];
    const MeasureKind& kind = program_->measures[index];
    known.after = std::clamp(known.after, -kMax, kMax);
    const auto value = static_cast<int64_t>(known.after);
    if (value == known.before) continue;
    move(frame_of(kind.subject), kind.cell, value);
  }
}

// What a clause credits moves the measures that sum it, before rules of a higher layer are run.
void Machine::feed(const Clause& clause, Int128 by, bool is_once) {
  constexpr Int128 kMax = money::kMeasureMax;
  if (by == 0) return;
  for (const uint32_t index : clause.feeds) {
    KnownMeasure& known = measure(index);
    if (known.missing || known.frozen) continue;
    known.after = std::clamp(known.after + by, -kMax, kMax);
    if (known.fed == kNowhere) {
      known.fed = static_cast<uint32_t>(fed_.size());
      fed_.push_back({index, 0});
    }
    if (is_once) fed_[known.fed].once += by;
  }
}

// A measure that was moved back meanwhile is written again: the last of its moves holds.
void Machine::finish_layers() {
  for (const Fed& fed : fed_) {
    const KnownMeasure& known = known_measures_[fed.measure];
    const MeasureKind& kind = program_->measures[fed.measure];
    const auto value = static_cast<int64_t>(known.after);
    if (value != known.before || known.moved) move(frame_of(kind.subject), kind.cell, value);
  }
  order_asks();
}

// The instant of the subject, as the instruction says.
TimeMs Machine::instant_of(const Instruction& i) {
  if (i.y == kAtEvent) return event_->occurred_at;
  return i.y == kAtOpening ? opened_at_ : period_of(i.y).from;
}

// What is known of the account at the instant that the instruction says, or null.
const int64_t* Machine::known_of(const Instruction& i) {
  return frames_->known(i.x, instant_of(i));
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
  const Clause& clause = program_->clauses[i.x];
  const Int128 rounded = money::divide_rounded(amount, clause.den, clause.rounding);
  auto whole = static_cast<int64_t>(rounded);
  GUERDON_ASSERT(whole == rounded && whole >= -money::kBalanceMax && whole <= money::kBalanceMax);
  if (i.op == Op::kPost) {
    if (clause.verb == Verb::kBurn) whole = std::max<int64_t>(whole, 0);  // it makes nothing
    if (whole == 0) {
      ++counters_.zero_amounts;
      return;
    }
    if (is_back_) [[unlikely]]
      return;  // what it paid is known
    if (is_corrected_) [[unlikely]] {
      paid_.push_back({i.x, whole});
      return;
    }
    if (clause.group != kNowhere) [[unlikely]] {
      stacked_.push_back({i.x, kNowhere, whole});
      return;
    }
    if (is_limited(clause)) [[unlikely]]
      return ask_limited(i.x, kNowhere, 0, whole);
    takes_ |= posting_of(clause, whole) < 0;
    ask(i.x, kNowhere, whole);
    if (!clause.feeds.empty()) [[unlikely]]
      feed(clause, whole, true);
    return;
  }
  const uint32_t frame = frame_of(clause.subject);
  if (frame == kMissingFrame) return;
  owed_run_[i.x] = run_;
  const int64_t* cells = touched_[frame].cells;
  const int64_t posted = cells == nullptr ? 0 : cells[clause.posted];
  if (planted(PlantedBug::kRoundsTheStep)) {
    const Int128 step = amount - Int128{posted} * clause.den;
    whole = posted + static_cast<int64_t>(money::divide_rounded(step, clause.den, clause.rounding));
  }
  whole = std::max<int64_t>(whole, 0);  // nothing is owed at the least
  if (clause.group != kNowhere) [[unlikely]] {
    stacked_.push_back({i.x, frame, whole});
    return;
  }
  if (clause.keeps && !planted(PlantedBug::kRatchetFalls))
    whole = std::max(whole, least_kept(i.x, posted));
  if (whole == posted) return;
  if (is_limited(clause)) [[unlikely]] {
    if (clause.budget != kNowhere) return owe_from_budget(i.x, frame, posted, whole);
    return ask_limited(i.x, frame, posted, whole);
  }
  takes_ |= posting_of(clause, whole - posted) < 0;
  ask(i.x, frame, whole);
  if (!clause.feeds.empty()) [[unlikely]]
    feed(clause, Int128{whole} - posted, false);
}

void Machine::ask(uint32_t clause, uint32_t frame, int64_t amount) {
  Ask& ask = asks_.emplace_back();
  ask.clause = clause;
  ask.frame = frame;
  ask.amount = amount;
}

// ---- the machine's loop -------------------------------------------------------------------------

namespace {

bool in_set(const std::vector<Int128>& set, Int128 value) {
  return std::binary_search(set.begin(), set.end(), value);
}

}  // namespace

// The row of a kLookup or kBranch; c: an average asks for it.
int Machine::row_of(const Instruction& i, const Registers& r) const {
  const Lookup& table = program_->tables[i.x];
  return i.c == 0 ? table.row(&r[i.b]) : table.row_of_halves(&r[i.b]);
}

// The answer in a register, or where to go on.
const Instruction* Machine::look_up(const Instruction& i, const Instruction* next,
                                    Registers& r) const {
  const Instruction* code = program_->code.data();
  const Lookup& table = program_->tables[i.x];
  const int row = row_of(i, r);
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
  const int row = row_of(i, r);
  const std::vector<CodeAt>& branches = program_->branches[i.z];
  return program_->code.data() + (row < 0 ? branches.back() : branches[static_cast<size_t>(row)]);
}

void Machine::each_part(const Instruction& i, Registers& r) const {
  const Lookup& table = program_->tables[i.x];
  const auto column = static_cast<int>(i.y);
  const auto scale = static_cast<int64_t>(program_->constants[i.target]);
  r[i.a] = table.graduated(r[i.c] + r[i.b], scale, column) - table.graduated(r[i.c], scale, column);
}

// Runs from `at` to kEnd (true) or kNo (false). Every jump goes forward (program.h: verify), so it
// ends. One function over the usual length on purpose: registers and the next instruction stay in
// machine registers, and each instruction can be read beside its neighbours.
template <bool kIsTraced>
bool Machine::execute(CodeAt at) {
  const Instruction* const code = program_->code.data();
  const Int128* const constants = program_->constants.data();
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
          if (planted(PlantedBug::kMissingIsZero)) {
            r[i.a] = 0;
            next = &i + 1;
          }
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
      case Op::kLast:
        if (!load_last(i, r)) next = code + i.target;
        break;
      case Op::kRolled:
        if (!load_rolled(i, r)) next = code + i.target;
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
        r[i.a] = money::divide_rounded(
            r[i.b], constants[i.x],
            planted(PlantedBug::kPiecesRoundedUp) ? money::Rounding::kUp : money::Rounding::kDown);
        break;
      case Op::kGoal:
        if (r[i.b] <= 0) next = code + i.target;
        break;
      case Op::kPercent:
        r[i.a] = progress::percent_of(r[i.b], r[i.c]);
        break;
      case Op::kSamples:
        if (r[i.b] <= 0) next = code + i.target;
        break;
      case Op::kPercentWithin:
        r[i.a] = progress::percent_within(r[i.b], r[i.c]);
        break;
      case Op::kHalves:
        r[i.a] = in_halves(r[i.b], r[i.c]);
        break;
      case Op::kLookup:
        next = look_up(i, next, r);
        break;
      case Op::kAlong:
        next = look_along(i, next, r);
        break;
      case Op::kYield:
        yielded_ = r[i.b];
        break;
      case Op::kShare:
        next = share(i, next, r);
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
        if (!in_set(program_->sets[i.x], r[i.b])) next = code + i.target;
        break;
      case Op::kUnlessOut:
        if (in_set(program_->sets[i.x], r[i.b])) next = code + i.target;
        break;
      case Op::kUnlessRow:
        if (!program_->tables[i.x].names(&r[i.b])) next = code + i.target;
        break;
      case Op::kUnlessNoRow:
        if (program_->tables[i.x].names(&r[i.b])) next = code + i.target;
        break;
      case Op::kUnlessSince:
        if (instant_of(i) < constants[i.x]) next = code + i.target;
        break;
      case Op::kUnlessHas:
        if ((present >> i.x & 1) == 0) next = code + i.target;
        break;
      case Op::kUnlessLacks:
        if ((present >> i.x & 1) != 0) next = code + i.target;
        break;
      case Op::kUnlessWithin: {
        const Window& window = program_->windows[i.x];
        const TimeMs time = instant_of(i);
        const TimeMs until = window.until + (planted(PlantedBug::kWindowHoldsAtEnd) ? 1 : 0);
        if (time < window.from || time >= until) next = code + i.target;
        break;
      }
      case Op::kUnlessClosed:
        if (!is_in_closed(i.y)) next = code + i.target;
        break;
      case Op::kMove:
        move_measure(i.x, r[i.b]);
        break;
      case Op::kMoveBack:
        move_measure(i.x, planted(PlantedBug::kLessAdds) ? r[i.b] : -r[i.b]);
        break;
      case Op::kObject:
        if (!enter_object(i)) next = code + i.target;
        break;
      case Op::kOpen:
        open(i);
        break;
      case Op::kCaptured: {
        const std::optional<Int128> value = captured(i);
        if (value) {
          r[i.a] = *value;
        } else {
          next = code + i.target;
        }
        break;
      }
      case Op::kCapture:
        capture(i);
        break;
      case Op::kSettle:
        settle_below(static_cast<int>(i.x));
        break;
      case Op::kPost:
      case Op::kOwe:
        post(i, r[i.b]);
        break;
      case Op::kEarn:
        earn(i, r[i.b]);
        break;
      case Op::kEarnOn:
        earn_on(i, r[i.b]);
        break;
      case Op::kTakeBack:
        take_back(i, r[i.b]);
        break;
      case Op::kReturn:
        give_up(i, r[i.b]);
        break;
    }
  }
}

}  // namespace guerdon::plan
