#include "engine/pipeline/admission.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "engine/accounts/account_table.h"
#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/calendar/duration.h"
#include "engine/money/exchange.h"
#include "engine/program/machine.h"

namespace guerdon::pipeline {

using base::planted;
using base::PlantedBug;
using event::LogKind;
using event::Outcome;

namespace {

constexpr uint32_t kAhead = 16;  // records whose keys are asked for before they are needed

// Roles that name one account get one text, so that rules can compare them by its number.
void unify_accounts(event::Batch& batch, const event::Record& record,
                    const std::vector<uint8_t>& slots) {
  const auto is_present = [&](uint8_t slot) { return (record.present >> slot & 1) != 0; };
  for (size_t i = 1; i < slots.size(); ++i) {
    if (!is_present(slots[i])) continue;
    int64_t& value = batch.values[record.values + slots[i]];
    const event::Text& text = batch.texts[static_cast<size_t>(value)];
    for (size_t j = 0; j < i; ++j) {
      if (!is_present(slots[j])) continue;
      const int64_t before = batch.values[record.values + slots[j]];
      const event::Text& earlier = batch.texts[static_cast<size_t>(before)];
      if (earlier.hash != text.hash || batch.view(earlier) != batch.view(text)) continue;
      value = before;
      break;
    }
  }
}

bool is_of_period(event::CommandKind kind) {
  return kind == event::CommandKind::kReopen || kind == event::CommandKind::kClose;
}

bool ends_file(event::CommandKind kind) {
  return kind == event::CommandKind::kCommit || kind == event::CommandKind::kAbort;
}

bool is_text(event::FieldKind kind) {
  return kind == event::FieldKind::kAccount || kind == event::FieldKind::kText;
}

}  // namespace

// Snapshots have it as a text, so one that is too long goes by its hash.
std::string role_name(std::string name) {
  if (name.size() <= size_t{event::kTextBytesMax}) return name;
  return "\n" + base::hash128(name).to_hex();
}

ObjectEvent object_event(const event::Batch& batch, const event::Record& record) {
  const std::string_view id = batch.view(batch.texts[record.object]);
  return {base::hash128(id), record.version, record.occurred_at};
}

// The PLAN records of the first versions are the first of the log: LSN 1 to the number of plans.
Admission::Admission(const plan::Program& program, uint32_t shards, KeyTable keys,
                     ObjectTable objects)
    : program_(&program),
      shards_(shards),
      keys_(std::move(keys)),
      objects_(std::move(objects)),
      symbols_(program.symbols),
      rates_(program),
      file_rows_(program),
      trees_(program),
      sweeper_(program),
      seals_(program),
      periods_(program),
      log_(program.schema),
      lsn_(program.plans.size()) {
  if (plan::LineFolds::has_some(program)) lines_.emplace(program);
  periods_.heed(&reopened_);
  know_roles();
  know_challenges();
}

void Admission::know_roles() {
  roles_.clear();
  plan_roles_.clear();
  for (int i = 0; i < program_->schema.size(); ++i) {
    const event::TypeSchema& type = program_->schema.type(static_cast<uint16_t>(i));
    std::vector<RoleSlot>& roles = roles_.emplace_back();
    for (const uint8_t account : type.account_slots) {
      if (!type.slots[account].is_sent()) continue;
      const std::string& wire = type.slots[account].wire;
      const Role role = objects_.role(wire);
      for (size_t slot = 0; slot < type.slots.size(); ++slot) {
        const event::Field& field = type.slots[slot];
        if (field.wire != wire || !is_text(field.kind) || !field.is_sent()) continue;
        roles.push_back({static_cast<uint8_t>(slot), role});
      }
    }
  }
  // No attribute has a line feed in its name.
  for (const plan::ObjectFact& fact : program_->facts) {
    const bool is_role = fact.what == plan::ObjectFact::What::kRole;
    const std::string& plan = program_->plans[static_cast<size_t>(fact.plan)].name;
    plan_roles_.push_back(is_role ? objects_.role(role_name(plan + "\n" + fact.field.wire))
                                  : Role{0});
  }
  know_climbs();
}

std::optional<std::vector<plan::NumberedText>> Admission::number_texts(
    const std::vector<std::string>& texts) {
  if (texts.size() > plan::kSymbolsMax - symbols_.size()) return std::nullopt;
  std::vector<plan::NumberedText> numbered;
  for (const std::string& text : texts)
    numbered.push_back({text, intern(text, base::hash64(text))});
  return numbered;
}

// Whoever else reads a text holds the mutex; this thread alone writes, and reads without.
plan::Symbol Admission::intern(std::string_view text, uint64_t hash) {
  const plan::Symbol known = symbols_.find(text, hash);
  if (known != plan::kOtherSymbol) return known;
  const std::lock_guard lock(symbols_mutex_);
  return symbols_.intern(text, hash);
}

std::string Admission::symbol_text(plan::Symbol symbol) const {
  const std::lock_guard lock(symbols_mutex_);
  return std::string(symbols_.text(symbol));
}

void Admission::adopt(const plan::Program& program) {
  program_ = &program;
  rates_.adopt(program);
  file_rows_.adopt(program);
  trees_.adopt(program);
  sweeper_.adopt(program, clock_);
  periods_ = plan::CountedPeriods(program);
  periods_.heed(&reopened_);
  log_.adopt(program.schema);
  lines_.reset();
  if (plan::LineFolds::has_some(program)) lines_.emplace(program);
  know_roles();
  seals_.adopt(program, sweeper_.has_begun() ? std::optional(clock_) : std::nullopt);
  know_challenges();
}

void Admission::save(snapshot::SnapshotWriter& out) const {
  out.put_signed(clock_);
  out.put_unsigned(lsn_);
  sweeper_.save(out);
  out.put_unsigned(outcomes_.size());
  for (const uint64_t count : outcomes_) out.put_unsigned(count);
  out.put_unsigned(corrections_.size());
  for (const Correction& each : corrections_) {
    out.put_unsigned(each.lsn);
    out.put_unsigned(each.done);
  }
  reopened_.save(out);
  out.put_unsigned(goal_slices_left_);
  out.put_unsigned(staged_ ? 1 : 0);
  if (staged_) {
    out.put_text(staged_->name);
    out.put_unsigned(staged_->rows);
    out.put_unsigned(staged_->periods.size());
    for (const auto& [goal, period] : staged_->periods) {
      out.put_unsigned(goal);
      out.put_signed(period);
    }
  }
  symbols_.save(program_->first_symbols, out);
}

bool Admission::load(snapshot::SectionReader& in) {
  GUERDON_ASSERT(jobs_ == 0 && lsn_ == program_->plans.size());
  uint64_t outcomes = 0;
  if (!in.take_signed(base::kTimeEnd - 1, &clock_) || !in.take_unsigned(UINT64_MAX, &lsn_)) {
    return false;
  }
  if (clock_ < 0 || lsn_ < program_->plans.size() || lsn_ != in.reader().header().lsn ||
      clock_ != in.reader().header().clock) {
    return in.fail("the LSN or the clock is not that of the header");
  }
  // A later version may know more of them, behind these.
  if (!sweeper_.load(in) || !in.take_unsigned(outcomes_.size(), &outcomes)) return false;
  for (uint64_t i = 0; i < outcomes; ++i) {
    if (!in.take_unsigned(UINT64_MAX, &outcomes_[i])) return false;
  }
  uint64_t corrections = 0;
  if (!in.take_unsigned(program_->published.size(), &corrections)) return false;
  corrections_.resize(corrections);
  for (Correction& each : corrections_) {
    if (!in.take_unsigned(lsn_, &each.lsn) || !in.take_unsigned(each.lsn, &each.done)) return false;
    if (plan::correction_of(*program_, each.lsn) == nullptr) {
      return in.fail("it corrects what no version of a plan does");
    }
  }
  return reopened_.load(program_->clocks, in) && load_staged_file(in) && symbols_.load(in);
}

void Admission::admit(Job& job) {
  job.number = jobs_++;
  job.first_lsn = lsn_ + 1;
  job.before = clock_;
  log_.begin(clock_);
  sweeper_.at_batch();
  if (planted(PlantedBug::kDuplicateForgottenAtBatch)) keys_ = KeyTable(1 << 20);
  event::Batch& batch = job.batch;
  const auto count = static_cast<uint32_t>(batch.records.size());
  for (uint32_t i = 0; i < std::min(count, kAhead); ++i) keys_.prefetch(batch.records[i].key, i);
  size_t query = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (i + kAhead < count) keys_.prefetch(batch.records[i + kAhead].key, kAhead);
    if (query < job.queries.size()) route_queries(job, &query, i);
    admit_record(job, i);
  }
  route_queries(job, &query, count);
  job.answers.wallets.resize(job.queries.size() * program_->wallets.size());
  const bool asks_of_lots =
      std::any_of(job.queries.begin(), job.queries.end(),
                  [](const Query& one) { return one.what == Query::What::kLots; });
  if (asks_of_lots) job.answers.lots.resize(job.queries.size());
  pass_on_progress(job);
  if (job.tick) {
    settle_before(job, std::max(clock_, *job.tick));
    move_clock(*job.tick);
    append(job, LogKind::kTick, 0);
    // Whoever moves the clock on wants to see what is due by then done.
    if (!sweeper_.begin_at_tick(clock_)) return;
    while (const auto slices = sweeper_.next_of_tick()) append_sweep(job, *slices);
  }
}

