#include "engine/runtime/core.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/base/assert.h"
#include "engine/compiler/compiler.h"
#include "engine/event/identity.h"
#include "engine/event/record_words.h"
#include "engine/ledger/entry.h"
#include "engine/os/clock.h"
#include "engine/plan/checker.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/revisions.h"
#include "engine/versions/published.h"

namespace guerdon::runtime {

namespace {

static_assert(kBatchMax == event::kBatchRecordsMax &&
              kKeysMax <= pipeline::KeyTable::kCapacityMax &&
              kObjectsMax <= pipeline::ObjectTable::kCapacityMax);

Hash public_hash(const base::Hash128& hash) { return {hash.lo, hash.hi}; }

std::string wrong_option(const Options& options) {
  if (options.shards < 1 || options.shards > kShardsMax) {
    return "shards must be 1 to " + std::to_string(kShardsMax);
  }
  if (options.workers > kWorkersMax) {
    return "workers must be 0 to " + std::to_string(kWorkersMax);
  }
  if (options.batch < 1 || options.batch > kBatchMax) {
    return "a batch must be 1 to " + std::to_string(kBatchMax) + " events";
  }
  if (options.keys < 1 || options.keys > kKeysMax) {
    return "keys to remember must be 1 to " + std::to_string(kKeysMax);
  }
  if (options.objects < 1 || options.objects > kObjectsMax) {
    return "objects to remember must be 1 to " + std::to_string(kObjectsMax);
  }
  if (options.segment_bytes < kSegmentBytesMin || options.segment_bytes > kSegmentBytesMax ||
      options.segment_bytes % os::kDiskBlock != 0) {
    return "a file of the log must have " + std::to_string(kSegmentBytesMin) + " to " +
           std::to_string(kSegmentBytesMax) + " bytes, a multiple of " +
           std::to_string(os::kDiskBlock);
  }
  return "";
}

std::optional<plan::Plan> load(const PlanText& text, std::string* error, std::string* warnings) {
  const plan::SourceText source(text.name, text.text);
  plan::Diagnostics diagnostics;
  std::optional<plan::Plan> plan = plan::load_plan(source, diagnostics);
  if (!plan) {
    *error = plan::render(source, diagnostics);
  } else if (warnings != nullptr) {
    *warnings += plan::render(source, diagnostics);
  }
  return plan;
}

}  // namespace

OpenFault open_fault_of(const pipeline::LogFault& fault) {
  using Found = pipeline::LogFault::Kind;
  switch (fault.kind) {
    case Found::kDisk:
      return {OpenFault::Kind::kDisk, fault.sentence};
    case Found::kDamage:
      return {OpenFault::Kind::kDamage, fault.sentence};
    case Found::kOtherPlans:
      return {OpenFault::Kind::kPlan, fault.sentence};
    case Found::kOtherOptions:
      return {OpenFault::Kind::kOption, fault.sentence};
  }
  return {OpenFault::Kind::kDisk, fault.sentence};
}

bool refuse(OpenFault* fault, const pipeline::LogFault& found) {
  *fault = open_fault_of(found);
  return false;
}

// ---- opening ------------------------------------------------------------------------------------

std::unique_ptr<Core> Core::open(const Options& options, const std::vector<PlanText>& plans,
                                 Disks disks, uint32_t feeds, CoreHooks hooks, OpenFault* fault,
                                 std::string* warnings) {
  std::unique_ptr<Core> core =
      open_as_it_was(options, plans, std::move(disks), feeds, std::move(hooks), fault, warnings);
  if (core == nullptr || !core->publish_given(fault)) return nullptr;
  return core;
}

std::unique_ptr<Core> Core::open_as_it_was(const Options& options,
                                           const std::vector<PlanText>& plans, Disks disks,
                                           uint32_t feeds, CoreHooks hooks, OpenFault* fault,
                                           std::string* warnings) {
  GUERDON_ASSERT(disks.log != nullptr || disks.book == nullptr);
  *fault = {OpenFault::Kind::kOption, wrong_option(options)};
  if (!fault->sentence.empty()) return nullptr;
  fault->kind = OpenFault::Kind::kPlan;
  std::vector<plan::Plan> checked;
  std::vector<PlanText> first;
  std::vector<PlanText> further;  // versions of plans that stand before them
  for (const PlanText& text : plans) {
    std::optional<plan::Plan> plan = load(text, &fault->sentence, warnings);
    if (!plan) return nullptr;
    const bool is_known = std::any_of(checked.begin(), checked.end(), [&](const plan::Plan& other) {
      return other.name == plan->name && other.version < plan->version;
    });
    (is_known ? further : first).push_back(text);
    if (!is_known) checked.push_back(std::move(*plan));
  }
  std::optional<plan::Program> program = plan::compile(checked, &fault->sentence);
  if (!program) return nullptr;
  std::vector<Disagreement> disagreements = find_disagreements(first, checked);
  for (const Disagreement& found : disagreements) {
    if (!found.is_hopeless) continue;
    fault->sentence = sentence_of(found) +
                      "; no value is both, so give one of them another name outside, with `as`";
    return nullptr;
  }
  std::unique_ptr<Core> core(new Core(options,
                                      plan::PlanHistory(std::move(checked), std::move(*program)),
                                      std::move(disagreements), feeds, std::move(hooks)));
  const bool is_kept = disks.log != nullptr;
  if (is_kept && !core->recover(std::move(disks), feeds, fault)) return nullptr;
  core->given_ = std::move(further);
  return core;
}

bool Core::publish_given(OpenFault* fault) {
  fault->kind = OpenFault::Kind::kPlan;
  for (const PlanText& text : std::exchange(given_, {})) {
    uint64_t lsn = 0;
    const bool is_known = plan::lsn_of_text(program(), text.text).has_value();
    if (!is_known && !correct_all(*this, &fault->sentence)) return false;
    if (!publish(text, &lsn, &fault->sentence)) return false;
  }
  opened_lsn_ = admission_.last_lsn();
  return true;
}

Core::Core(const Options& options, plan::PlanHistory history,
           std::vector<Disagreement> disagreements, uint32_t feeds, CoreHooks hooks)
    : options_(options),
      history_(std::move(history)),
      program_(&history_.program()),
      disagreements_(std::move(disagreements)),
      hooks_(std::move(hooks)),
      opened_lsn_(program().plans.size()),
      admission_(program(), options.shards,
                 pipeline::KeyTable(options.keys, options.reserve_memory),
                 pipeline::ObjectTable(options.objects)),
      budgets_(program()),
      tail_(program(), options.reserve_memory ? options.keys : 0) {
  for (uint32_t s = 0; s < options.shards; ++s) {
    shards_.push_back(std::make_unique<shard::Shard>(program(), admission_, s, options.shards,
                                                     options.expected_accounts / options.shards,
                                                     options.reserve_memory));
  }
  assembly_ = options.workers == 0 ? pipeline::make_fused(stages())
                                   : pipeline::make_threaded(stages(), options.workers, feeds);
}

pipeline::Stages Core::stages() {
  return {admission_,
          shards_,
          tail_,
          [this](const pipeline::Job& job) { return admitted(job); },
          [this](const pipeline::Job& job) { completed(job); },
          options_.between_steps,
          &budgets_,
          hooks_.freed};
}

// The stages first, then the log, which ends in order.
Core::~Core() { assembly_.reset(); }

bool Core::recover(Disks disks, uint32_t feeds, OpenFault* fault) {
  if (disks.book != nullptr) {
    book_ = std::make_unique<bookkeeping::BookKeeper>(std::move(disks.book), program(),
                                                      disks.book_segment_bytes);
  }
  log_.emplace(std::move(disks.log), options_.segment_bytes, assembly_->jobs() + feeds,
               pipeline::GroupCommit::Hooks{hooks_.durable, hooks_.failed});
  const std::unique_ptr<pipeline::Assembly> reading = replay_assembly();
  pipeline::LogReplay log_replay(program(), reading != nullptr ? *reading : *assembly_, tail_,
                                 published_in_log());
  log_replay_ = &log_replay;
  const int64_t began = os::SystemClock().monotonic_ns();
  const bool is_done = log_->recover(state(), log_replay);
  recovery_ns_ = os::SystemClock().monotonic_ns() - began;
  log_replay_ = nullptr;
  *fault = open_fault_of(log_->fault());
  admission_.keep_log();
  opened_lsn_ = admission_.last_lsn();
  clock_.store(admission_.clock(), std::memory_order_relaxed);
  return is_done;
}

// Reading a log is as much work as applying it: even where one thread does all else, it gets two.
std::unique_ptr<pipeline::Assembly> Core::replay_assembly() {
  return options_.workers == 0 ? pipeline::make_halved(stages()) : nullptr;
}

pipeline::State Core::state() {
  return {program(),
          admission_,
          shards_,
          tail_,
          book_.get(),
          [this](const pipeline::SavedVersion& version, std::string* error) {
            return publish_saved(version, error);
          },
          &budgets_};
}

// ---- versions -----------------------------------------------------------------------------------

std::optional<plan::Publication> Core::prepare(const PlanText& text, std::string* error,
                                               std::string* warnings) const {
  return history_.prepare(plan::SourceText(text.name, text.text), error, warnings);
}

bool Core::number(plan::Publication* publication, std::string* error) {
  std::optional<std::vector<plan::NumberedText>> numbered =
      admission_.number_texts(publication->texts);
  if (!numbered) {
    *error = "the engine knows as many text values as it can tell apart";
    return false;
  }
  publication->numbered = std::move(*numbered);
  return true;
}

void Core::adopt(plan::Publication publication, uint64_t lsn) {
  const plan::Program& program = history_.take(std::move(publication), lsn);
  program_.store(&program, std::memory_order_release);
  for (const std::unique_ptr<shard::Shard>& shard : shards_) shard->adopt(program);
  budgets_.adopt(program);
  tail_.adopt(program);
  if (book_ != nullptr) book_->adopt(program);
  if (log_replay_ != nullptr) log_replay_->adopt(program);
  admission_.adopt(program);
}

// An event may have occurred up to kSkewMax ahead of the clock, and the version before has paid it:
// a version begins behind all of these.
bool Core::may_publish(const plan::Publication& publication, std::string* error) const {
  const plan::PlanVersion& version = publication.version();
  const base::TimeMs clock = admission_.clock();
  const bool is_begun = admission_.last_lsn() > program().plans.size() + program().published.size();
  if (is_begun && !version.corrects.empty() && !may_correct(publication, error)) return false;
  const bool may_be_over = version.corrects_all && !version.corrects.empty();
  if (is_begun && !may_be_over && version.from <= clock + pipeline::kSkewMax) {
    *error = "version " + std::to_string(version.number) + " of plan " + publication.merged.name +
             " is to hold from " + base::format_timestamp(version.from) +
             ", and it is published when the engine's time is " + base::format_timestamp(clock) +
             "; let it hold from a later day, more than five minutes ahead";
    return false;
  }
  return true;
}

bool Core::may_correct(const plan::Publication& publication, std::string* error) const {
  const plan::PlanVersion& version = publication.version();
  const std::string name =
      "version " + std::to_string(version.number) + " of plan " + publication.merged.name;
  if (!can_correct()) {
    *error = name +
             " is `retro`, and what it corrects is read from the log and the book; open the "
             "engine with a folder for its data and with its book";
    return false;
  }
  if (const plan::Published* const other = admission_.uncorrected()) {
    *error = name + " is `retro`, and what the version that was published at LSN " +
             std::to_string(other->lsn) + " corrects is not done yet; publish it when that is";
    return false;
  }
  // A goal holds by the rules of its COMMIT, and what it came to is corrected as all else.
  if (has_goals_to_say()) {
    *error = name +
             " is `retro`, and goals of a file that came last are not taken over for all accounts "
             "yet; publish it again in a minute, or behind a TICK";
    return false;
  }
  for (const plan::Rule& rule : publication.merged.rules) {
    const bool is_period =
        rule.version == version.number && rule.subject.owner >= 0 &&
        std::binary_search(version.corrects.begin(), version.corrects.end(), rule.lineage);
    if (!is_period) continue;
    const plan::Plan& merged = publication.merged;
    calendar::ClosingCursor closing(merged.calendar, rule.subject.period, merged.grace);
    const int32_t first =
        calendar::period_at(merged.calendar, rule.subject.period, version.from).index;
    // One of them less: it may be over before all is corrected.
    if (first > plan::first_kept(closing.closed_at(admission_.clock()))) continue;
    *error = name + " is `retro` from " + base::format_timestamp(version.from) +
             " on, and of rule " + rule.name +
             " periods as long ago are not kept any more; let it hold from a later day";
    return false;
  }
  return true;
}

bool Core::publish(plan::Publication publication, uint64_t* lsn, std::string* error) {
  if (!may_publish(publication, error) || !may_rank(publication, error)) return false;
  const plan::PlanVersion& version = publication.version();
  const base::TimeMs clock = admission_.clock();
  const plan::LoadedPlan& plan = program().plans[publication.plan];
  if (log_ && !log_->publish({plan.name, version.text, plan.zone}, clock, error)) return false;
  *lsn = admission_.take_lsn();
  adopt(std::move(publication), *lsn);
  return true;
}

bool Core::publish(const PlanText& text, uint64_t* lsn, std::string* error, std::string* warnings) {
  if (const std::optional<uint64_t> known = plan::lsn_of_text(program(), text.text)) {
    *lsn = *known;
    return true;
  }
  assembly_->drain();
  std::optional<plan::Publication> publication = prepare(text, error, warnings);
  if (publication && !publication->version().corrects.empty()) say_goals();
  const bool is_compiled = publication && may_publish(*publication, error) &&
                           number(&*publication, error) && compile(&*publication, error);
  if (!is_compiled) return false;
  if (ranks_first(*publication)) say_goals();
  return publish(std::move(*publication), lsn, error);
}

// Whether nothing that is earned was ranked before: of a COMMIT from now on all rows are done at
// once (shard/goal_command.cc).
bool Core::ranks_first(const plan::Publication& publication) const {
  return plan::ranks_what_is_earned(*publication.program) && !plan::ranks_what_is_earned(program());
}

bool Core::may_rank(const plan::Publication& publication, std::string* error) const {
  if (!ranks_first(publication) || !has_goals_to_say()) return true;
  *error = "version " + std::to_string(publication.version().number) + " of plan " +
           publication.merged.name +
           " ranks what is earned, and goals of a file that came last are not taken over for all "
           "accounts yet; publish it again in a minute, or behind a TICK";
  return false;
}

bool Core::has_goals_to_say() const {
  return std::ranges::any_of(
      shards_, [](const auto& shard) { return shard->state().staged().has_committed(); });
}

// By a whole sweep; where the disk has no room for it they wait, and what wants them done is
// refused.
void Core::say_goals() {
  if (!has_goals_to_say() || !has_room()) return;
  pipeline::Job& job = assembly_->take();
  job.tick = admission_.clock();
  assembly_->submit(job);
  assembly_->drain();
}

// From the log: nothing is asked of its day, and nothing is written.
pipeline::LogReplay::Publish Core::published_in_log() {
  return [this](const event::PlanRecord& record, std::string* error) {
    std::optional<plan::Publication> publication =
        prepare({std::string(record.name), std::string(record.text)}, error);
    if (!publication || !number(&*publication, error) || !compile(&*publication, error)) {
      return false;
    }
    adopt(std::move(*publication), admission_.take_lsn());
    return true;
  };
}

const plan::Program* Core::publish_saved(const pipeline::SavedVersion& version,
                                         std::string* error) {
  std::optional<plan::Publication> publication = prepare({version.plan, version.text}, error);
  if (!publication) return nullptr;
  std::vector<std::string> told;
  for (const plan::NumberedText& text : version.texts) told.push_back(text.text);
  if (told != publication->texts) {
    *error = "the texts that it names first are others than those that are told";
    return nullptr;
  }
  publication->numbered = version.texts;
  if (!compile(&*publication, error)) return nullptr;
  adopt(std::move(*publication), version.lsn);
  return &program();
}

// ---- the stages ---------------------------------------------------------------------------------

bool Core::admitted(const pipeline::Job& job) {
  if (log_replay_ != nullptr) {
    log_replay_->check(job);
    return true;
  }
  return !log_ || log_->commit().append(job);
}

void Core::completed(const pipeline::Job& job) {
  if (!job.batch.log.empty()) {
    clock_.store(job.batch.log.back().at, std::memory_order_relaxed);
  }
  if (book_ != nullptr) book_->take(job.entries, job.lots);
  if (log_replay_ != nullptr) return log_replay_->completed(job);
  if (log_ && tail_.digest().lsn > noted_lsn_) {
    noted_lsn_ = tail_.digest().lsn;
    log_->commit().note(tail_.digest());
  }
  if (hooks_.completed) hooks_.completed(job);
}

base::TimeMs Core::due_at() const {
  static const calendar::Calendar kUtc;
  const base::TimeMs at = clock();
  base::TimeMs due = calendar::period_at(kUtc, calendar::PeriodKind::kDay, at).to;
  for (const plan::Clock& each : program().clocks) {
    calendar::ClosingCursor closing(each.calendar, each.rule, each.grace);
    due = std::min(due, closing.next_deadline(at));
    due = std::min(due, calendar::period_at(each.calendar, each.rule, at).to);
    if (!each.is_of_target) continue;  // of one it is shown how many days are left
    due = std::min(due, calendar::period_at(each.calendar, calendar::PeriodKind::kDay, at).to);
  }
  return due;
}

bool Core::replay_log(wal::LogReader& log, uint64_t last_lsn, pipeline::LogFault* fault) {
  GUERDON_ASSERT(!log_);
  if (!kept_replay_) {
    kept_assembly_ = replay_assembly();
    pipeline::Assembly& assembly = kept_assembly_ != nullptr ? *kept_assembly_ : *assembly_;
    kept_replay_.emplace(program(), assembly, tail_, published_in_log());
    if (kept_from_.lsn != 0) kept_replay_->begin_at(kept_from_);
  }
  log_replay_ = &*kept_replay_;
  const bool is_done = kept_replay_->run(log, last_lsn);
  log_replay_ = nullptr;
  *fault = kept_replay_->fault();
  return is_done;
}

bool Core::load_snapshot(snapshot::SnapshotReader& reader, std::string* error) {
  GUERDON_ASSERT(!log_);
  kept_from_ = position_of(reader.header());
  return pipeline::load(reader, state(), error);
}

bool Core::write_snapshot(std::string* error) {
  GUERDON_ASSERT(log_);
  return log_->write_snapshot(state(), error);
}

const std::vector<uint64_t>& Core::snapshots() const {
  static const std::vector<uint64_t> kNone;
  return log_ ? log_->snapshots() : kNone;
}

std::string Core::notes() const {
  if (!log_) return "";
  std::string notes = log_->notes();
  if (book_ != nullptr && book_->is_given_up()) {
    notes += "no book is kept: " + book_->problem().sentence() + "\n";
  }
  return notes;
}

bool Core::has_room() { return !log_ || log_->commit().has_room(); }

bool Core::wait_until_durable(uint64_t lsn) { return !log_ || log_->commit().wait_for(lsn); }
bool Core::flush() { return !log_ || log_->commit().flush(); }

uint64_t Core::durable_lsn() const { return log_ ? log_->commit().durable_lsn() : UINT64_MAX; }

std::string Core::log_error() const { return log_ ? log_->commit().error() : ""; }

// ---- reading ------------------------------------------------------------------------------------

Summary Core::summary() const {
  Summary s;
  const auto& outcomes = admission_.outcomes();
  for (size_t i = 0; i < outcomes.size(); ++i) {
    s.events += outcomes[i];
    switch (static_cast<event::Outcome>(i)) {
      case event::Outcome::kOk:
        s.accepted = outcomes[i];
        break;
      case event::Outcome::kIgnored:
        s.ignored = outcomes[i];
        break;
      case event::Outcome::kDuplicate:
        s.duplicates = outcomes[i];
        break;
      default:
        s.refused += outcomes[i];
        if (outcomes[i] > 0) {
          s.refused_by_code.emplace(event::outcome_word(static_cast<event::Outcome>(i)),
                                    outcomes[i]);
        }
    }
  }
  // Admission took them; their wallets did not.
  for (size_t i = 0; i < tail_.refused().size(); ++i) {
    const uint64_t count = tail_.refused()[i];
    if (count == 0) continue;
    s.accepted -= count;
    s.refused += count;
    s.refused_by_code[std::string(event::outcome_word(static_cast<event::Outcome>(i)))] += count;
  }
  if (const uint64_t again = tail_.late_again(); again > 0) {
    s.duplicates -= again;
    s.refused += again;
    s.refused_by_code[std::string(event::outcome_word(event::Outcome::kLate))] += again;
  }
  s.entries = tail_.entries();
  for (size_t k = 0; k < tail_.by_kind().size(); ++k) {
    if (tail_.by_kind()[k] > 0) s.entries_by_kind.emplace(program().kinds[k], tail_.by_kind()[k]);
  }
  for (size_t n = 1; n < tail_.by_note().size(); ++n) {
    if (tail_.by_note()[n] == 0) continue;
    s.entries_by_note.emplace(ledger::note_name(static_cast<ledger::Note>(n)), tail_.by_note()[n]);
  }
  s.last_lsn = admission_.last_lsn();
  s.key_bytes = admission_.keys().bytes();
  for (const auto& shard : shards_) {
    const shard::AccountState& state = shard->state();
    s.accounts += state.accounts().size();
    s.kept_frames += state.kept().size();
    s.state_bytes += state.accounts().bytes() + state.kept().bytes() + state.wallets().bytes() +
                     state.staged().bytes() + shard->leaderboard_bytes();
  }
  return s;
}

std::vector<Balance> Core::balances() const {
  std::vector<Balance> balances;
  for (const auto& shard : shards_) {
    const shard::AccountTable& accounts = shard->state().accounts();
    accounts.visit_all([&](const shard::BlockHeader& account) {
      const auto closed = shard->closed_copy(account, admission_.clock());
      const shard::Shard& of = closed == nullptr ? *shard : *closed;
      const shard::BlockHeader& at =
          closed == nullptr ? account
                            : *of.state().accounts().find(account.hash, accounts.name(account));
      for (uint16_t w = 0; w < program().wallets.size(); ++w) {
        const int64_t amount = of.wallets().view(at, w, admission_.clock()).posted;
        if (amount == 0) continue;
        const plan::WalletKind& wallet = program().wallets[w];
        balances.push_back({std::string(accounts.name(account)), wallet.program, wallet.unit,
                            wallet.scale, amount});
      }
    });
  }
  std::sort(balances.begin(), balances.end(), [](const Balance& a, const Balance& b) {
    return std::tie(a.account, a.program, a.unit) < std::tie(b.account, b.program, b.unit);
  });
  return balances;
}

std::vector<shard::Payout> Core::payouts(std::string_view source, std::string_view id,
                                         uint16_t wallet) const {
  const uint64_t target = event::KeyHasher(source).key(id).lo;
  std::vector<shard::Payout> all;
  for (const auto& shard : shards_) {
    for (shard::Payout& one : shard->commands().payouts().of(target, wallet)) {
      all.push_back(std::move(one));
    }
  }
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.account < b.account; });
  return all;
}

