#include "engine/history/account_rerun.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/event/command.h"
#include "engine/money/limits.h"
#include "engine/money/rounding.h"

namespace guerdon::history {

namespace {

using Step = LogWalk::Step;

// Empty: not known.
template <typename Key>
std::string found_in(const std::map<Key, std::string>& known, const Key& key) {
  const auto found = known.find(key);
  return found == known.end() ? "" : found->second;
}

}  // namespace

// ---- What is kept of the account ----------------------------------------------------------------

const int64_t* AccountRerun::KeptFrames::find(const plan::FrameKey& key) const {
  const auto found = frames_.find({key.subject, key.period, key.keys});
  return found == frames_.end() ? nullptr : found->second.data();
}

void AccountRerun::KeptFrames::visit(uint32_t subject, int32_t period, const See& see) const {
  for (const auto& [key, cells] : frames_) {
    if (std::get<0>(key) != subject || std::get<1>(key) != period) continue;
    see({subject, period, std::get<2>(key)}, cells.data());
  }
}

const int64_t* AccountRerun::KeptFrames::find_unless_over(const plan::FrameKey& key,
                                                          plan::TimeMs at) const {
  const int64_t* const cells = find(key);
  if (cells == nullptr || !plan::is_over(cells, at)) return cells;
  frames_.erase({key.subject, key.period, key.keys});
  return nullptr;
}

const int64_t* AccountRerun::KeptFrames::known(uint32_t subject, plan::TimeMs instant) const {
  const auto list = known_.find(subject);
  if (list == known_.end()) return nullptr;
  const calendar::Dated<int64_t>* const found = list->second.at(instant);
  return found == nullptr ? nullptr : &found->value;
}

int64_t* AccountRerun::KeptFrames::obtain(const plan::Program& program, const plan::FrameKey& key) {
  std::vector<int64_t>& cells = frames_[{key.subject, key.period, key.keys}];
  cells.resize(program.subjects[key.subject].cells);
  return cells.data();
}

void AccountRerun::KeptFrames::grow(const plan::Program& program) {
  for (auto& [key, cells] : frames_) cells.resize(program.subjects[std::get<0>(key)].cells);
}

// ---- The log ------------------------------------------------------------------------------------

bool is_alike(const plan::Program& program, const plan::Clause& clause, int64_t a, int64_t b) {
  const plan::Shortfall shortfall = program.wallets[clause.wallet].rules.shortfall;
  const bool is_whole =
      a < 0 ? shortfall == plan::Shortfall::kTakeNothing
            : clause.verb == plan::Verb::kCredit && shortfall != plan::Shortfall::kOweTheRest;
  return is_whole ? a == b : (a < 0) == (b < 0);
}

AccountRerun::AccountRerun(const plan::Program& program, std::string account, CreditsAt credits_at)
    : program_(&program),
      account_(std::move(account)),
      credits_at_(std::move(credits_at)),
      symbols_(program.symbols),
      machine_(program),
      closes_(program),
      lines_(program) {
  for (const plan::Program* each = &program; each != nullptr; each = each->before) {
    programs_.insert(programs_.begin(), each);
  }
}

bool AccountRerun::fail(std::string error) {
  error_ = std::move(error);
  return false;
}

bool AccountRerun::run(os::Disk& log, std::vector<Watched>* watched) {
  const std::vector<Watched> wanted = *watched;
  if (wanted.back().lsn > kRecordsMax) {
    return fail("there are more than " + std::to_string(kRecordsMax) +
                " records before it, and what its rule read follows from them");
  }
  return run_to(log, wanted.back().lsn, [&] {
    *watched = wanted;
    ahead_ = *watched;
  });
}

bool AccountRerun::run(os::Disk& log, uint64_t lsn, Deeds* deeds) {
  deeds_ = deeds;
  return run_to(log, lsn, [&] { *deeds = {}; });
}

std::optional<std::vector<int64_t>> AccountRerun::cells_at(os::Disk& log, uint64_t lsn,
                                                           uint32_t subject, int32_t period) {
  if (lsn > kRecordsMax) {
    fail("there are more than " + std::to_string(kRecordsMax) +
         " records before it, and what was counted follows from them");
    return std::nullopt;
  }
  if (!run_to(log, lsn, [] {})) return std::nullopt;
  const uint32_t count = program_->subjects[subject].cells;
  const int64_t* const cells = frames_.find({subject, period, {}});
  if (cells == nullptr) return std::vector<int64_t>(count);
  return std::vector<int64_t>(cells, cells + count);
}

// Which objects are to be followed is known at the end. Where there are none, once is enough.
template <typename Begin>
bool AccountRerun::run_to(os::Disk& log, uint64_t lsn, const Begin& begin) {
  last_ = lsn;
  begin();
  if (!pass(log)) return false;
  if (objects_.empty()) return true;
  begin();
  return pass(log);
}

bool AccountRerun::pass(os::Disk& log) {
  walk_.emplace(programs_.back()->schema, log, 1, last_);
  rejected_.emplace(*programs_.back());
  machine_.heed(&rejected_->reopened());
  symbols_ = programs_.back()->symbols;
  frames_.clear();
  known_.clear();
  staged_.clear();
  adopt(*programs_.front());
  while (walk_->next()) {
    // A CLOSE that pays prizes closes the account's period before that, by the same record.
    if (walk_->step() == Step::kCommand) rejected_->note(*walk_);
    if (!closes_.empty()) close_periods();
    const std::span<Watched> watched = take_watched();
    if (walk_->step() == Step::kEvent) apply(watched);
    if (!error_.empty()) return false;
    if (walk_->step() == Step::kCommand) apply_command(watched);
    if (walk_->step() == Step::kPlan) publish();
  }
  return walk_->problem().empty() || fail(walk_->problem());
}

void AccountRerun::adopt(const plan::Program& program) {
  program_ = &program;
  machine_.adopt(program);
  closes_ = plan::DueCloses(program);
  closes_.heed(&rejected_->reopened());
  lines_ = plan::LineFolds(program);
}

// A version of a plan, or one of those that the log begins with.
void AccountRerun::publish() {
  for (const plan::Program* program : programs_) {
    if (program->published.empty() || program->published.back().lsn != walk_->lsn()) continue;
    adopt(*program);
    frames_.grow(*program);
  }
}

std::span<Watched> AccountRerun::take_watched() {
  size_t count = 0;
  while (count < ahead_.size() && ahead_[count].lsn <= walk_->lsn()) ++count;
  const std::span<Watched> taken = ahead_.first(count);
  for (Watched& each : taken) {
    if (each.is_of_record()) each.program = program_;
  }
  ahead_ = ahead_.subspan(count);
  return taken;
}

// ---- An event -----------------------------------------------------------------------------------

void AccountRerun::apply(std::span<Watched> watched) {
  event::Record& record = batch().records.back();
  for (Watched& each : watched) {
    if (!each.is_of_record()) continue;
    const event::Identity& identity = batch().identities.back();
    each.source = batch().view(batch().texts[identity.source]);
    each.id = batch().view(batch().texts[identity.id]);
    each.type = record.type;
    if (record.object != event::kNoObject) {
      each.object = batch().view(batch().texts[record.object]);
    }
  }
  if (rejected_->has(*walk_)) {
    for (Watched& each : watched) each.is_rejected = true;
    return;
  }
  former_.clear();
  Known* const known = record.object == event::kNoObject ? nullptr : fill_roles(record);
  const bool is_named = names_account(record);
  if (!is_named && known == nullptr) return;
  resolve(record);
  base::Hash128 object;
  if (known != nullptr) {
    object = base::hash128(batch().view(batch().texts[record.object]));
    program_->objects[record.type].apply(record.occurred_at, walk_->at(), known->facts,
                                         batch().values.data() + record.values, &record.present);
  }
  for (const plan::ObjectSlots::Role& role : former_) leave_role(record, role, object, watched);
  const std::vector<plan::RoleProgram>& roles = program_->events[record.type].roles;
  const std::vector<uint32_t>& turns = program_->events[record.type].turns;
  for (uint32_t turn = 0; turn < roles.size(); ++turn) {
    const uint32_t r = turns.empty() ? turn : turns[turn];
    if (!is_present(record, roles[r].slot)) continue;
    const int64_t text = batch().values[record.values + roles[r].slot];
    if (text_of(text) != account_) continue;
    apply_role(record, static_cast<uint8_t>(r), known == nullptr ? nullptr : &object, watched);
  }
}

void AccountRerun::apply_command(std::span<Watched> watched) {
  const event::Record& record = batch().records.back();
  switch (event::kind_of(record)) {
    case event::CommandKind::kHolder:
      return set_known();
    case event::CommandKind::kTarget:
      return set_goal(watched);
    case event::CommandKind::kStage:
      if (const std::optional<SaidGoal> said = own_goal()) staged_.push_back(*said);
      return;
    case event::CommandKind::kCommit:
      return commit_goals(watched);
    case event::CommandKind::kAbort:
      return staged_.clear();
    case event::CommandKind::kReverse:
      return take_back();
    case event::CommandKind::kCorrect:
      return correct();
    case event::CommandKind::kCloseWallet: {
      const event::CommandView command(batch(), record);
      const bool is_own = text_of(command[event::CommandField::kAccount]) == account_;
      if (is_own && deeds_ != nullptr) deeds_->maybe_closed.insert(command.wallet(0));
      return;
    }
    default:
      return;
  }
}

// As the shard does (shard/holders.cc); a text's symbol counts from where admission began, too.
void AccountRerun::set_known() {
  const event::Record& record = batch().records.back();
  using F = event::CommandField;
  const event::CommandView command(batch(), record);
  const plan::KnownKind& kind = program_->known[static_cast<size_t>(command[F::kKnown])];
  int64_t value = command.derived(event::kKnownNumber);
  if (kind.field.kind == event::FieldKind::kText) {
    const event::Text& text = command.text(F::kValue);
    value = symbols_.intern(batch().view(text), text.hash);
  }
  if (text_of(command[F::kAccount]) != account_) return;
  const event::Stretch stretch = event::stretch_of(command, record.occurred_at);
  if (stretch.from >= stretch.until) return;
  calendar::DatedList<int64_t> changed = frames_.known(kind.subject);
  changed.set(stretch.from, stretch.until, value);
  if (changed.size() <= plan::kKnownMax) frames_.known(kind.subject) = std::move(changed);
}

std::string AccountRerun::text_of(int64_t value) const {
  return std::string(batch().view(batch().texts[static_cast<size_t>(value)]));
}

bool AccountRerun::names_account(const event::Record& record) const {
  for (const uint8_t slot : program_->schema.type(record.type).account_slots) {
    if (!is_present(record, slot)) continue;
    if (text_of(batch().values[record.values + slot]) == account_) return true;
  }
  return false;
}

// As admission does: roles that it names are recorded, then those that it leaves out are filled in.
AccountRerun::Known* AccountRerun::fill_roles(event::Record& record) {
  const base::Hash128 hash = base::hash128(batch().view(batch().texts[record.object]));
  const ObjectId id{hash.lo, hash.hi};
  if (names_account(record)) objects_.insert(id);
  if (!objects_.contains(id)) return nullptr;
  Known& known = known_[id];
  const event::TypeSchema& type = program_->schema.type(record.type);
  for_each_role(type, [&](size_t slot, const std::string& wire) {
    int64_t& value = batch().values[record.values + slot];
    if (is_present(record, slot)) {
      known.roles[wire] = text_of(value);
    } else if (const auto role = known.roles.find(wire); role != known.roles.end()) {
      value = batch().add_text(role->second);
      record.present |= uint64_t{1} << slot;
      has_filled_roles_ = true;
    }
  });
  for (const plan::ObjectSlots::Role& role : program_->objects[record.type].roles) {
    see_role(record, role, known.roles_by_plan[role.fact]);
  }
  return &known;
}

// As its plan sees it.
void AccountRerun::see_role(event::Record& record, const plan::ObjectSlots::Role& role,
                            std::string& recorded) {
  int64_t& value = batch().values[record.values + role.slot];
  if (!role.is_sent) {
    if (recorded.empty()) return;
    value = batch().add_text(recorded);
    record.present |= uint64_t{1} << role.slot;
    return;
  }
  if (!is_present(record, role.slot)) {
    // That nobody stands above whom it names now is said, too.
    if (!role.is_found || recorded.empty() || !is_present(record, role.below)) return;
    if (recorded == account_ && role.is_paid) former_.push_back(role);
    recorded.clear();
    return;
  }
  const std::string now = text_of(value);
  if (recorded == account_ && now != account_ && role.is_paid) former_.push_back(role);
  recorded = now;
}

// Texts become symbols, roles that name one account get one text, and what follows from the lines
// is there.
void AccountRerun::resolve(event::Record& record) {
  for (const plan::TextSlot& slot : program_->texts[record.type]) {
    if (!is_present(record, slot.slot)) continue;
    int64_t& value = batch().values[record.values + slot.slot];
    const event::Text& text = batch().texts[static_cast<size_t>(value)];
    const std::string_view view = batch().view(text);
    value =
        slot.identity ? symbols_.intern(view, text.hash) : program_->symbols.find(view, text.hash);
  }
  std::map<std::string, int64_t> first;
  for (const uint8_t slot : program_->schema.type(record.type).account_slots) {
    if (!is_present(record, slot)) continue;
    int64_t& value = batch().values[record.values + slot];
    value = first.try_emplace(text_of(value), value).first->second;
  }
  lines_.derive(batch(), record, symbols_, walk_->at());
}

plan::EventView AccountRerun::view_of(const event::Record& record,
                                      const base::Hash128* object) const {
  return {batch().values.data() + record.values, record.present, record.occurred_at, walk_->at(),
          object};
}

// What is watched is run as it will be once more: a run changes nothing.
void AccountRerun::apply_role(const event::Record& record, uint8_t number,
                              const base::Hash128* object, std::span<Watched> watched) {
  plan::EventView event = view_of(record, object);
  const plan::EventProgram& type = program_->events[record.type];
  const plan::RoleProgram& role = type.roles[number];
  if (role.asks_credited && !add_credited(type, number, &event)) return;
  for (Watched& each : watched) {
    if (!each.is_of_record()) continue;
    if (each.asks_why) {
      trace_rule(record, role, event, &each.trace);
    } else {
      machine_.run_traced(role, event, frames_, &each.trace);
    }
  }
  machine_.run(role, event, frames_);
  if (deeds_ != nullptr && walk_->lsn() == last_) add_deeds(number);
  write_frames();
}

// What the clause's rule has for events of the type in the role, if anything.
void AccountRerun::trace_rule(const event::Record& record, const plan::RoleProgram& role,
                              const plan::EventView& event, plan::ClauseTrace* trace) {
  for (const plan::ClauseCode& code : program_->clause_codes) {
    if (code.clause != trace->clause || code.type != record.type || code.slot != role.slot)
      continue;
    machine_.trace_rule(role, code, event, frames_, trace);
  }
}

// Nothing is owed in it any more.
void AccountRerun::leave_role(const event::Record& record, const plan::ObjectSlots::Role& left,
                              const base::Hash128& object, std::span<Watched> watched) {
  const plan::RoleProgram& role = program_->events[record.type].roles[left.role];
  const plan::EventView event = view_of(record, &object);
  for (Watched& each : watched) {
    if (!each.is_of_record()) continue;
    machine_.run_former(role, left.part, event, frames_, &each.trace);
  }
  machine_.run_former(role, left.part, event, frames_);
  write_frames();
  // The first is that of the object: shard/shard.cc.
  if (!machine_.frames().empty()) frames_.drop(machine_.frames().front().key);
}

void AccountRerun::add_moved(uint8_t role, uint32_t measure, base::Int128 by) {
  deeds_->is_too_large |= by > money::kMeasureMax || by < -base::Int128{money::kMeasureMax};
  deeds_->deeds.push_back({event::Deed::What::kMoved, role, measure, 0, static_cast<int64_t>(by)});
}

// Of the run of the machine, before it is applied.
void AccountRerun::add_deeds(uint8_t role) {
  for (const plan::Move& move : machine_.moves()) {
    const plan::TouchedFrame& frame = machine_.frames()[move.frame];
    GUERDON_ASSERT(!program_->subjects[frame.key.subject].is_object);  // such events stay
    const auto measure =
        std::find_if(program_->measures.begin(), program_->measures.end(), [&](const auto& kind) {
          return kind.subject == frame.key.subject && kind.cell == move.cell;
        });
    if (measure == program_->measures.end()) continue;  // of a limit, which is asked again
    if (measure->is_earned) continue;                   // below
    const int64_t before = frame.cells == nullptr ? 0 : frame.cells[move.cell];
    add_moved(role, static_cast<uint32_t>(measure - program_->measures.begin()),
              base::Int128{move.value} - before);
  }
  for (const plan::Machine::Fed& fed : machine_.fed()) {
    if (fed.once != 0) add_moved(role, fed.measure, fed.once);
  }
  for (const plan::Ask& ask : machine_.asks()) {
    const plan::Clause& clause = program_->clauses[ask.clause];
    if (ask.frame != plan::kNowhere && !clause.keeps) continue;
    int64_t amount = plan::posting_of(clause, ask.amount);
    if (ask.frame != plan::kNowhere) {  // what is owed in all
      const int64_t* const cells = machine_.frames()[ask.frame].cells;
      amount -= cells == nullptr ? 0 : cells[clause.posted];
    }
    deeds_->deeds.push_back({event::Deed::What::kPosted, role, ask.clause, 0, amount});
  }
}

void AccountRerun::write_frames() {
  const auto cells_of = [this](uint32_t frame) {
    return frames_.obtain(*program_, machine_.frames()[frame].key);
  };
  for (const plan::Move& move : machine_.moves()) cells_of(move.frame)[move.cell] = move.value;
  if (!closes_.empty()) join();
  if (closes_.has_risers()) rise();
  for (const plan::Ask& ask : machine_.asks()) {
    if (ask.frame == plan::kNowhere) continue;
    cells_of(ask.frame)[program_->clauses[ask.clause].posted] = ask.amount;
  }
}

// ---- The end of a period (shard/due_work.cc) ----------------------------------------------------

// Each as soon as the clock is there: what it comes to is the same as where it was done.
void AccountRerun::close_periods() {
  for (plan::DueCloses::Close due = closes_.next(frames_); due.is_due(walk_->at());
       due = closes_.next(frames_)) {
    close(due);
  }
}

void AccountRerun::close(const plan::DueCloses::Close& due) {
  const plan::ClosingKind& closing = program_->closings[due.closing];
  int64_t* through = frames_.obtain(*program_, {closing.subject, 0, {}});
  if (const auto begin = closes_.begin_of(closing, due.period)) {
    if (plan::through_of(through[closing.cell]) == due.period) set_back(due);
    count_streaks(due, *begin);
    review_levels(due, *begin);
    ask_at_close(due, *begin);
    carry_surpluses(due, *begin);
  }
  through = frames_.obtain(*program_, {closing.subject, 0, {}});
  through[closing.cell] = closes_.mark_of(closing, due.period);
}

void AccountRerun::count_streaks(const plan::DueCloses::Close& due, plan::TimeMs begin) {
  const plan::ClosingKind& closing = program_->closings[due.closing];
  for (const plan::ClosingKind::Rule& rule : closing.rules) {
    if (rule.count == plan::kNowhere) continue;
    const plan::MeasureKind& count = program_->measures[rule.count];
    for (const plan::DueCloses::Names& names : names_of(rule, begin)) {
      const plan::EventView event{names.data(), (uint64_t{1} << rule.keys) - 1, begin,
                                  due.deadline};
      const plan::FrameKey key{count.subject, 0, names};
      const int64_t running = frames_.obtain(*program_, key)[count.cell];
      const int64_t now =
          machine_.count_on(closing.roles[rule.role], rule, event, frames_, running);
      plan::count_to(count, due.period, now, frames_.obtain(*program_, key));
    }
  }
}

void AccountRerun::review_levels(const plan::DueCloses::Close& due, plan::TimeMs begin) {
  const plan::ClosingKind& closing = program_->closings[due.closing];
  for (const plan::ClosingKind::Rule& rule : closing.rules) {
    if (rule.kept == plan::kNowhere) continue;
    const plan::MeasureKind& kept = program_->measures[rule.kept];
    for (const plan::DueCloses::Names& names : names_of(rule, begin)) {
      const plan::EventView event{names.data(), (uint64_t{1} << rule.keys) - 1, begin,
                                  due.deadline};
      if (!machine_.reviews(closing.roles[rule.role], rule, event, frames_)) continue;
      const int64_t level = closes_.review(rule, frames_, names, due);
      plan::count_to(kept, due.period, level, frames_.obtain(*program_, {kept.subject, 0, names}));
    }
  }
}

void AccountRerun::carry_surpluses(const plan::DueCloses::Close& due, plan::TimeMs begin) {
  const plan::ClosingKind& closing = program_->closings[due.closing];
  for (const plan::ClosingKind::Rule& rule : closing.rules) {
    if (rule.achieved == plan::kNowhere) continue;
    const plan::MeasureKind& achieved = program_->measures[rule.achieved];
    const plan::MeasureKind& carried = program_->measures[rule.carried];
    const int32_t next = closes_.next_of(closing, due.period);
    for (const plan::DueCloses::Names& names : names_of(rule, begin)) {
      const int64_t* const cells = frames_.find({achieved.subject, due.period, names});
      if (cells == nullptr) continue;
      const plan::EventView event{names.data(), (uint64_t{1} << rule.keys) - 1, begin,
                                  due.deadline};
      const int64_t over =
          machine_.left_over(closing.roles[rule.role], rule, event, frames_, cells[achieved.cell]);
      if (over == 0) continue;
      int64_t& opened = frames_.obtain(*program_, {achieved.subject, next, names})[achieved.cell];
      opened = plan::moved_by(opened, over);
      frames_.obtain(*program_, {carried.subject, next, names})[carried.cell] = over;
    }
  }
}

void AccountRerun::ask_at_close(const plan::DueCloses::Close& due, plan::TimeMs begin) {
  const plan::ClosingKind& closing = program_->closings[due.closing];
  for (const plan::ClosingKind::Rule& rule : closing.rules) {
    const std::vector<plan::DueCloses::Names> all = names_of(rule, begin);
    const auto event_of = [&](const plan::DueCloses::Names& names) {
      return plan::EventView{names.data(), (uint64_t{1} << rule.keys) - 1, begin, due.deadline};
    };
    for (const plan::DueCloses::Names& names : all) count_alike(due, rule, event_of(names));
    for (const plan::DueCloses::Names& names : all) {
      watch_close(due, rule, event_of(names));
      machine_.run_close(closing.roles[rule.role], rule.code, event_of(names), frames_);
      write_frames();
    }
  }
}

std::vector<plan::DueCloses::Names> AccountRerun::names_of(const plan::ClosingKind::Rule& rule,
                                                           plan::TimeMs begin) const {
  using Names = plan::DueCloses::Names;
  std::vector<Names> found;
  if (rule.keys == 0) found.emplace_back();
  frames_.visit(
      [&](uint32_t subject, int32_t period, const Names& names, const std::vector<int64_t>& cells) {
        const auto is_some = [&, s = subject, &of = cells](const plan::ClosingKind::Read& read) {
          return read.subject == s && of[read.cell] != 0;
        };
        const bool is_asked = std::any_of(rule.reads.begin(), rule.reads.end(), is_some) ||
                              std::any_of(rule.posted.begin(), rule.posted.end(), is_some);
        const int clock = program_->subjects[subject].clock;
        if (rule.keys > 0 && is_asked && period == closes_.period_within(clock, begin)) {
          found.push_back(names);
        }
      });
  closes_.sort(rule, plan::TextsOf(symbols_), found);
  return found;
}

// Whether the clause of an entry is to pay what cannot be told apart from it.
bool AccountRerun::pays_alike(const Watched& each, const plan::DueCloses::Close& due,
                              const plan::ClosingKind::Rule& rule, const plan::EventView& event,
                              plan::ClauseTrace* trace) {
  if (each.due != due.deadline || each.period != due.period || each.program != nullptr)
    return false;
  trace->clause = each.trace.clause;
  const plan::ClosingKind& closing = program_->closings[due.closing];
  machine_.run_close(closing.roles[rule.role], rule.code, event, frames_, trace);
  if (!trace->amount) return false;
  const plan::Clause& clause = program_->clauses[trace->clause];
  const base::Int128 owed = money::divide_rounded(*trace->amount, clause.den, clause.rounding);
  const auto more = static_cast<int64_t>(std::max<base::Int128>(owed, 0) - trace->posted);
  const int64_t posted = plan::posting_of(clause, clause.keeps ? std::max<int64_t>(more, 0) : more);
  return posted != 0 && is_alike(*program_, clause, posted, each.paid);
}

void AccountRerun::count_alike(const plan::DueCloses::Close& due,
                               const plan::ClosingKind::Rule& rule, const plan::EventView& event) {
  for (Watched& each : ahead_) {
    plan::ClauseTrace trace;
    if (each.paid > 0 && pays_alike(each, due, rule, event, &trace)) ++each.alike_owed;
  }
}

// Several further names may be paid at one deadline: of those paid alike their order tells. What
// comes in pays debts first, without an entry, so the last of them have one; what is taken finds
// nothing at the end, so the first have.
void AccountRerun::watch_close(const plan::DueCloses::Close& due,
                               const plan::ClosingKind::Rule& rule, const plan::EventView& event) {
  for (Watched& each : ahead_) {
    plan::ClauseTrace trace;
    if (!pays_alike(each, due, rule, event, &trace)) continue;
    if (each.paid > 0 && each.alike_owed > each.alike_behind + 1) {
      --each.alike_owed;
      continue;
    }
    if (each.paid < 0 && each.alike_before > 0) {
      --each.alike_before;
      continue;
    }
    // The names that it was asked for stand in the subject.
    std::erase_if(trace.inputs, [](const plan::ReadInput& input) {
      return input.what == plan::ReadInput::What::kAttribute;
    });
    each.trace = std::move(trace);
    each.program = program_;
  }
}

// What was moved may have made the account a member.
void AccountRerun::join() {
  for (const plan::Move& move : machine_.moves()) {
    join(machine_.frames()[move.frame].key.subject, move.cell);
  }
}

// Behind all moves.
void AccountRerun::rise() {
  for (const plan::Move& move : machine_.moves()) {
    const plan::FrameKey moved = machine_.frames()[move.frame].key;
    const int64_t measured = frames_.obtain(*program_, moved)[move.cell];
    for (const plan::ClosingKind& closing : program_->closings) {
      for (const plan::ClosingKind::Rule& rule : closing.rules) {
        const auto level =
            closes_.rise(closing, rule, frames_, moved, move.cell, measured, walk_->at());
        if (!level) continue;
        const plan::MeasureKind& kept = program_->measures[rule.kept];
        plan::rise_to(kept, *level, frames_.obtain(*program_, {kept.subject, 0, moved.keys}));
      }
    }
  }
}

void AccountRerun::join(uint32_t subject, uint32_t cell) {
  const plan::ClosingKind::Read moved{subject, cell};
  for (const plan::ClosingKind& closing : program_->closings) {
    if (!std::binary_search(closing.reads.begin(), closing.reads.end(), moved)) continue;
    int64_t* const through = frames_.obtain(*program_, {closing.subject, 0, {}});
    int64_t& mark = through[closing.cell];
    if (mark == 0) mark = closes_.mark_at(closing, walk_->at());
  }
}

// As the shard does (shard/shard.cc).
void AccountRerun::take_back() {
  event::Reversal& reversal = batch().reversals.back();
  event::Record& event = reversal.event;
  if (!names_account(event)) return;
  resolve(event);
  plan::EventView view = view_of(event, nullptr);
  view.came = plan::Came{reversal.at, reversal.lsn};
  const std::vector<plan::RoleProgram>& roles = program_->events[event.type].roles;
  for (size_t r = 0; r < roles.size(); ++r) {
    const bool did = std::any_of(reversal.deeds.begin(), reversal.deeds.end(),
                                 [&](const event::Deed& deed) { return deed.role == r; });
    if (!did || text_of(batch().values[event.values + roles[r].slot]) != account_) continue;
    machine_.run_back(roles[r], view, frames_, reversal.deeds, static_cast<uint8_t>(r));
    write_frames();
  }
}

// As admission and the shard do (pipeline/admission_past.cc).
void AccountRerun::correct() {
  const event::CommandView command(batch(), batch().records.back());
  if (!command.has(event::CommandField::kReverses)) return;
  const auto lsn = static_cast<uint64_t>(command[event::CommandField::kPublication]);
  const plan::CorrectionKind* const kind = plan::correction_of(*program_, lsn);
  GUERDON_ASSERT(kind != nullptr);
  event::Reversal& reversal = batch().reversals.back();
  event::Record& event = reversal.event;
  base::Hash128 object;
  const Known* const known = recall_object(reversal, kind->plan, &object);
  if (!names_account(event)) return;
  resolve(event);
  if (known != nullptr) {
    program_->objects[event.type].recall(known->facts, batch().values.data() + event.values,
                                         &event.present);
  }
  plan::EventView view = view_of(event, known == nullptr ? nullptr : &object);
  view.came = plan::Came{reversal.at, reversal.lsn};
  const std::vector<plan::RoleProgram>& roles = program_->events[event.type].roles;
  for (size_t r = 0; r < roles.size(); ++r) {
    if (!is_present(event, roles[r].slot)) continue;
    if (text_of(batch().values[event.values + roles[r].slot]) != account_) continue;
    machine_.run_corrected(roles[r], view, frames_,
                           {kind, event.type, static_cast<uint8_t>(r), reversal.deeds});
    write_frames();
  }
}

// What is known of the object of an event whose order is corrected with it; null: nothing is asked
// of that. Roles that it does not name it gets.
const AccountRerun::Known* AccountRerun::recall_object(event::Reversal& reversal, uint32_t plan,
                                                       base::Hash128* object) {
  event::Record& event = reversal.event;
  if (event.object == event::kNoObject || reversal.object_lsn != reversal.lsn) return nullptr;
  *object = base::hash128(batch().view(batch().texts[event.object]));
  const auto found = known_.find({object->lo, object->hi});
  if (found == known_.end() || !is_as_known(event, found->second, plan)) return nullptr;
  for (const plan::ObjectSlots::Role& role : program_->objects[event.type].roles) {
    if (!role.is_sent) see_role(event, role, found->second.roles_by_plan[role.fact]);
  }
  return &found->second;
}

// As admission has it; no object is forgotten here.
bool AccountRerun::is_as_known(const event::Record& event, const Known& known,
                               uint32_t plan) const {
  const plan::ObjectSlots& slots = program_->objects[event.type];
  const auto is_of_plan = [&](uint16_t fact) {
    return program_->facts[fact].plan == static_cast<int>(plan);
  };
  const auto is_same = [&](const plan::ObjectSlots::Role& role) {
    if (!role.is_sent || !is_of_plan(role.fact)) return true;
    std::string now = found_in(known.roles_by_plan, role.fact);
    if (!is_present(event, role.slot)) return now.empty();
    const event::Field& field = program_->schema.type(event.type).slots[role.slot];
    if (now.empty()) now = found_in(known.roles, field.wire);
    return now == text_of(batch().values[event.values + role.slot]);
  };
  return std::all_of(slots.roles.begin(), slots.roles.end(), is_same);
}

}  // namespace guerdon::history