namespace {

uint32_t role_of(Query::What what) {
  switch (what) {
    case Query::What::kBalances:
      return shard::Visit::kQuery;
    case Query::What::kLots:
      return shard::Visit::kLots;
    case Query::What::kProgress:
      return shard::Visit::kProgress;
  }
  GUERDON_UNREACHABLE();
}

}  // namespace

// Those that come before this record, from *next on.
void Admission::route_queries(Job& job, size_t* next, uint32_t before) {
  for (; *next < job.queries.size() && job.queries[*next].before <= before; ++*next) {
    const uint32_t account = job.queries[*next].account;
    const uint32_t shard = shard::shard_of(job.batch.texts[account].hash, shards_);
    job.routes[shard].push_back(
        {static_cast<uint32_t>(*next), role_of(job.queries[*next].what), account});
    job.batch.asked.push_back({clock_, lsn_});
    if (job.queries[*next].in != Query::kAsItIs) quote_balances(job, job.queries[*next]);
  }
}

// What is wanted goes where the shards look for it.
void Admission::pass_on_progress(Job& job) {
  for (size_t q = 0; q < job.queries.size(); ++q) {
    if (job.queries[q].what != Query::What::kProgress) continue;
    job.answers.progress.resize(job.queries.size());
    job.answers.progress[q].wanted = std::move(job.queries[q].progress);
  }
}