int64_t Core::stock_of(uint32_t item) const {
  return shard_of(program().items[item].home).stock(item);
}

std::vector<calendar::Dated<std::string>> Core::known(std::string_view account,
                                                      uint32_t known) const {
  const plan::KnownKind& kind = program().known[known];
  std::vector<calendar::Dated<std::string>> all;
  for (const auto& each : shard_of(base::hash64(account)).known(account, kind.subject)) {
    all.push_back({each.from, each.until, known_in_words(kind, each.value)});
  }
  return all;
}

std::string Core::known_in_words(const plan::KnownKind& kind, int64_t value) const {
  if (kind.field.kind != event::FieldKind::kText) return event::number_in_words(kind.field, value);
  return std::string(admission_.symbols().text(static_cast<plan::Symbol>(value)));
}

Core::Boards Core::leaderboards(uint32_t challenge, int32_t period, const Regard& regard) const {
  const plan::ChallengeKind& kind = program().challenges[challenge];
  Boards boards;
  if (!plan::acts_in(program(), kind, period)) return boards;
  for (const auto& shard : shards_) {
    const auto* const board = shard->leaderboard(kind, period, regard, &boards.made.emplace_back());
    if (board != nullptr) boards.all.push_back(board);
  }
  return boards;
}

std::optional<int64_t> Core::carried(uint32_t challenge, int32_t period) const {
  const plan::ChallengeKind& kind = program().challenges[challenge];
  if (!kind.rolls_over || !plan::acts_in(program(), kind, period)) return std::nullopt;
  const progress::Jackpot* const kept = shards_.front()->jackpots().find(kind.plan, kind.name);
  if (kept == nullptr) return 0;
  progress::Jackpots now;
  now.load(kind.plan, kind.name, *kept);
  const bool is_open =
      admission_.reopened().is_open(static_cast<size_t>(kind.clock), period, admission_.clock());
  if (is_open) now.set_back(kind.plan, kind.name, period);
  const progress::Jackpot* const jackpot = now.find(kind.plan, kind.name);
  if (jackpot == nullptr) return 0;
  const bool only_even = std::ranges::all_of(kind.rows, [](const plan::ChallengeKind::Row& row) {
    return row.even_if_not_succeeded || row.kind == plan::PrizeKind::kEveryone;
  });
  const size_t ranking = only_even ? 1 : 0;
  if (period <= jackpot->won[ranking]) return std::nullopt;
  return jackpot->times(ranking, period) - 1;
}

