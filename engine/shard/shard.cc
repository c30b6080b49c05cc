#include "engine/shard/shard.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/planted.h"

namespace guerdon::shard {

using base::planted;
using base::PlantedBug;

namespace {

// The hash of the id of its object. REQUIRES: it has one.
base::Hash128 object_of(const event::Batch& batch, const event::Record& record) {
  return base::hash128(batch.view(batch.texts[record.object]));
}

}  // namespace

Shard::Shard(const plan::Program& program, const plan::SymbolTexts& texts, uint32_t number,
             uint32_t shards, uint64_t expected, bool reserve)
    : program_(&program),
      texts_(texts),
      number_(number),
      shards_(shards),
      state_(program, expected, reserve),
      machine_(program),
      since_(program),
      wallets_(program, state_.wallets()),
      due_(program, texts, state_, wallets_, seals_),
      commands_(program, state_, wallets_, due_),
      leaderboards_(program, state_) {
  GUERDON_ASSERT(number < shards);
  state_.heed(&reopened_);
  machine_.heed(&reopened_);
  due_.say_goals_by([this](BlockHeader& account, const StagedGoals::Due& due,
                           ledger::EntryWriter& writer) { say_goal(account, due, writer); });
}

void Shard::adopt(const plan::Program& program) {
  program_ = &program;
  state_.adopt(program);
  machine_.adopt(program);
  since_ = KeptSince(program);
  wallets_.adopt(program);
  due_.adopt(program);
  commands_.adopt(program);
  leaderboards_.adopt(program);
}

size_t Shard::execute(const Work& work, size_t at) {
  const event::Batch& batch = work.batch;
  const std::span<const Visit> visits = work.visits;
  std::vector<ledger::Entry>& entries = work.entries;
  const size_t count = visits.size();
  // Of events alone only where some go by what others are credited.
  const bool hands_over = work.handovers != nullptr && work.handovers->any();
  wallets_.tell_lots(work.lots);
  for (size_t i = at; i < std::min(at + kIndexAhead, count); ++i) prefetch_index(batch, visits[i]);
  for (size_t i = at; i < std::min(at + kBlockAhead, count); ++i) prefetch_block(batch, visits[i]);
  for (size_t i = at; i < count; ++i) {
    if (i + kIndexAhead < count) prefetch_index(batch, visits[i + kIndexAhead]);
    if (i + kBlockAhead < count) prefetch_block(batch, visits[i + kBlockAhead]);
    switch (visits[i].role) {
      case Visit::kSweep:
        sweep(batch.log[visits[i].item], entries);
        break;
      case Visit::kQuery:
      case Visit::kLots:
        GUERDON_ASSERT(work.answers != nullptr);
        answer(batch, visits[i], *work.answers);
        break;
      case Visit::kProgress:
        GUERDON_ASSERT(work.answers != nullptr);
        answer_progress(batch, visits[i], work.answers->progress[visits[i].item]);
        break;
      case Visit::kEverywhere:
        act_everywhere(batch, batch.log[visits[i].item], entries);
        break;
      case Visit::kCollect:
        collect(work, visits[i]);
        break;
      case Visit::kAward:
        if (!award(work, visits[i])) return i;
        break;
      case Visit::kCommand:
      case Visit::kStock:
      case Visit::kAnswered:
        if (!command(work, visits[i])) return i;
        break;
      case Visit::kReceives:
        if (work.budgets != nullptr ? !grant_in_turn(work, i) : !command(work, visits[i])) return i;
        break;
      default:
        if (hands_over && !take_credited(work, visits[i])) [[unlikely]]
          return i;
        if (work.budgets != nullptr) [[unlikely]] {
          if (!in_turn(work, i)) return i;
        } else {
          run_visit(batch, visits[i], entries);
        }
        if (hands_over) [[unlikely]]
          tell_credited(work, visits[i]);
    }
  }
  return count;
}

void Shard::run_visit(const event::Batch& batch, const Visit& visit,
                      std::vector<ledger::Entry>& entries) {
  if (visit.is_of_past()) [[unlikely]] {
    return revise(batch, visit, entries);
  }
  if (visit.is_former()) [[unlikely]] {
    return leave(batch, visit, entries);
  }
  run(batch, visit, entries);
}

// In a job in which budgets are asked.
bool Shard::in_turn(const Work& work, size_t visit) {
  if (!work.budgets->may_go(number_, visit)) return false;
  machine_.draw_from(work.budgets);
  run_visit(work.batch, work.visits[visit], work.entries);
  machine_.draw_from(nullptr);
  work.budgets->done(number_, visit, machine_.draws());
  return true;
}

// The same of who is given a badge: he may have to wait for who gives it, with the turn.
bool Shard::grant_in_turn(const Work& work, size_t visit) {
  if (!work.budgets->may_go(number_, visit)) return false;
  std::vector<plan::Draw> draws;
  if (!command(work, work.visits[visit], {work.budgets, &draws})) return false;
  work.budgets->done(number_, visit, draws);
  return true;
}

void Shard::prefetch_index(const event::Batch& batch, const Visit& visit) const {
  if (!visit.is_to_account()) return;
  state_.accounts().prefetch_index(batch.texts[visit.account].hash);
}

void Shard::prefetch_block(const event::Batch& batch, const Visit& visit) const {
  if (!visit.is_to_account()) return;
  state_.accounts().prefetch_block(batch.texts[visit.account].hash);
}

void Shard::run(const event::Batch& batch, const Visit& visit,
                std::vector<ledger::Entry>& entries) {
  const event::LogItem& item = batch.log[visit.item];
  const event::Record& record = batch.records[item.record];
  const event::Text& text = batch.texts[visit.account];
  GUERDON_ASSERT(shard_of(text.hash, shards_) == number_);
  plan::TimeMs at = item.at;
  if (planted(PlantedBug::kClockPerShard)) at = seen_ = std::max(seen_, record.occurred_at);
  const std::string_view name = batch.view(text);
  BlockHeader* account = state_.accounts().find(text.hash, name);
  if (account != nullptr && due_.is_due(*account, at)) [[unlikely]] {
    ledger::EntryWriter due = writer_for(*account, item, entries);
    due_.settle(*account, at, due);
  }
  plan::EventView event{batch.values.data() + record.values, record.present, record.occurred_at,
                        at};
  base::Hash128 object;
  const plan::RoleProgram& role = program_->events[record.type].roles[visit.role];
  if (role.asks_credited) [[unlikely]] {
    event.values = credited_values_.data();
    event.present = credited_present_;
  }
  if (record.object != event::kNoObject && role.has_objects) [[unlikely]] {
    object = object_of(batch, record);
    event.object = &object;
    since_.move_to(at);
    if (account != nullptr) drop_over(*account, role, object);
  }
  machine_.run(role, event, AccountFrames(state_, account));
  if (machine_.moves().empty() && machine_.asks().empty()) return;
  if (account == nullptr) account = state_.accounts().add(text.hash, name);
  since_.move_to(at);
  apply(*account, item, record.occurred_at, entries);
}

void Shard::drop_over(BlockHeader& account, const plan::RoleProgram& role,
                      const base::Hash128& object) {
  for (const plan::PlanPart& part : role.parts) {
    if (part.object.subject == plan::kNowhere) continue;
    state_.drop_if_gone(account, plan::object_key(part.object.subject, object), since_);
  }
}

// An account that is not there was owed nothing.
void Shard::leave(const event::Batch& batch, const Visit& visit,
                  std::vector<ledger::Entry>& entries) {
  const event::LogItem& item = batch.log[visit.item];
  const event::Record& record = batch.records[item.record];
  const event::Text& text = batch.texts[visit.account];
  GUERDON_ASSERT(shard_of(text.hash, shards_) == number_);
  BlockHeader* const account = state_.accounts().find(text.hash, batch.view(text));
  if (account == nullptr) return;
  if (due_.is_due(*account, item.at)) {
    ledger::EntryWriter due = writer_for(*account, item, entries);
    due_.settle(*account, item.at, due);
  }
  const base::Hash128 object = object_of(batch, record);
  const plan::EventView event{batch.values.data() + record.values, record.present,
                              record.occurred_at, item.at, &object};
  const plan::RoleProgram& role = program_->events[record.type].roles[visit.former_role()];
  since_.move_to(item.at);
  drop_over(*account, role, object);
  machine_.run_former(role, visit.former_part(), event, AccountFrames(state_, account));
  if (machine_.frames().empty()) return;
  const plan::FrameKey left = machine_.frames().front().key;
  apply(*account, item, record.occurred_at, entries);
  state_.drop(*account, left);
}

void Shard::revise(const event::Batch& batch, const Visit& visit,
                   std::vector<ledger::Entry>& entries) {
  const event::Record& command = batch.records[batch.log[visit.item].record];
  const bool corrects = event::kind_of(command) == event::CommandKind::kCorrect;
  return corrects ? correct(batch, visit, entries) : take_back(batch, visit, entries);
}

// What the event did in one of its roles. What its rules owe is asked anew and the difference
// posted; what they paid at the event is posted the other way, credits before debits.
void Shard::take_back(const event::Batch& batch, const Visit& visit,
                      std::vector<ledger::Entry>& entries) {
  const event::LogItem& item = batch.log[visit.item];
  const event::Record& command = batch.records[item.record];
  const event::Reversal& reversal = *event::find_reversal(batch, command);
  const auto role = static_cast<uint8_t>(visit.role - Visit::kOfPast);
  const event::Text& text = batch.texts[visit.account];
  GUERDON_ASSERT(shard_of(text.hash, shards_) == number_);
  BlockHeader* account = state_.accounts().find(text.hash, batch.view(text));
  if (account == nullptr) account = state_.accounts().add(text.hash, batch.view(text));
  if (due_.is_due(*account, item.at)) {
    ledger::EntryWriter due = writer_for(*account, item, entries);
    due_.settle(*account, item.at, due);
  }
  plan::EventView event{batch.values.data() + reversal.event.values, reversal.event.present,
                        reversal.event.occurred_at, item.at};
  event.came = plan::Came{reversal.at, reversal.lsn};
  machine_.run_back(program_->events[reversal.event.type].roles[role], event,
                    AccountFrames(state_, account), reversal.deeds, role);
  since_.move_to(item.at);
  write_moves(*account, item, item.at);
  ledger::EntryWriter writer = writer_for(*account, item, entries);
  const ledger::When when{item.at, item.at};  // what goes back is as new, whatever `time=` says
  for (const bool debits : {false, true}) {
    for (const plan::Ask& ask : machine_.asks()) {
      if (ask.frame != plan::kNowhere) pay<Paid::kTakenBack>(*account, ask, debits, when, writer);
    }
    for (const event::Deed& deed : reversal.deeds) {
      const bool is_it = deed.role == role && deed.what == event::Deed::What::kPosted &&
                         (deed.amount > 0) == debits &&
                         program_->clauses[deed.number].subject == plan::kNowhere;
      if (is_it) undo(*account, reversal, deed, when, writer);
    }
  }
}

// What goes back of what a rule paid at the event: all of it, but where it has limits the
// difference that these make.
int64_t Shard::undone_of(const event::Deed& deed) const {
  if (!plan::is_limited(program_->clauses[deed.number])) return -deed.amount;
  const std::vector<plan::Ask>& asks = machine_.asks();
  const auto ask = std::find_if(asks.begin(), asks.end(), [&](const plan::Ask& each) {
    return each.frame == plan::kNowhere && each.clause == deed.number;
  });
  return ask == asks.end() ? 0 : ask->passed;
}

void Shard::undo(BlockHeader& account, const event::Reversal& reversal, const event::Deed& deed,
                 ledger::When when, ledger::EntryWriter& entries) {
  const RulePosting posting{deed.number, 0, undone_of(deed), 0, when};
  if (posting.amount == 0) return;
  const int64_t covered =
      wallets_.amend(account, posting, ledger::Kind::kReverse, {reversal.lsn, deed.entry}, entries);
  if (program_->clauses[deed.number].budget != plan::kNowhere) {
    machine_.set_drawn(deed.number, covered);
  }
}

// What a version of a plan makes of an event of before, in one of its roles: differences to what
// was posted are posted as of the event's time.
void Shard::correct(const event::Batch& batch, const Visit& visit,
                    std::vector<ledger::Entry>& entries) {
  const event::LogItem& item = batch.log[visit.item];
  const event::Record& command = batch.records[item.record];
  const event::Reversal& reversal = *event::find_reversal(batch, command);
  const event::Record& record = reversal.event;
  const uint32_t number = visit.role - Visit::kOfPast;
  const plan::RoleProgram& role = program_->events[record.type].roles[number];
  const event::Text& text = batch.texts[visit.account];
  GUERDON_ASSERT(shard_of(text.hash, shards_) == number_);
  BlockHeader* account = state_.accounts().find(text.hash, batch.view(text));
  if (account != nullptr && due_.is_due(*account, item.at)) {
    ledger::EntryWriter due = writer_for(*account, item, entries);
    due_.settle(*account, item.at, due);
  }
  plan::EventView event{batch.values.data() + record.values, record.present, record.occurred_at,
                        item.at};
  event.came = plan::Came{reversal.at, reversal.lsn};
  since_.move_to(item.at);
  base::Hash128 object;
  if (record.object != event::kNoObject && role.has_objects) {
    object = object_of(batch, record);
    event.object = &object;
    if (account != nullptr) drop_over(*account, role, object);
  }
  const auto lsn =
      static_cast<uint64_t>(event::CommandView(batch, command)[event::CommandField::kPublication]);
  machine_.run_corrected(role, event, AccountFrames(state_, account),
                         {plan::correction_of(*program_, lsn), record.type,
                          static_cast<uint8_t>(number), reversal.deeds});
  if (machine_.moves().empty() && machine_.asks().empty()) return;
  if (account == nullptr) account = state_.accounts().add(text.hash, batch.view(text));
  post_corrections(*account, item, reversal, number, entries);
}

void Shard::post_corrections(BlockHeader& account, const event::LogItem& item,
                             const event::Reversal& reversal, uint32_t role,
                             std::vector<ledger::Entry>& entries) {
  write_moves(account, item, item.at);
  ledger::EntryWriter writer = writer_for(account, item, entries);
  const ledger::When when{item.at, reversal.event.occurred_at};
  for (const bool debits : {false, true}) {
    for (const plan::Ask& ask : machine_.asks()) {
      if (ask.frame != plan::kNowhere) {
        pay<Paid::kCorrected>(account, ask, debits, when, writer);
        continue;
      }
      const plan::Clause& clause = program_->clauses[ask.clause];
      const int64_t amount = plan::posting_of(clause, ask.amount);
      if ((amount < 0) != debits) continue;
      const RulePosting posting{ask.clause, 0, amount, clause.lineage, when};
      wallets_.amend(account, posting, ledger::Kind::kCorrect, corrected_by(reversal, role, clause),
                     writer);
    }
  }
}

// The entry that came at the event itself; none where that paid nothing.
ledger::Origin Shard::corrected_by(const event::Reversal& reversal, uint32_t role,
                                   const plan::Clause& clause) const {
  for (const event::Deed& deed : reversal.deeds) {
    const plan::Clause& other = program_->clauses[deed.number];
    const bool is_it = deed.role == role && other.lineage == clause.lineage &&
                       other.wallet == clause.wallet && deed.entry != event::kNoEntry;
    if (is_it) return {reversal.lsn, deed.entry};
  }
  return {};
}

void Shard::sweep(const event::LogItem& item, std::vector<ledger::Entry>& entries) {
  if (planted(PlantedBug::kSweepSkipsLastShard) && number_ + 1 == shards_) return;
  since_.move_to(item.at);
  leaderboards_.forget(since_);
  const event::Slices slices = event::Slices::of_number(item.record);
  state_.accounts().visit_slices(slices, [&](BlockHeader& account) {
    if (planted(PlantedBug::kGoneBeforeClose)) state_.settle(account, since_);
    state_.staged().forget_given_up(account);
    if (due_.is_due(account, item.at)) {
      // A sweep comes to each account once.
      ledger::EntryWriter due(entries, item.lsn, entry_account(account));
      due_.settle(account, item.at, due);
    }
    state_.settle(account, since_);
  });
}

// Of a period that is opened or closed again, and of a file that is committed, each account finds
// when it has its turn.
void Shard::act_everywhere(const event::Batch& batch, const event::LogItem& item,
                           std::vector<ledger::Entry>& entries) {
  const event::Record& record = batch.records[item.record];
  const event::CommandView command(batch, record);
  switch (event::kind_of(record)) {
    case event::CommandKind::kReopen: {
      const auto clock = static_cast<uint32_t>(command.derived(event::kClockNumber));
      const auto period = static_cast<int32_t>(command.derived(event::kGoalPeriod));
      reopened_.reopen(clock, {period, item.lsn, 0, command.derived(event::kClosesAgainAt)});
      return seals_.forget(clock, period);
    }
    case event::CommandKind::kClose:
      return reopened_.close(static_cast<size_t>(command.derived(event::kClockNumber)), item.at,
                             item.lsn);
    case event::CommandKind::kCommit:
      return commit_goals(item, entries);
    case event::CommandKind::kAbort:
      return state_.staged().give_up();
    case event::CommandKind::kPayoutAll:
      return commands_.payouts().pay_out_all(batch, item, entries);
    default:  // route_command() sends no other one everywhere
      GUERDON_UNREACHABLE();
  }
}

bool Shard::command(const Work& work, const Visit& visit, GrantFunds funds) {
  const event::Batch& batch = work.batch;
  const event::LogItem& item = batch.log[visit.item];
  GUERDON_ASSERT(item.record < work.results.size());
  BlockHeader* account = nullptr;
  if (visit.is_to_account()) {
    const event::Text& text = batch.texts[visit.account];
    GUERDON_ASSERT(shard_of(text.hash, shards_) == number_);
    account = state_.accounts().find(text.hash, batch.view(text));
  }
  if (account != nullptr && due_.is_due(*account, item.at)) {
    ledger::EntryWriter due = writer_for(*account, item, work.entries);
    due_.settle(*account, item.at, due);
  }
  since_.move_to(item.at);
  if (event::says_goal(batch.records[item.record])) [[unlikely]] {
    work.results[item.record] = set_goal(work, visit, account);
    return true;
  }
  AccountCommand call(commands_.books(), batch, item, visit.account, account, work.entries);
  return commands_.run(call, {visit, since_, work.handovers, work.results[item.record], funds});
}

void Shard::answer(const event::Batch& batch, const Visit& visit, Answers& answers) {
  const event::Text& text = batch.texts[visit.account];
  GUERDON_ASSERT(shard_of(text.hash, shards_) == number_);
  const size_t wallets = program_->wallets.size();
  const BlockHeader* account = state_.accounts().find(text.hash, batch.view(text));
  const plan::TimeMs at = batch.asked[visit.item].at;
  if (account != nullptr) {
    // `shards` is 1 there: it has any account.
    const std::unique_ptr<Shard> closed = closed_copy(*account, at);
    if (closed != nullptr) return closed->answer(batch, visit, answers);
  }
  for (uint16_t w = 0; w < wallets; ++w) {
    if (visit.role == Visit::kLots) {
      if (account != nullptr) wallets_.add_lots(*account, w, at, answers.lots[visit.item]);
      continue;
    }
    answers.wallets[visit.item * wallets + w] =
        account == nullptr ? WalletView() : wallets_.view(*account, w, at);
  }
}

std::unique_ptr<Shard> Shard::closed_copy(const BlockHeader& account, plan::TimeMs at,
                                          std::vector<ledger::Entry>* due) const {
  if (!due_.has_closes(account, at)) return nullptr;
  auto beside = std::make_unique<Shard>(*program_, texts_, 0, 1, 1);
  std::vector<ledger::Entry> unread;
  beside->copy_closed(*this, account, at, due != nullptr ? *due : unread);
  return beside;
}

std::unique_ptr<Shard> Shard::closed_copies(plan::TimeMs at,
                                            std::vector<ledger::Entry>* due) const {
  std::unique_ptr<Shard> beside;
  std::vector<ledger::Entry> unread;
  state_.accounts().visit_all([&](const BlockHeader& account) {
    if (!due_.has_closes(account, at)) return;
    if (beside == nullptr) beside = std::make_unique<Shard>(*program_, texts_, 0, 1, 1);
    beside->copy_closed(*this, account, at, due != nullptr ? *due : unread);
    unread.clear();
  });
  return beside;
}

void Shard::copy_closed(const Shard& from, const BlockHeader& account, plan::TimeMs at,
                        std::vector<ledger::Entry>& entries) {
  const std::string_view name = from.state_.accounts().name(account);
  BlockHeader* const own = copy_alone(from, account.hash, name, at);
  ledger::EntryWriter writer(entries, 0, account.hash);
  due_.settle(*own, at, writer);
}

SealSum Shard::sealed(std::span<const std::unique_ptr<Shard>> shards, uint32_t clock,
                      int32_t period) {
  SealSum sum;
  for (const auto& shard : shards) {
    const SealSum* const part = shard->seals_.find(clock, period);
    if (part != nullptr) sum.add(*part);
  }
  return sum;
}

std::vector<ledger::Entry> Shard::if_closed(std::string_view account, plan::TimeMs at) const {
  std::vector<ledger::Entry> entries;
  const BlockHeader* const there = state_.accounts().find(base::hash64(account), account);
  if (there == nullptr) return entries;
  Shard beside(*program_, texts_, 0, 1, 1);
  std::vector<ledger::Entry> due;  // by now: that is not what is asked for
  beside.copy_closed(*this, *there, at, due);
  BlockHeader* const own = beside.state_.accounts().find(there->hash, account);
  ledger::EntryWriter writer(entries, 0, there->hash);
  beside.due_.close_open(*own, at, writer);
  return entries;
}

// ---- apply: cannot fail -------------------------------------------------------------------------

int64_t* Shard::writable(BlockHeader& account, uint32_t frame) {
  const plan::TouchedFrame& touched = machine_.frames()[frame];
  if (touched.cells == nullptr) {
    machine_.set_cells(frame, state_.obtain(account, touched.key, since_));
  }
  // What the machine has read is this shard's own, and stays where it is until the next run: of a
  // subject whose frames stand in the block it names one, and only frames that it may not read are
  // ever let go.
  return const_cast<int64_t*>(touched.cells);
}

void Shard::write_moves(BlockHeader& account, const event::LogItem& item,
                        plan::TimeMs occurred_at) {
  moved_scores_.clear();
  for (const plan::Move& move : machine_.moves()) {
    int64_t* const cells = writable(account, move.frame);
    const plan::FrameKey& key = machine_.frames()[move.frame].key;
    const uint32_t subject = key.subject;
    const std::vector<plan::ScoreCells>& scores = program_->subjects[subject].scores;
    for (uint32_t s = 0; s < scores.size(); ++s) {
      if (scores[s].reads(move.cell)) note_score(account, {subject, s, key.period}, cells);
    }
    cells[move.cell] = move.value;
    due_.note_move(account, subject, move.cell, item.at);
  }
  if (due_.has_risers()) [[unlikely]] {
    for (const plan::Move& move : machine_.moves()) {
      const plan::TouchedFrame& moved = machine_.frames()[move.frame];
      due_.rise(account, moved.key, move.cell, moved.cells[move.cell], item.at);
    }
  }
  for (const MovedScore& each : moved_scores_) {
    const plan::ScoreCells& score = program_->subjects[each.board.subject].scores[each.board.score];
    progress::Scored now = leaderboards_.scored(score, account, each.cells);
    const bool is_moved = now.score != each.from.score;
    if (planted(PlantedBug::kMoreUnmoved) && !is_moved) now.more = each.from.more;
    const bool is_same = now.has_succeeded == each.from.has_succeeded && now.more == each.from.more;
    if (!is_moved && is_same) continue;
    if (is_moved && score.has_times()) {
      each.cells[score.held_from] = now.held_from = occurred_at;
      each.cells[score.lsn] = static_cast<int64_t>(now.lsn = item.lsn);
    }
    leaderboards_.move(each.board, each.from, now, since_);
  }
}

// Once: one cell may be moved away and back.
void Shard::note_score(const BlockHeader& account, const BoardKey& board, int64_t* cells) {
  const bool is_noted = std::any_of(moved_scores_.begin(), moved_scores_.end(),
                                    [&](const MovedScore& other) { return other.board == board; });
  if (is_noted) return;
  const plan::ScoreCells& score = program_->subjects[board.subject].scores[board.score];
  moved_scores_.push_back({board, cells, leaderboards_.scored(score, account, cells)});
}

void Shard::apply(BlockHeader& account, const event::LogItem& item, plan::TimeMs effective,
                  std::vector<ledger::Entry>& entries) {
  write_moves(account, item, effective);
  if (machine_.asks().empty()) return;
  ledger::EntryWriter writer = writer_for(account, item, entries);
  pay_asked(account, {item.at, effective}, writer);
}

// Credits before debits, so that an event never takes for want of what it brings itself.
void Shard::pay_asked(BlockHeader& account, ledger::When when, ledger::EntryWriter& entries) {
  for (const plan::Ask& ask : machine_.asks()) pay(account, ask, false, when, entries);
  if (!machine_.takes()) return;
  for (const plan::Ask& ask : machine_.asks()) pay(account, ask, true, when, entries);
}

// What was posted becomes what is owed, whatever the wallet takes of it; but what it did not take
// of a debit is not given back.
template <Shard::Paid kHow>
void Shard::pay(BlockHeader& account, const plan::Ask& ask, bool debits, ledger::When when,
                ledger::EntryWriter& entries) {
  const plan::Clause& clause = program_->clauses[ask.clause];
  RulePosting posting{ask.clause, 0, ask.amount, clause.lineage, when};
  int64_t* cells = nullptr;
  bool is_of_closed = false;  // a correction of a closed period, as of the clock
  if (ask.frame != plan::kNowhere) {
    const plan::FrameKey& key = machine_.frames()[ask.frame].key;
    cells = writable(account, ask.frame);
    posting.amount -= cells[clause.posted];  // both from 0 to kBalanceMax
    posting.period = key.period;
    posting.cause = cause_of(clause, key);
    is_of_closed = kHow == Paid::kAsNew && machine_.frames()[ask.frame].is_closed &&
                   !planted(PlantedBug::kLateEarns);
    if (is_of_closed) posting.when.effective = when.at;
    // The newest event of an order may have occurred before its rule opened, even before the day.
    if (kHow == Paid::kCorrected && clause.opened != plan::kNowhere) {
      posting.when.effective = std::max(posting.when.effective, cells[clause.opened] - 1);
    }
  } else if (ask.pool != plan::kNowhere) {
    posting.cause = cause_of(clause, machine_.frames()[ask.pool].key);
  }
  if (plan::is_limited(clause)) [[unlikely]]
    posting.amount = ask.passed;
  posting.amount = plan::posting_of(clause, posting.amount);
  if ((posting.amount < 0) != debits) return;
  if (cells != nullptr) cells[clause.posted] = ask.amount;
  int64_t* const taken =
      cells == nullptr || clause.taken == plan::kNowhere ? nullptr : &cells[clause.taken];
  // What was taken goes back where it is more than is owed now: what was not there is not asked for
  // again, and nothing is given for it either.
  if (taken != nullptr) {
    posting.amount = std::min(posting.amount, std::max<int64_t>(*taken - ask.amount, 0));
  }
  if (posting.amount == 0) return;
  if (clause.granted != plan::kNowhere) cells[clause.granted] += posting.amount;
  constexpr auto kKind = kHow == Paid::kTakenBack ? ledger::Kind::kReverse : ledger::Kind::kCorrect;
  const int64_t covered = kHow == Paid::kAsNew && !is_of_closed
                              ? wallets_.post(account, posting, entries)
                              : wallets_.amend(account, posting, kKind, {}, entries);
  if (taken != nullptr) *taken -= covered;
  if (clause.granted != plan::kNowhere) machine_.set_drawn(ask.clause, covered);
}

ledger::EntryWriter Shard::writer_for(const BlockHeader& account, const event::LogItem& item,
                                      std::vector<ledger::Entry>& entries) const {
  const uint64_t id = entry_account(account);
  return {entries, item.lsn, id, ledger::entries_so_far(entries, item.lsn, id)};
}

uint64_t Shard::entry_account(const BlockHeader& account) const {
  return account.hash + (planted(PlantedBug::kShardIdInEntry) ? number_ : 0);
}

// ---- what was saved -----------------------------------------------------------------------------

// What the account has was issued: so the shard sums to zero by itself, whoever issued it before.
bool Shard::load(AccountReader& accounts) {
  GUERDON_ASSERT(shard_of(accounts.hash(), shards_) == number_);
  BlockHeader* const account = accounts.take(state_);
  if (account == nullptr) return false;
  leaderboards_.enter(*account);
  for (uint16_t w = 0; w < program_->wallets.size(); ++w) {
    wallets_.load(w, ledger::SystemAccount::kIssuance, -base::Int128{cells_of(account)[w]});
  }
  return true;
}

void Shard::copy(const Shard& from, uint64_t hash, std::string_view account, plan::TimeMs at) {
  const BlockHeader* const own = copy_alone(from, hash, account, at);
  if (own != nullptr) leaderboards_.enter(*own);
}

// Without its places on leaderboards; null where it is not there.
BlockHeader* Shard::copy_alone(const Shard& from, uint64_t hash, std::string_view account,
                               plan::TimeMs at) {
  GUERDON_ASSERT(shard_of(hash, shards_) == number_);
  const BlockHeader* const there = from.state_.accounts().find(hash, account);
  if (there == nullptr) return nullptr;
  reopened_ = from.reopened_;
  since_.move_to(at, from.state_.settled_to(*there, at));
  BlockHeader& own = state_.copy(from.state_, *there, since_);
  for (uint16_t w = 0; w < program_->wallets.size(); ++w) {
    wallets_.load(w, ledger::SystemAccount::kIssuance, -base::Int128{cells_of(&own)[w]});
  }
  return &own;
}

void Shard::load_system(uint16_t wallet, ledger::SystemAccount account, base::Int128 amount) {
  wallets_.load(wallet, account, amount);
  wallets_.load(wallet, ledger::SystemAccount::kIssuance, -amount);
}

std::vector<calendar::Dated<int64_t>> Shard::known(std::string_view account,
                                                   uint32_t subject) const {
  const BlockHeader* const at = state_.accounts().find(base::hash64(account), account);
  if (at == nullptr) return {};
  return state_.known(*at, subject);
}

bool Shard::has_stock_of(const plan::ItemKind& item) const {
  return item.stock.has_value() && shard_of(item.home, shards_) == number_;
}

}  // namespace guerdon::shard