// Of the wallets of one program.
void Admission::quote_balances(Job& job, Query& query) const {
  const auto to = static_cast<uint16_t>(query.in);
  query.quotes = static_cast<uint32_t>(job.quotes.size());
  for (uint16_t from = 0; from < program_->wallets.size(); ++from) {
    ShownIn& shown = job.quotes.emplace_back();
    shown.wallet = to;
    shown.quote.fault = plan::RateFault::kNoExchange;
    if (program_->wallets[from].program != program_->wallets[to].program) continue;
    shown.quote = from == to ? plan::Quote{plan::RateFault::kNone, {1, 1}, clock_, clock_}
                             : rates_.quote_shown(from, to, clock_);
  }
}

void Admission::admit_record(Job& job, uint32_t index) {
  event::Record& record = job.batch.records[index];
  if (event::is_command(record)) [[unlikely]]
    return admit_command(job, index);
  const base::TimeMs at = std::max(clock_, job.at.empty() ? record.occurred_at : job.at[index]);
  size_t place = 0;
  if (record.outcome == Outcome::kOk) record.outcome = check_key(record, &place);
  // One branch for those that name no object and bring their own time.
  const bool has_more = !job.at.empty() || record.object != event::kNoObject;
  if (record.outcome == Outcome::kOk && has_more) [[unlikely]] {
    record.outcome = check_time_and_object(job.batch, record, at);
  }
  if (record.outcome == Outcome::kOk && !has_room_for_symbols(record)) {
    record.outcome = Outcome::kLimit;
  }
  if (record.outcome == Outcome::kOk &&
      periods_.is_rejected(program_->events[record.type], record.occurred_at, at)) {
    record.outcome = Outcome::kLate;
  }
  ++outcomes_[static_cast<size_t>(record.outcome)];
  // One that is rejected has its place in the log.
  const bool is_logged = record.outcome == Outcome::kOk || record.outcome == Outcome::kIgnored ||
                         record.outcome == Outcome::kLate;
  if (!is_logged) return;
  const base::TimeMs before = clock_;
  const bool settles_late = planted(PlantedBug::kSettleAfterEvent);
  if (!settles_late) settle_before(job, at);
  move_clock(at);
  if (record.outcome == Outcome::kIgnored) {
    append(job, LogKind::kPass, 0);
    return;
  }
  ask_tables(job.batch, record);
  climb_trees(job.batch, record);
  // Before texts become numbers that only this run knows.
  if (keeps_log_) job.log.add_record(log_.put_event(job.batch, index, clock_, job.log.room()));
  record.lsn = lsn_ + 1;
  if (record.outcome == Outcome::kLate) [[unlikely]]
    return add_rejected(job, index, place);
  plan::RecordedFacts* facts = nullptr;
  if (record.object != event::kNoObject) [[unlikely]]
    facts = &apply_object(job.batch, index);
  resolve_symbols(job.batch, record);
  fold_lines(job.batch, record);
  const plan::ObjectSlots& slots = program_->objects[record.type];
  if (facts != nullptr && !slots.empty()) {
    slots.apply(record.occurred_at, clock_, *facts, job.batch.values.data() + record.values,
                &record.present);
  }
  record.key_place = keys_.add({record.key, record.payload, record.lsn, record.occurred_at}, place);
  append(job, LogKind::kEvent, index);
  if (settles_late && clock_ >= settles_at_) settle(job, before, clock_);
}