std::optional<progress::Contender> Core::contender(uint32_t challenge, int32_t period,
                                                   const Regard& regard,
                                                   std::string_view account) const {
  const plan::ChallengeKind& kind = program().challenges[challenge];
  return shard_of(base::hash64(account)).contender(kind, period, regard, account);
}

// Of one deadline what rules pay comes before what is won.
std::vector<Core::IfClosed> Core::if_closed(std::string_view account,
                                            std::string_view of_program) const {
  std::vector<IfClosed> all;
  const base::TimeMs at = admission_.clock();
  const auto is_asked_for = [&](uint32_t plan) {
    return of_program.empty() || program().plans[plan].program == of_program;
  };
  const auto add = [&](uint32_t clause, int number, int32_t period, int64_t amount) {
    const plan::Clock& clock = program().clocks[static_cast<size_t>(number)];
    const calendar::ClosingCursor closing(clock.calendar, clock.rule, clock.grace);
    const plan::Reopening* const again =
        admission_.reopened().newest(static_cast<size_t>(number), period);
    all.push_back({clause, number, period,
                   again == nullptr ? closing.deadline_of(period) : again->until, amount});
  };
  const shard::Shard& own = shard_of(base::hash64(account));
  for (const ledger::Entry& entry : own.if_closed(account, at)) {
    if (!entry.is_of_rule()) continue;
    const plan::Clause& clause = program().clauses[entry.clause];
    if (!is_asked_for(static_cast<uint32_t>(clause.plan))) continue;
    const plan::SubjectKind& subject = program().subjects[clause.subject];
    add(entry.clause, subject.clock, entry.period, entry.amount);
  }
  progress::Jackpots jackpots = shards_.front()->jackpots();
  for (const plan::ChallengeKind& challenge : program().challenges) {
    if (!is_asked_for(challenge.plan)) continue;
    const plan::Clock& clock = program().clocks[static_cast<size_t>(challenge.clock)];
    calendar::ClosingCursor closing(clock.calendar, clock.rule, clock.grace);
    const int32_t newest = calendar::period_at(clock.calendar, clock.rule, at).index;
    const int32_t closed = closing.closed_at(at);
    const bool is_open =
        admission_.reopened().is_open(static_cast<size_t>(challenge.clock), closed, at);
    for (int32_t period = is_open ? closed : closed + 1; period <= newest; ++period) {
      if (closing.deadline_of(period) >= base::kTimeEnd) break;  // it is never closed
      if (!plan::acts_in(program(), challenge, period)) continue;
      for (const shard::Shard::Prize& prize :
           shard::Shard::prizes_if_closed(shards_, challenge, period, account, jackpots)) {
        add(prize.clause, challenge.clock, period, prize.amount);
      }
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const IfClosed& a, const IfClosed& b) { return a.deadline < b.deadline; });
  return all;
}

