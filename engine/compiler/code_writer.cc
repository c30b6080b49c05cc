#include "engine/compiler/code_writer.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"

namespace guerdon::plan {

using base::Int128;

int Names::slot_of(const Term& term) const {
  if (term.kind == TermKind::kAttribute || term.kind == TermKind::kHas) {
    return slots[static_cast<size_t>(term.index)];
  }
  const auto at = std::find_if(facts.begin(), facts.end(), [&](const FactSlot& fact) {
    return fact.kind == term.kind && fact.attribute == term.index && fact.event == term.event;
  });
  return at == facts.end() ? -1 : at->slot;
}

// ---- emitting -----------------------------------------------------------------------------------

uint32_t CodeWriter::emit(Instruction instruction) {
  program_.code.push_back(instruction);
  return static_cast<uint32_t>(program_.code.size() - 1);
}

void CodeWriter::emit_to(Instruction instruction, Label& target) {
  target.uses.push_back(emit(instruction));
}

void CodeWriter::bind(Label& label) {
  for (const uint32_t use : label.uses) program_.code[use].target = here();
  for (const uint32_t use : label.nones) program_.code[use].z = here();
  label = {};
}

uint8_t CodeWriter::reg(int r) {
  if (r >= kTermRegisters) too_deep_ = true;
  return static_cast<uint8_t>(std::min(r, kTermRegisters - 1));
}

uint32_t CodeWriter::constant_index(Int128 value) {
  // Plans have few constants that repeat close to each other; a longer search would not pay.
  const size_t from = program_.constants.size() > 16 ? program_.constants.size() - 16 : 0;
  for (size_t i = program_.constants.size(); i-- > from;) {
    if (program_.constants[i] == value) return static_cast<uint32_t>(i);
  }
  program_.constants.push_back(value);
  return static_cast<uint32_t>(program_.constants.size() - 1);
}

void CodeWriter::jump(Label& to) { emit_to({.op = Op::kJump}, to); }

void CodeWriter::constant(int r, Int128 value) {
  emit({.op = Op::kConst, .a = reg(r), .x = constant_index(value)});
}

void CodeWriter::scale(int r, Int128 factor) {
  if (factor == 1) return;
  emit({.op = Op::kScale, .a = reg(r), .b = reg(r), .x = constant_index(factor)});
}

void CodeWriter::post(Op op, int r, uint32_t clause) { emit({.op = op, .b = reg(r), .x = clause}); }

void CodeWriter::yield(int r) { emit({.op = Op::kYield, .b = reg(r)}); }

void CodeWriter::move(Op op, int r, uint32_t measure) {
  emit({.op = op, .b = reg(r), .x = measure});
}

void CodeWriter::min(int r, int with) {
  emit({.op = Op::kMin, .a = reg(r), .b = reg(r), .c = reg(with)});
}

void CodeWriter::combine(Op op, int to, int with) {
  emit({.op = op,
        .a = static_cast<uint8_t>(to),
        .b = static_cast<uint8_t>(to),
        .c = static_cast<uint8_t>(with)});
}

void CodeWriter::copy(int to, int from) {
  const auto b = static_cast<uint8_t>(from);
  emit({.op = Op::kMax, .a = static_cast<uint8_t>(to), .b = b, .c = b});
}

void CodeWriter::scale_kept(int r, Int128 factor) {
  if (factor == 1) return;
  const auto at = static_cast<uint8_t>(r);
  emit({.op = Op::kScale, .a = at, .b = at, .x = constant_index(factor)});
}

void CodeWriter::object(uint32_t clause, Label& none) {
  emit_to({.op = Op::kObject, .x = clause}, none);
}

void CodeWriter::open(uint32_t clause) { emit({.op = Op::kOpen, .x = clause}); }

// ---- probes -------------------------------------------------------------------------------------

uint8_t CodeWriter::scale_of(const Term& term) const {
  if (term.type.kind != TypeKind::kAmount) return 0;
  return static_cast<uint8_t>(names_.plan->units[static_cast<size_t>(term.type.unit)].scale);
}

// Of a term that is written already, in register `r`.
void CodeWriter::probe(Probe::What what, const Term& term, int r) {
  if (!probed_) return;
  Probe& probe = program_.probes.emplace_back();
  probe.at = here();
  probe.clause = *probed_;
  probe.what = what;
  probe.reg = reg(r);
  probe.scale = scale_of(term);
  probe.den = den_of(term);
  if (term.kind == TermKind::kNumber) probe.constant = term.value.num;
}

void CodeWriter::probe_base(uint32_t clause, int unit, int64_t den) {
  Probe& probe = program_.probes.emplace_back();
  probe.at = here();
  probe.clause = clause;
  probe.what = Probe::What::kBase;
  probe.scale = static_cast<uint8_t>(names_.plan->units[static_cast<size_t>(unit)].scale);
  probe.den = den;
}

void CodeWriter::probe_factor(uint32_t clause, size_t place, int64_t den) {
  Probe& probe = program_.probes.emplace_back();
  probe.at = here();
  probe.clause = clause;
  probe.what = Probe::What::kFactor;
  probe.place = static_cast<uint8_t>(place);
  probe.den = den;
}

// ---- denominators -------------------------------------------------------------------------------

int64_t common_den(int64_t a, int64_t b) {
  const std::optional<int64_t> lcm = money::lcm_checked(a, b);
  GUERDON_ASSERT(lcm.has_value());
  return *lcm;
}

// Of all versions of the table.
int64_t CodeWriter::column_den(const Term& term) const {
  int64_t den = 1;
  for (size_t days = 0; days <= days_of(term).size(); ++days) {
    den = common_den(den, program_.tables[version(term, days)].den(term.column));
  }
  return den;
}

int64_t CodeWriter::den_of(const Term& term) const {
  int64_t den = 1;
  switch (term.kind) {
    case TermKind::kNumber:
      return term.value.den;
    case TermKind::kNegate:
      return den_of(*term.args[0]);
    case TermKind::kMultiply:
      return den_of(*term.args[0]) * den_of(*term.args[1]);
    case TermKind::kPerFull:
      return den_of(*term.args[0]);
    case TermKind::kAdd:
    case TermKind::kSubtract:
    case TermKind::kMin:
    case TermKind::kMax:
    case TermKind::kDated:
    case TermKind::kElse:
      for (const TermPtr& arg : term.args) den = common_den(den, den_of(*arg));
      return den;
    case TermKind::kLookup:
      den = column_den(term);
      return term.has_else ? common_den(den, den_of(*term.args.back())) : den;
    case TermKind::kChoose:
      for (size_t i = static_cast<size_t>(table(term).key_count()); i < term.args.size(); ++i) {
        if (term.args[i] != nullptr) den = common_den(den, den_of(*term.args[i]));
      }
      return den;
    case TermKind::kEachPart:
      for (const TermPtr& arg : term.args) den = common_den(den, den_of(*arg));
      return den * column_den(term);
    default:
      return 1;
  }
}

// ---- numbers ------------------------------------------------------------------------------------

void CodeWriter::number_over(const Term& term, int64_t den, int r, Label& missing) {
  number(term, r, missing);
  const int64_t own = den_of(term);
  GUERDON_ASSERT(den % own == 0);
  scale(r, den / own);
}

void CodeWriter::amount(const Term& term, int64_t den, int r, Label& missing, uint32_t clause) {
  probed_ = clause;
  number_over(term, den, r, missing);
  probed_.reset();
}

// What is below a term is no whole amount: only the ways of writing a term that know better probe.
void CodeWriter::number(const Term& term, int r, Label& missing) {
  switch (term.kind) {
    case TermKind::kMultiply:
      return product(term, r, missing);
    case TermKind::kPerFull:
      return per_full(term, r, missing);
    case TermKind::kChoose:
      return choose(term, r, missing);
    case TermKind::kShare:
      return share(term, r, missing);
    case TermKind::kEachPart:
      return each_part(term, r, missing);
    default:
      break;
  }
  const std::optional<uint32_t> clause = std::exchange(probed_, std::nullopt);
  plain(term, r, missing);
  const bool is_read = term.kind == TermKind::kAttribute || term.kind == TermKind::kMeasure ||
                       term.kind == TermKind::kHeld;
  if (!clause || !is_read) return;
  probed_ = clause;
  probe(Probe::What::kBasis, term, r);
  Term whole;
  whole.value = {1, 1};
  probe(Probe::What::kRate, whole, r);
  probed_.reset();
}

void CodeWriter::plain(const Term& term, int r, Label& missing) {
  switch (term.kind) {
    case TermKind::kNumber:
      return constant(r, term.value.num);
    case TermKind::kAttribute:
    case TermKind::kFirst:
    case TermKind::kHighest:
      return attribute(term, r, missing);
    case TermKind::kHeld:
      return held(term, r, missing);
    case TermKind::kMeasure:
      return measure(term, r, missing);
    case TermKind::kNegate:
      number(*term.args[0], r, missing);
      return scale(r, -1);
    case TermKind::kAdd:
    case TermKind::kSubtract:
      return sum(term, r, missing);
    case TermKind::kMin:
    case TermKind::kMax:
      return extreme(term, r, missing);
    case TermKind::kLookup:
      return lookup(term, r, missing);
    case TermKind::kElse: {
      const int64_t den = den_of(term);
      Label none;
      Label done;
      number_over(*term.args[0], den, r, none);
      jump(done);
      bind(none);
      number_over(*term.args[1], den, r, missing);
      return bind(done);
    }
    case TermKind::kDated:
      return dated(term, r, missing);
    case TermKind::kGoal:
      number(*term.args[0], r, missing);
      return emit_to({.op = Op::kGoal, .b = reg(r)}, missing);
    case TermKind::kSampled:
      number(*term.args[0], r, missing);
      return samples(*term.args[1], r + 1, missing);
    case TermKind::kPercent:
      return percent(term, r, missing);
    case TermKind::kPercentWithin:
      return percent_within(term, r, missing);
    default:
      GUERDON_UNREACHABLE();
  }
}

// ---- what changes on a day ----------------------------------------------------------------------

std::vector<base::TimeMs> CodeWriter::days_of(const Term& term) const {
  std::vector<base::TimeMs> days;
  for (const TableVersion& later : names_.plan->tables[static_cast<size_t>(term.index)].later) {
    days.push_back(later.from);
  }
  return days;
}

uint32_t CodeWriter::version(const Term& term, size_t days) const {
  const Table& first = names_.plan->tables[static_cast<size_t>(term.index)];
  const int index = days == 0 ? term.index : first.later[days - 1].table;
  return names_.tables[static_cast<size_t>(index)];
}

template <typename Write>
void CodeWriter::by_day(const std::vector<base::TimeMs>& days, Write write) {
  Label done;
  for (size_t come = days.size(); come > 0; --come) {
    Label earlier;
    emit_to({.op = Op::kUnlessSince, .x = constant_index(days[come - 1]), .y = names_.instant},
            earlier);
    write(come);
    jump(done);
    bind(earlier);
  }
  write(0);
  bind(done);
}

void CodeWriter::dated(const Term& term, int r, Label& missing) {
  const int64_t den = den_of(term);
  by_day(term.from, [&](size_t come) {
    const Term& value = *term.args[come];
    if (!term.type.is_number()) return scalar(value, r, missing);
    number_over(value, den, r, missing);
  });
}

void CodeWriter::attribute(const Term& term, int r, Label& missing) {
  const int slot = names_.slot_of(term);
  if (slot < 0) return jump(missing);
  emit_to({.op = Op::kAttribute, .a = reg(r), .x = static_cast<uint32_t>(slot)}, missing);
}

void CodeWriter::held(const Term& term, int r, Label& missing) {
  emit_to({.op = Op::kHeld,
           .a = reg(r),
           .x = names_.known[static_cast<size_t>(term.index)],
           .y = names_.instant},
          missing);
}

namespace {

// As the machine has it.
uint16_t moment_number(tree::Moment moment) {
  if (moment == tree::Moment::kBefore) return 0;
  return moment == tree::Moment::kAfter ? 1 : kLastPeriod;
}

}  // namespace

void CodeWriter::measure(const Term& term, int r, Label& missing) {
  for (const Captured& each : names_.captured) {
    if (each.measure != term.index || each.moment != term.moment) continue;
    Instruction read = captured(Op::kCaptured, each);
    read.a = reg(r);
    return emit_to(read, missing);
  }
  const Op op = term.moment == tree::Moment::kBefore  ? Op::kBefore
                : term.moment == tree::Moment::kAfter ? Op::kAfter
                                                      : Op::kLast;
  const uint32_t number = names_.measures[static_cast<size_t>(term.index)];
  if (program_.measures[number].last > 0) {
    const uint16_t moment = moment_number(term.moment);
    return emit_to({.op = Op::kRolled, .a = reg(r), .x = number, .y = moment}, missing);
  }
  emit_to({.op = op, .a = reg(r), .x = number}, missing);
}

Instruction CodeWriter::captured(Op op, const Captured& captured) const {
  return {.op = op,
          .x = names_.measures[static_cast<size_t>(captured.measure)],
          .y = moment_number(captured.moment),
          .z = captured.cell};
}

void CodeWriter::settle(int below) { emit({.op = Op::kSettle, .x = static_cast<uint32_t>(below)}); }

void CodeWriter::capture(const Captured& captured) { emit(this->captured(Op::kCapture, captured)); }

void CodeWriter::sum(const Term& term, int r, Label& missing) {
  const int64_t den = den_of(term);
  number_over(*term.args[0], den, r, missing);
  number_over(*term.args[1], den, r + 1, missing);
  const Op op = term.kind == TermKind::kAdd ? Op::kAdd : Op::kSubtract;
  emit({.op = op, .a = reg(r), .b = reg(r), .c = reg(r + 1)});
}

namespace {

// Which side of a product is the rate: a number of the plan, a ratio, a price for each.
bool is_rate(const Term& side, const Term& other) {
  if (side.kind == TermKind::kNumber) return true;
  if (other.kind == TermKind::kNumber) return false;
  if (side.type.kind == TypeKind::kRatio) return true;
  return side.type.kind == TypeKind::kAmount && other.type.kind == TypeKind::kCount;
}

}  // namespace

void CodeWriter::product(const Term& term, int r, Label& missing) {
  const Term& left = *term.args[0];
  const Term& right = *term.args[1];
  const std::optional<uint32_t> clause = std::exchange(probed_, std::nullopt);
  const bool is_left = is_rate(left, right);
  const Term& rate = is_left ? left : right;
  const Term& basis = is_left ? right : left;
  const bool is_constant = rate.kind == TermKind::kNumber;
  if (is_constant) {
    number(basis, r, missing);
  } else {
    number(left, r, missing);
    number(right, r + 1, missing);
  }
  probed_ = clause;
  probe(Probe::What::kBasis, basis, is_left && !is_constant ? r + 1 : r);
  probe(Probe::What::kRate, rate, is_left ? r : r + 1);
  probed_.reset();
  if (is_constant) return scale(r, rate.value.num);
  emit({.op = Op::kMultiply, .a = reg(r), .b = reg(r), .c = reg(r + 1)});
}

void CodeWriter::extreme(const Term& term, int r, Label& missing) {
  const int64_t den = den_of(term);
  number_over(*term.args[0], den, r, missing);
  const Op op = term.kind == TermKind::kMin ? Op::kMin : Op::kMax;
  for (size_t i = 1; i < term.args.size(); ++i) {
    number_over(*term.args[i], den, r + 1, missing);
    emit({.op = op, .a = reg(r), .b = reg(r), .c = reg(r + 1)});
  }
}

void CodeWriter::per_full(const Term& term, int r, Label& missing) {
  const money::Ratio step = term.args[1]->value;
  const Term& basis = *term.args[2];
  const std::optional<uint32_t> clause = std::exchange(probed_, std::nullopt);
  number(basis, r, missing);
  probed_ = clause;
  probe(Probe::What::kBasis, basis, r);
  probe(Probe::What::kPer, *term.args[1], r);
  if (term.args[0]->kind == TermKind::kNumber) probe(Probe::What::kRate, *term.args[0], r);
  probed_.reset();
  scale(r, step.den);
  const Int128 divisor = static_cast<Int128>(den_of(basis)) * step.num;
  emit({.op = Op::kWhole, .a = reg(r), .b = reg(r), .x = constant_index(divisor)});
  number(*term.args[0], r + 1, missing);
  emit({.op = Op::kMultiply, .a = reg(r), .b = reg(r), .c = reg(r + 1)});
}

// ---- tables -------------------------------------------------------------------------------------

void CodeWriter::scalar(const Term& term, int r, Label& missing) {
  if (term.kind == TermKind::kText) return constant(r, program_.symbols.intern(term.text));
  if (term.kind == TermKind::kAttribute) return attribute(term, r, missing);
  if (term.kind == TermKind::kHeld) return held(term, r, missing);
  if (term.kind == TermKind::kDated) return dated(term, r, missing);
  if (term.kind == TermKind::kAverage) return halves(term, r, missing);
  number(term, r, missing);
}

namespace {

// Its range, the last key: the other keys are no averages.
uint8_t asks_with_average(const Term& term, const Lookup& table) {
  const auto last = static_cast<size_t>(table.key_count()) - 1;
  return term.args[last]->kind == TermKind::kAverage ? 1 : 0;
}

}  // namespace

void CodeWriter::key(const Term& term, int r) {
  if (term.kind == TermKind::kAttribute) {
    const int slot = names_.slot_of(term);
    if (slot < 0) return constant(r, kMissingKey);
    emit({.op = Op::kAttributeOr,
          .a = reg(r),
          .x = static_cast<uint32_t>(slot),
          .target = constant_index(kMissingKey)});
    return;
  }
  Label missing;
  Label done;
  scalar(term, r, missing);
  if (!missing.is_used()) return;
  jump(done);
  bind(missing);
  constant(r, kMissingKey);
  bind(done);
}

void CodeWriter::keys(const Term& term, size_t count, int r) {
  for (size_t i = 0; i < count; ++i) key(*term.args[i], r + static_cast<int>(i));
}

void CodeWriter::lookup(const Term& term, int r, Label& missing) {
  keys(term, static_cast<size_t>(table(term).key_count()), r);
  by_day(days_of(term), [&](size_t come) { lookup_in(term, version(term, come), r, missing); });
}

// The keys are in their registers.
void CodeWriter::lookup_in(const Term& term, uint32_t at, int r, Label& missing) {
  const int64_t den = den_of(term);
  const bool is_line = program_.tables[at].is_interpolated();
  const Instruction probe{.op = is_line ? Op::kAlong : Op::kLookup,
                          .a = reg(r),
                          .b = reg(r),
                          .c = asks_with_average(term, program_.tables[at]),
                          .x = at,
                          .y = static_cast<uint16_t>(term.column)};
  Label no_row;
  missing.nones.push_back(here());
  emit_to(probe, term.has_else ? no_row : missing);
  scale(r, den / program_.tables[at].den(term.column));
  if (!term.has_else) return;
  Label done;
  jump(done);
  bind(no_row);
  number_over(*term.args.back(), den, r, missing);
  bind(done);
}

void CodeWriter::choose(const Term& term, int r, Label& missing) {
  const int64_t den = den_of(term);
  const auto key_count = static_cast<size_t>(table(term).key_count());
  const std::optional<uint32_t> clause = std::exchange(probed_, std::nullopt);
  keys(term, key_count, r);
  const auto branches = static_cast<uint32_t>(program_.branches.size());
  program_.branches.emplace_back();
  emit({.op = Op::kBranch,
        .b = reg(r),
        .c = asks_with_average(term, table(term)),
        .x = names_.tables[static_cast<size_t>(term.index)],
        .z = branches});
  Label done;
  std::vector<CodeAt> starts;
  for (size_t i = key_count; i < term.args.size(); ++i) {
    starts.push_back(here());
    if (term.args[i] == nullptr) {
      jump(missing);
    } else {
      probed_ = clause;
      number_over(*term.args[i], den, r, missing);
      probed_.reset();
      jump(done);
    }
  }
  starts.push_back(here());
  jump(missing);
  program_.branches[branches] = std::move(starts);
  bind(done);
}

// What is shared stands in `r`, the weights behind it.
void CodeWriter::share(const Term& term, int r, Label& missing) {
  const Term& whole = *term.args[0];
  const std::optional<uint32_t> clause = std::exchange(probed_, std::nullopt);
  number(whole, r, missing);
  probed_ = clause;
  probe(Probe::What::kBasis, whole, r);
  probed_.reset();
  const auto of = static_cast<int>(term.args.size()) - 1;
  for (int i = 1; i <= of; ++i) number(*term.args[static_cast<size_t>(i)], r + i, missing);
  const auto kind = static_cast<uint32_t>(program_.shares.size());
  program_.shares.push_back({.which = static_cast<uint8_t>(term.column),
                             .of = static_cast<uint8_t>(of),
                             .rounding = term.rounding,
                             .den = den_of(whole)});
  emit_to({.op = Op::kShare, .a = reg(r), .b = reg(r + 1), .c = reg(r), .x = kind}, missing);
}

void CodeWriter::each_part(const Term& term, int r, Label& missing) {
  int64_t den = 1;
  for (const TermPtr& arg : term.args) den = common_den(den, den_of(*arg));
  const std::optional<uint32_t> clause = std::exchange(probed_, std::nullopt);
  number(*term.args[0], r, missing);
  probed_ = clause;
  probe(Probe::What::kBasis, *term.args[0], r);
  probed_.reset();
  scale(r, den / den_of(*term.args[0]));
  if (term.args.size() > 1) {
    number_over(*term.args[1], den, r + 1, missing);
  } else {
    constant(r + 1, 0);
  }
  by_day(days_of(term), [&](size_t come) {
    const uint32_t at = version(term, come);
    emit({.op = Op::kEachPart,
          .a = reg(r),
          .b = reg(r),
          .c = reg(r + 1),
          .x = at,
          .y = static_cast<uint16_t>(term.column),
          .target = constant_index(den)});
    scale(r, column_den(term) / program_.tables[at].den(term.column));
  });
}

// ---- conditions ---------------------------------------------------------------------------------

void CodeWriter::conjuncts(const Term& when, Label& no) {
  notes_ = true;
  conjunct(when, no);
  notes_ = false;
  program_.conjuncts.back().is_last = true;
}

void CodeWriter::conjunct(const Term& term, Label& no) {
  if (term.kind == TermKind::kAnd) {
    for (const TermPtr& arg : term.args) conjunct(*arg, no);
    return;
  }
  const CodeAt begin = here();
  condition(term, false, no);
  program_.conjuncts.push_back({begin, here(), term.span, names_.version, false});
}

void CodeWriter::note_comparison(const Term& term, const Term* left, const Term* right,
                                 bool is_swapped) {
  if (!notes_) return;
  const auto slot_of = [&](const Term* side) -> uint8_t {
    const bool is_read = side != nullptr && side->kind == TermKind::kAttribute;
    return is_read ? static_cast<uint8_t>(names_.slot_of(*side)) : UINT8_MAX;
  };
  Comparison& made = program_.comparisons.emplace_back();
  made.at = here();
  made.text = term.span;
  made.is_swapped = is_swapped;
  made.has_right = right != nullptr;
  made.left = slot_of(left);
  made.right = slot_of(right);
  if (left == nullptr) return;
  made.sides = left->type.is_number() ? Comparison::Sides::kNumbers : Comparison::Sides::kTexts;
  if (!left->type.is_number()) return;
  made.scale = scale_of(*left);
  made.den = den_of(*left);
  for (const Term* side : {left, right}) {
    // Of a level that reviews keep the look-up is the last.
    if (side != nullptr && side->kind == TermKind::kMax) side = side->args.back().get();
    if (side == nullptr || side->kind != TermKind::kLookup || made.levels != kNowhere) continue;
    const auto index = static_cast<size_t>(side->index);
    if (!names_.plan->tables[index].levels.empty()) made.levels = names_.tables[index];
  }
  if (right != nullptr) made.den = common_den(made.den, den_of(*right));
}

void CodeWriter::condition(const Term& term, bool negated, Label& no) {
  switch (term.kind) {
    case TermKind::kNot:
      return condition(*term.args[0], !negated, no);
    case TermKind::kAnd:
      return negated ? any_of(term, negated, no) : all_of(term, negated, no);
    case TermKind::kOr:
      return negated ? all_of(term, negated, no) : any_of(term, negated, no);
    case TermKind::kCompare:
      return compare(term, negated, no);
    case TermKind::kIn:
      return in(term, negated, no);
    case TermKind::kInTable:
      return in_table(term, negated, no);
    case TermKind::kHas:
    case TermKind::kCame:
      return has(term, negated, no);
    case TermKind::kHasHeld:
      return has_held(term, negated, no);
    default:
      return truth(term, negated, no);
  }
}

void CodeWriter::all_of(const Term& term, bool negated, Label& no) {
  for (const TermPtr& arg : term.args) condition(*arg, negated, no);
}

void CodeWriter::any_of(const Term& term, bool negated, Label& no) {
  Label yes;
  for (size_t i = 0; i + 1 < term.args.size(); ++i) {
    Label next;
    condition(*term.args[i], negated, next);
    jump(yes);
    bind(next);
  }
  condition(*term.args.back(), negated, no);
  bind(yes);
}

void CodeWriter::compare(const Term& term, bool negated, Label& no) {
  const Term& left = *term.args[0];
  const Term& right = *term.args[1];
  if (left.type.is_number()) {
    sides(term, no);
  } else {
    scalar(left, 0, no);
    scalar(right, 1, no);
  }
  struct Form {
    Op yes;
    Op no;  // of the negation
    bool swapped;
    bool swapped_no;
  };
  static constexpr Form kForms[] = {
      {Op::kUnlessEqual, Op::kUnlessNotEqual, false, false},  // =
      {Op::kUnlessNotEqual, Op::kUnlessEqual, false, false},  // !=
      {Op::kUnlessLess, Op::kUnlessAtMost, false, true},      // <   not: right <= left
      {Op::kUnlessAtMost, Op::kUnlessLess, false, true},      // <=  not: right < left
      {Op::kUnlessLess, Op::kUnlessAtMost, true, false},      // >   not: left <= right
      {Op::kUnlessAtMost, Op::kUnlessLess, true, false},      // >=  not: left < right
  };
  const Form& form = kForms[static_cast<size_t>(term.comparison)];
  const bool swap = negated ? form.swapped_no : form.swapped;
  const uint8_t first = swap ? 1 : 0;
  const bool has_average = left.kind == TermKind::kAverage || right.kind == TermKind::kAverage;
  note_comparison(term, has_average ? nullptr : &left, has_average ? nullptr : &right, swap);
  emit_to({.op = negated ? form.no : form.yes, .b = first, .c = static_cast<uint8_t>(1 - first)},
          no);
}

void CodeWriter::in(const Term& term, bool negated, Label& no) {
  const Term& value = *term.args[0];
  int64_t den = 1;
  if (value.type.is_number()) {
    for (const TermPtr& arg : term.args) den = common_den(den, den_of(*arg));
    number_over(value, den, 0, no);
  } else {
    scalar(value, 0, no);
  }
  std::vector<Int128> set;
  for (size_t i = 1; i < term.args.size(); ++i) {
    const Term& literal = *term.args[i];
    set.push_back(literal.kind == TermKind::kText
                      ? static_cast<Int128>(program_.symbols.intern(literal.text))
                      : static_cast<Int128>(literal.value.num) * (den / literal.value.den));
  }
  std::sort(set.begin(), set.end());
  program_.sets.push_back(std::move(set));
  note_comparison(term, &value, nullptr, false);
  if (notes_) program_.comparisons.back().den = den;
  emit_to({.op = negated ? Op::kUnlessOut : Op::kUnlessIn,
           .x = static_cast<uint32_t>(program_.sets.size() - 1)},
          no);
}

void CodeWriter::in_table(const Term& term, bool negated, Label& no) {
  scalar(*term.args[0], 0, no);
  by_day(days_of(term), [&](size_t come) {
    note_comparison(term, term.args[0].get(), nullptr, false);
    emit_to({.op = negated ? Op::kUnlessNoRow : Op::kUnlessRow, .x = version(term, come)}, no);
  });
}

void CodeWriter::has(const Term& term, bool negated, Label& no) {
  const int slot = names_.slot_of(term);
  if (slot < 0) {
    if (!negated) jump(no);
    return;
  }
  note_comparison(term, nullptr, nullptr, false);
  emit_to({.op = negated ? Op::kUnlessLacks : Op::kUnlessHas, .x = static_cast<uint32_t>(slot)},
          no);
}

void CodeWriter::has_held(const Term& term, bool negated, Label& no) {
  if (!negated) return held(term, 0, no);
  Label missing;
  held(term, 0, missing);
  jump(no);
  bind(missing);
}

void CodeWriter::unless_within(uint32_t window, Label& to) {
  emit_to({.op = Op::kUnlessWithin, .x = window, .y = names_.instant}, to);
}

void CodeWriter::unless_closed(int clock, Label& to) {
  emit_to({.op = Op::kUnlessClosed, .y = static_cast<uint16_t>(clock)}, to);
}

// A flag of the event or of the account, or a condition that the checker found to be constant.
void CodeWriter::truth(const Term& term, bool negated, Label& no) {
  if (term.kind == TermKind::kNumber) {
    if ((term.value.num != 0) == negated) jump(no);
    return;
  }
  scalar(term, 0, no);
  constant(1, negated ? 0 : 1);
  note_comparison(term, nullptr, nullptr, false);
  emit_to({.op = Op::kUnlessEqual, .b = 0, .c = 1}, no);
}

}  // namespace guerdon::plan