// Its key is kept, so that it is refused again; else nothing comes of it.
void Admission::add_rejected(Job& job, uint32_t index, size_t place) {
  event::Record& record = job.batch.records[index];
  record.key_place = keys_.add({record.key, record.payload, record.lsn, record.occurred_at}, place);
  append(job, LogKind::kEvent, index);
}

void Admission::admit_command(Job& job, uint32_t index) {
  event::Record& record = job.batch.records[index];
  // Without a time of its own it is the least there is.
  const base::TimeMs at = std::max(clock_, job.at.empty() ? record.occurred_at : job.at[index]);
  if (record.occurred_at == event::kWhenAdmitted) record.occurred_at = at;
  size_t place = 0;
  if (record.has_key) record.outcome = check_key(record, &place);
  if (record.outcome == Outcome::kOk && record.occurred_at > at + kSkewMax) {
    record.outcome = Outcome::kFuture;
  }
  const event::Text* const known = known_text(job.batch, record);
  const bool is_new =
      known != nullptr && symbols_.find(job.batch.view(*known), known->hash) == plan::kOtherSymbol;
  const bool has_no_room =
      (is_new && symbols_.is_full()) || !has_room_for_goal_keys(job.batch, record);
  if (record.outcome == Outcome::kOk && has_no_room) {
    record.outcome = Outcome::kLimit;
  }
  job.results.resize(job.batch.records.size());
  const event::CommandKind kind = event::kind_of(record);
  if (record.outcome == Outcome::kOk) {
    job.results[index] = may_be_done(job.batch, record, at);
    record.outcome = job.results[index].outcome;
  }
  ++outcomes_[static_cast<size_t>(record.outcome)];
  if (record.outcome != Outcome::kOk) return;
  settle_before(job, at);
  move_clock(at);
  if (keeps_log_) {
    job.log.add_record(log_.put_command(job.batch, index, clock_, job.log.room()));
  }
  record.lsn = lsn_ + 1;
  if (record.has_key) {
    record.key_place =
        keys_.add({record.key, record.payload, record.lsn, record.occurred_at}, place);
  }
  if (known != nullptr) {
    job.batch.values[record.values + event::kKnownNumber] =
        intern(job.batch.view(*known), known->hash);
  }
  resolve_goal_keys(job.batch, record);
  look_at_rates(job, index);
  if (kind == event::CommandKind::kReverse || kind == event::CommandKind::kCorrect) {
    admit_past(job.batch, record);
  }
  if (is_of_period(kind)) open_or_close(job.batch, record);
  if (event::is_of_file(kind)) note_file(job.batch, record);
  append(job, LogKind::kCommand, index);
  note_commands();
}