std::vector<Seal> Core::seals() const {
  std::vector<Seal> all;
  for (const shard::SealDates::Date& date : admission_.seals().dates(admission_.clock())) {
    const plan::Clock& clock = program().clocks[date.clock];
    const plan::LoadedPlan& plan = program().plans[static_cast<size_t>(clock.plan)];
    const calendar::Period period =
        calendar::period_of_index(clock.calendar, clock.rule, date.period);
    shard::SealSum sum;
    if (!date.is_void) {
      sum.hash = shard::sealed_period(program(), date.clock, date.period);
      sum.add(shard::Shard::sealed(shards_, date.clock, date.period));
    }
    all.push_back({plan.program, plan.name, calendar::period_kind_name(clock.rule),
                   calendar::period_label(clock.calendar, clock.rule, date.period),
                   std::max(period.from, base::kTimeMin), period.to, date.lsn, sum.accounts,
                   sum.entries, public_hash(sum.hash), date.is_void});
  }
  return all;
}

// Of each clock what holds: the last period that was opened again, and up to when.
base::Hash128 Core::reopened_hash() const {
  base::Hash128 sum;
  base::HashBuilder content;
  for (size_t c = 0; c < program().clocks.size(); ++c) {
    const plan::Reopening* const last = admission_.reopened().newest(c);
    if (last == nullptr) continue;
    const plan::Clock& clock = program().clocks[c];
    content.text("reopened").text(program().plans[static_cast<size_t>(clock.plan)].name);
    content.text(calendar::period_kind_name(clock.rule)).i64(last->period).i64(last->until);
    content.u64(admission_.reopened().count(c));
    sum += content.finish();
  }
  return sum;
}