event::CommandResult Admission::may_be_done(const event::Batch& batch, const event::Record& record,
                                            base::TimeMs at) const {
  switch (event::kind_of(record)) {
    case event::CommandKind::kReverse:
      return may_reverse(batch, record, at);
    case event::CommandKind::kCorrect:
      return may_correct(batch, record);
    case event::CommandKind::kReopen:
      return may_reopen(batch, record, at);
    case event::CommandKind::kClose:
      return may_close(batch, record, at);
    case event::CommandKind::kOrg:
      return trees_.may_set(batch, event::CommandView(batch, record));
    case event::CommandKind::kStage:
    case event::CommandKind::kCommit:
    case event::CommandKind::kAbort:
      return may_stage(batch, record, at);
    default:
      return {};
  }
}

// The text that a HOLDER says is known of an account, which may be any; null: there is none.
const event::Text* Admission::known_text(const event::Batch& batch,
                                         const event::Record& record) const {
  const event::CommandView command(batch, record);
  if (!command.has(event::CommandField::kKnown)) return nullptr;
  const auto known = static_cast<size_t>(command[event::CommandField::kKnown]);
  if (program_->known[known].field.kind != event::FieldKind::kText) return nullptr;
  return &command.text(event::CommandField::kValue);
}

void Admission::note_commands() {
  has_commands_ = true;
  sweeper_.expect_dates(clock_);
}

Outcome Admission::check_key(event::Record& record, size_t* place) const {
  const SeenKey* const seen = keys_.find(record.key, place);
  if (seen == nullptr) return record.occurred_at < keys_.floor() ? Outcome::kTooOld : Outcome::kOk;
  if (seen->payload != record.payload) return Outcome::kConflict;
  record.lsn = seen->lsn;
  record.key_place = keys_.ring_place(*seen);
  return Outcome::kDuplicate;
}

// Where the events are the clock, `at` is never less than occurred_at.
Outcome Admission::check_time_and_object(const event::Batch& batch, const event::Record& record,
                                         base::TimeMs at) const {
  if (record.occurred_at > at + kSkewMax) return Outcome::kFuture;
  if (record.object == event::kNoObject) return Outcome::kOk;
  return objects_.check(object_event(batch, record), at);
}

// Roles that it names are recorded, then those that it leaves out are filled in.
plan::RecordedFacts& Admission::apply_object(event::Batch& batch, uint32_t index) {
  event::Record& record = batch.records[index];
  const ObjectTable::Content known = objects_.apply(object_event(batch, record), record.lsn);
  if (!program_->climbs[record.type].empty()) note_climbs(batch, record, known.roles);
  fill_roles(batch, index, known.roles);
  return known.facts;
}

void Admission::fill_roles(event::Batch& batch, uint32_t index, RecordedRoles& recorded) const {
  event::Record& record = batch.records[index];
  for (const RoleSlot& role : roles_[record.type]) {
    if ((record.present >> role.slot & 1) != 0) {
      const auto account = static_cast<size_t>(batch.values[record.values + role.slot]);
      recorded.record(role.role, batch.view(batch.texts[account]));
    } else {
      fill_role(batch, record, role.slot, recorded.find(role.role));
    }
  }
  for (const plan::ObjectSlots::Role& role : program_->objects[record.type].roles) {
    see_role(batch, index, role, recorded);
  }
}

void Admission::fill_role(event::Batch& batch, event::Record& record, uint8_t slot,
                          std::optional<std::string_view> account) {
  if (!account) return;
  batch.values[record.values + slot] = batch.add_text(*account);
  record.present |= uint64_t{1} << slot;
}

// As its plan sees it. Whoever had the role before is visited in it.
void Admission::see_role(event::Batch& batch, uint32_t index, const plan::ObjectSlots::Role& role,
                         RecordedRoles& recorded) const {
  event::Record& record = batch.records[index];
  const Role number = plan_roles_[role.fact];
  const std::optional<std::string_view> before = recorded.find(number);
  const bool is_present = (record.present >> role.slot & 1) != 0;
  if (!role.is_sent) return fill_role(batch, record, role.slot, before);
  if (!is_present) {
    // That nobody stands above whom it names now is said, too.
    const bool says_so = role.is_found && before && (record.present >> role.below & 1) != 0;
    if (!says_so) return;
    if (role.is_paid) {
      batch.formers.push_back({index, role.role, role.part, batch.add_text(*before)});
    }
    return recorded.erase(number);
  }
  const auto account = static_cast<size_t>(batch.values[record.values + role.slot]);
  if (before == batch.view(batch.texts[account])) return;
  if (before && role.is_paid) {
    batch.formers.push_back({index, role.role, role.part, batch.add_text(*before)});
  }
  recorded.record(number, batch.view(batch.texts[account]));
}

bool Admission::has_room_for_symbols(const event::Record& record) const {
  return symbols_.size() + program_->texts[record.type].size() <= plan::kSymbolsMax;
}

// Text values become symbols; one whose identity does not matter the one that plans give it. That
// another attribute had that value before is not told: an object keeps it, and would say which of
// two events came first. REQUIRES: there is room for them.
void Admission::resolve_symbols(event::Batch& batch, const event::Record& record) {
  for (const plan::TextSlot& slot : program_->texts[record.type]) {
    if ((record.present >> slot.slot & 1) == 0) continue;
    int64_t& value = batch.values[record.values + slot.slot];
    const event::Text& text = batch.texts[static_cast<size_t>(value)];
    const std::string_view view = batch.view(text);
    value = slot.identity ? intern(view, text.hash) : program_->symbols.find(view, text.hash);
  }
  unify_accounts(batch, record, program_->schema.type(record.type).account_slots);
}

// The same where nothing is interned: what would be gets the numbers that come next.
void Admission::resolve_symbols_there_are(event::Batch& batch, const event::Record& record) const {
  std::vector<std::string_view> more;
  for (const plan::TextSlot& slot : program_->texts[record.type]) {
    if ((record.present >> slot.slot & 1) == 0) continue;
    int64_t& value = batch.values[record.values + slot.slot];
    const event::Text& text = batch.texts[static_cast<size_t>(value)];
    const std::string_view view = batch.view(text);
    const plan::Symbols& known = slot.identity ? symbols_ : program_->symbols;
    const plan::Symbol found = known.find(view, text.hash);
    value = found;
    if (found != plan::kOtherSymbol || !slot.identity) continue;
    const auto place = std::find(more.begin(), more.end(), view);
    value = static_cast<int64_t>(symbols_.size()) + (place - more.begin()) + plan::kOtherSymbol + 1;
    if (place == more.end()) more.push_back(view);
  }
  unify_accounts(batch, record, program_->schema.type(record.type).account_slots);
}

void Admission::rehearse(event::Batch& batch, std::optional<base::TimeMs> now) const {
  GUERDON_ASSERT(batch.records.size() == 1 && !event::is_command(batch.records[0]));
  event::Record& record = batch.records[0];
  const base::TimeMs at = std::max(clock_, now.value_or(record.occurred_at));
  size_t place = 0;
  if (record.outcome == Outcome::kOk) record.outcome = check_key(record, &place);
  if (record.outcome == Outcome::kOk) record.outcome = check_time_and_object(batch, record, at);
  if (record.outcome == Outcome::kOk && !has_room_for_symbols(record)) {
    record.outcome = Outcome::kLimit;
  }
  const plan::EventProgram& type = program_->events[record.type];
  if (record.outcome == Outcome::kOk && !type.rejects.empty()) {
    plan::CountedPeriods periods(*program_);
    periods.heed(&reopened_);
    if (periods.is_rejected(type, record.occurred_at, at)) record.outcome = Outcome::kLate;
  }
  if (record.outcome != Outcome::kOk) return;
  const bool settles =
      at >= settles_at_ && sweeper_.has_begun() && !closed_between(clock_, at).empty();
  record.lsn = lsn_ + (settles ? 2 : 1);
  ask_tables(batch, record);
  ObjectTable::Copy known;
  const bool has_object = record.object != event::kNoObject;
  if (has_object) {
    known = objects_.copy_of(object_event(batch, record).object);
    climb(batch, record, &known.roles);
    fill_roles(batch, 0, known.roles);
  } else {
    climb(batch, record, nullptr);
  }
  resolve_symbols_there_are(batch, record);
  if (lines_) plan::LineFolds(*program_).derive(batch, record, symbols_, at);
  const plan::ObjectSlots& slots = program_->objects[record.type];
  if (has_object && !slots.empty()) {
    slots.apply(record.occurred_at, at, known.facts, batch.values.data() + record.values,
                &record.present);
  }
  event::LogItem& item = batch.log.emplace_back();
  item.lsn = record.lsn;
  item.at = at;
  item.record = 0;
  item.kind = LogKind::kEvent;
}