// Logical content of all shards, reference data (the plans), and the system accounts as totals.
Hash Core::state_hash() const {
  base::Hash128 sum;
  for (const auto& shard : shards_) {
    sum += shard->content_hash(admission_.symbols(), admission_.clock());
  }
  sum += admission_.objects().content_hash({program().facts, admission_.symbols()});
  base::HashBuilder content;
  for (const plan::LoadedPlan& plan : program().plans) {
    sum += content.text("plan").text(plan.name).text(plan.text).text(plan.rules).finish();
    for (size_t v = 1; v < plan.versions.size(); ++v) {
      sum += content.text("version").text(plan.name).text(plan.versions[v].text).finish();
    }
  }
  for (const auto& [key, jackpot] : shards_.front()->jackpots().all()) {
    content.text("jackpot").text(program().plans[key.first].name).text(key.second);
    for (const int32_t period : jackpot.won) content.i64(period);
    sum += content.finish();
  }
  sum += reopened_hash();
  sum += budgets_.content_hash();
  sum += admission_.rates().content_hash();
  sum += admission_.file_rows().content_hash();
  sum += admission_.trees().content_hash();
  std::vector<shard::SystemTotals> totals(program().wallets.size());
  for (const auto& shard : shards_) {
    const std::vector<shard::SystemTotals> part = shard->settled_totals(admission_.clock());
    for (size_t w = 0; w < totals.size(); ++w) {
      for (size_t a = 0; a < totals[w].size(); ++a) totals[w][a] += part[w][a];
    }
  }
  for (size_t w = 0; w < totals.size(); ++w) {
    for (size_t a = 0; a < ledger::kSystemAccounts; ++a) {
      const auto account = static_cast<ledger::SystemAccount>(a);
      const base::Int128 total = totals[w][a];
      if (total == 0) continue;
      content.text("system").text(program().wallets[w].program).text(program().wallets[w].unit);
      content.text(ledger::system_account_name(account)).text(base::to_string(total));
      sum += content.finish();
    }
  }
  return public_hash(sum);
}

Hash Core::entries_hash() const { return public_hash(tail_.entries_hash()); }

shard::Audit Core::audit() const {
  shard::Audit found = runtime::audit(program(), shards_, admission_.clock());
  if (found.difference.empty()) found.difference = budgets_.difference();
  return found;
}

}  // namespace guerdon::runtime