void Admission::append(Job& job, LogKind kind, uint32_t record) {
  const uint32_t item = add_item(job, kind, record);
  if (kind == LogKind::kEvent) {
    if (job.batch.records[record].outcome == Outcome::kOk) route(job, item);
  } else if (kind == LogKind::kCommand) {
    route_command(job, item);
  } else if (keeps_log_) {
    char* const room = job.log.room();
    job.log.add_record(kind == LogKind::kTick ? log_.put_tick(clock_, room)
                                              : log_.put_pass(clock_, room));
  }
  if (const auto slices = sweeper_.after_record(clock_)) append_sweep(job, *slices);
}

void Admission::append_sweep(Job& job, event::Slices slices) {
  if (keeps_log_) job.log.add_record(log_.put_sweep(slices, clock_, job.log.room()));
  const uint32_t sweep = add_item(job, LogKind::kSweep, slices.number());
  seals_.sweep(slices.count, lsn_);
  goal_slices_left_ -= std::min(goal_slices_left_, slices.count);
  for (std::vector<shard::Visit>& route : job.routes) {
    route.push_back({sweep, shard::Visit::kSweep, 0});
  }
}

uint32_t Admission::add_item(Job& job, LogKind kind, uint32_t record) {
  event::LogItem& item = job.batch.log.emplace_back();
  item.lsn = ++lsn_;
  item.at = clock_;
  item.record = record;
  item.kind = kind;
  return static_cast<uint32_t>(job.batch.log.size() - 1);
}

void Admission::route(Job& job, uint32_t item) {
  std::optional<uint32_t> first;  // for a planted bug only
  const event::Record& record = job.batch.records[job.batch.log[item].record];
  const size_t handovers = shard::handovers_of_event(*program_, record);
  if (handovers > 0) [[unlikely]] {
    job.handovers.reserve(item, handovers);
    job.stands.resize(shards_);
  }
  shard::visits_of(*program_, job.batch, item, [&](const shard::Visit& visit, uint64_t hash) {
    const uint32_t shard = shard::shard_of(hash, shards_);
    const bool drops = planted(PlantedBug::kRouteDropsSecondRole) && handovers == 0;
    if (drops && shard != first.value_or(shard)) return;
    first = shard;
    if (!program_->budgets.empty()) [[unlikely]]
      note_asks(job, item, visit, shard);
    job.routes[shard].push_back(visit);
  });
}

// Where the visit, which is the next of its shard's route, may ask budgets, or give back to them.
// What is owed for an order is asked of the pool of when that began.
void Admission::note_asks(Job& job, uint32_t item, const shard::Visit& visit, uint32_t shard) {
  const event::Record& record = job.batch.records[job.batch.log[item].record];
  shard::budgets_of(*program_, record, visit, &asked_);
  if (asked_.empty()) return;
  const std::vector<plan::RoleProgram>& roles = program_->events[record.type].roles;
  const bool may_be_older =
      record.object != event::kNoObject &&
      shard::owes_from_budgets(*program_,
                               roles[visit.is_former() ? visit.former_role() : visit.role]);
  add_asks(job, shard, may_be_older ? base::kTimeMin : record.occurred_at, asked_);
}

void Admission::add_asks(Job& job, uint32_t shard, base::TimeMs occurred_at,
                         const std::vector<uint32_t>& budgets) {
  if (!job.asks.any()) ++asking_jobs_;
  job.asks.add(asking_jobs_, shard, job.routes[shard].size(), occurred_at, budgets);
  job.stands.resize(shards_);
}

void Admission::route_command(Job& job, uint32_t item) {
  const event::Record& record = job.batch.records[job.batch.log[item].record];
  const event::CommandKind kind = event::kind_of(record);
  if (kind == event::CommandKind::kPayoutAll || is_of_period(kind) || ends_file(kind)) {
    for (std::vector<shard::Visit>& route : job.routes) {
      route.push_back({item, shard::Visit::kEverywhere, 0});
    }
    if (kind == event::CommandKind::kClose) award_again(job, item);
    return;
  }
  const size_t handovers = shard::handovers_of_command(*program_, job.batch, record);
  if (handovers > 0) {
    job.handovers.reserve(item, handovers);
    job.stands.resize(shards_);
  }
  const event::Reversal* const reversal = event::find_reversal(job.batch, record);
  const std::vector<uint32_t> paying = kind == event::CommandKind::kGrant
                                           ? budgets_of_grant(job.batch, record)
                                           : std::vector<uint32_t>();
  shard::visits_of_command(*program_, job.batch, record, item,
                           [&](const shard::Visit& visit, uint64_t hash) {
                             const uint32_t shard = shard::shard_of(hash, shards_);
                             if (reversal != nullptr) {
                               note_asks_back(job, *reversal, record, visit, shard);
                             }
                             const bool is_given = visit.role == shard::Visit::kReceives;
                             if (is_given && !paying.empty()) add_asks(job, shard, clock_, paying);
                             job.routes[shard].push_back(visit);
                           });
}

std::vector<uint32_t> Admission::budgets_of_grant(const event::Batch& batch,
                                                  const event::Record& record) const {
  const int64_t wallet = event::CommandView(batch, record)[event::CommandField::kBadge];
  for (const plan::BadgeKind& badge : program_->badges) {
    if (badge.wallet == wallet && badge.budget) return {*badge.budget};
  }
  return {};
}

// What was paid at the event goes back; what is owed may rise as well. A version corrects no rule
// that a budget pays.
void Admission::note_asks_back(Job& job, const event::Reversal& reversal,
                               const event::Record& command, const shard::Visit& visit,
                               uint32_t shard) {
  const bool corrects = event::kind_of(command) == event::CommandKind::kCorrect;
  if (corrects || program_->budgets.empty() || !visit.is_of_past()) return;
  const uint32_t role = visit.role - shard::Visit::kOfPast;
  shard::owed_budgets_of(*program_, program_->events[reversal.event.type].roles[role], &asked_);
  if (asked_.empty() && !gives_back_to_budgets(reversal)) return;
  add_asks(job, shard, reversal.event.occurred_at, asked_);
}

bool Admission::gives_back_to_budgets(const event::Reversal& reversal) {
  return std::any_of(reversal.deeds.begin(), reversal.deeds.end(), [](const event::Deed& deed) {
    return deed.what == event::Deed::What::kGranted;
  });
}

// What a command says of reference data, or wants to know of it.
void Admission::look_at_rates(Job& job, uint32_t index) {
  event::Record& record = job.batch.records[index];
  const event::CommandView command(job.batch, record);
  if (event::kind_of(record) == event::CommandKind::kRate) {
    job.results[index] = rates_.set(job.batch, command);
  } else if (event::kind_of(record) == event::CommandKind::kOrg) {
    trees_.set(job.batch, command);
  } else if (event::kind_of(record) == event::CommandKind::kTable) {
    job.results[index] = file_rows_.set(job.batch, command);
  } else if (event::kind_of(record) == event::CommandKind::kExchange) {
    int64_t* const values = job.batch.values.data() + record.values;
    const auto to = static_cast<uint16_t>(command[event::CommandField::kTo]);
    const std::optional<uint32_t> exchange = rates_.find(command.wallet(0), to);
    const plan::Quote quote = exchange ? rates_.quote(*exchange, clock_)
                                       : plan::Quote{plan::RateFault::kNoExchange, {1, 1}, 0, 0};
    const bool is_there =
        quote.fault == plan::RateFault::kNone && !program_->exchanges[*exchange].show_only;
    values[event::kRateNumValue] = is_there ? quote.rate.num : 0;
    values[event::kRateDenValue] =
        is_there ? quote.rate.den : static_cast<int64_t>(Outcome::kNoRate);
  }
}

}  // namespace guerdon::pipeline
