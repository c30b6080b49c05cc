#include "engine/accounts/account_codec.h"

#include <algorithm>
#include <tuple>

#include "engine/accounts/wallet_codec.h"
#include "engine/accounts/wallets.h"
#include "engine/base/hash.h"
#include "engine/calendar/closing.h"
#include "engine/event/schema.h"
#include "engine/event/text_rules.h"
#include "engine/money/limits.h"

namespace guerdon::shard {
namespace {

constexpr uint64_t kFramesMax = uint64_t{1} << 40;  // more than memory holds

// The newest first: it is the one that stands in the block.
bool is_before(const plan::FrameKey& a, const plan::FrameKey& b) {
  return std::tie(a.subject, b.period, a.keys) < std::tie(b.subject, a.period, b.keys);
}

// What every block has, whether it was written or not.
bool is_always_there(const plan::SubjectKind& subject) {
  return subject.is_inline() && subject.clock == plan::kNoClock;
}

bool is_zero(const int64_t* cells, uint32_t count) {
  return std::all_of(cells, cells + count, [](int64_t cell) { return cell == 0; });
}

}  // namespace

// ---- Writing

AccountWriter::AccountWriter(const plan::Program& program, plan::TimeMs at,
                             snapshot::SnapshotWriter& out)
    : program_(program), at_(at), since_(program), out_(out) {}

void AccountWriter::put(const AccountState& state, const BlockHeader& account) {
  out_.put_text(state.accounts().name(account));
  put_wallets(cells_of(&account));
  put_states(state.wallets(), account);
  frames_.clear();
  since_.move_to(at_, state.settled_to(account, at_));
  state.visit_frames(account, since_, [&](const plan::FrameKey& key, const int64_t* cells) {
    const plan::SubjectKind& subject = program_.subjects[key.subject];
    if (is_always_there(subject) && is_zero(cells, subject.cells)) return;
    frames_.push_back({key, cells});
  });
  std::sort(frames_.begin(), frames_.end(),
            [](const Frame& a, const Frame& b) { return is_before(a.key, b.key); });
  out_.put_unsigned(frames_.size());
  for (const Frame& frame : frames_) put_frame(frame);
}

void AccountWriter::put_wallets(const int64_t* balances) {
  const size_t count = program_.wallets.size();
  out_.put_unsigned(count - static_cast<size_t>(std::count(balances, balances + count, 0)));
  for (size_t w = 0; w < count; ++w) {
    if (balances[w] == 0) continue;
    out_.put_unsigned(w);
    out_.put_signed(balances[w]);
  }
}

void AccountWriter::put_states(const WalletStates& states, const BlockHeader& account) {
  uint64_t count = 0;
  states.visit(account, [&](uint16_t, const ledger::WalletState&) { ++count; });
  out_.put_unsigned(count);
  states.visit(account, [&](uint16_t wallet, const ledger::WalletState& state) {
    out_.put_unsigned(wallet);
    put_wallet_state(state, out_);
  });
}

void AccountWriter::put_frame(const Frame& frame) {
  const plan::SubjectKind& subject = program_.subjects[frame.key.subject];
  out_.put_unsigned(frame.key.subject);
  out_.put_signed(frame.key.period);
  for (size_t i = 0; i < subject.keys.size(); ++i) out_.put_signed(frame.key.keys[i]);
  for (uint32_t c = 0; c < subject.cells; ++c) out_.put_signed(frame.cells[c]);
}

// ---- Reading

AccountReader::AccountReader(const plan::Program& program, const plan::Symbols& symbols,
                             plan::TimeMs at, snapshot::SectionReader& in)
    : program_(program),
      symbols_(symbols),
      at_(at),
      since_(program),
      in_(in),
      is_posted_(program.subjects.size()),
      balances_(program.wallets.size()) {
  since_.move_to(at);
  for (size_t s = 0; s < is_posted_.size(); ++s) is_posted_[s].resize(program.subjects[s].cells);
  for (const plan::Clause& clause : program.clauses) {
    if (clause.subject == plan::kNowhere) continue;
    is_posted_[clause.subject][clause.posted] = true;
    if (clause.taken != plan::kNowhere) is_posted_[clause.subject][clause.taken] = true;
  }
}

bool AccountReader::next() {
  std::string_view name;
  if (!in_.take_text(event::kTextBytesMax, &name)) return false;
  if (name.empty() || event::check_text(name, event::kTextBytesMax) != event::TextFault::kNone) {
    return in_.fail("an account's name is none: " + event::printable(name, event::kTextBytesMax));
  }
  const uint64_t hash = base::hash64(name);
  if (!name_.empty() &&
      std::tie(hash, name) <= std::tuple<uint64_t, std::string_view>(hash_, name_)) {
    return in_.fail("account " + std::string(name) + " stands behind " + name_ +
                    ", which comes after it");
  }
  name_ = name;
  hash_ = hash;
  return true;
}

BlockHeader* AccountReader::take(AccountState& state) {
  BlockHeader* account = state.accounts().find(hash_, name_);  // where goals of it wait
  if (account == nullptr) account = state.accounts().add(hash_, name_);
  uint64_t frames = 0;
  if (!take_wallets(cells_of(account)) || !take_states(state.wallets(), *account) ||
      !are_balances_sound(state.wallets(), *account) || !in_.take_unsigned(kFramesMax, &frames)) {
    return nullptr;
  }
  is_first_frame_ = true;
  unsure_.clear();
  for (uint64_t f = 0; f < frames; ++f) {
    if (!take_frame(state, *account)) return nullptr;
  }
  return are_closes_sound(state, *account) && are_frames_kept(state, *account) ? account : nullptr;
}

// No period is closed before its time, nor was one before all time. One that is open again was
// closed: mark_at() says nothing of that.
bool AccountReader::are_closes_sound(AccountState& state, BlockHeader& account) {
  for (const plan::ClosingKind& closing : program_.closings) {
    const int64_t* const cells = state.find(account, {closing.subject, 0, {}});
    const int64_t mark = cells == nullptr ? 0 : cells[closing.cell];
    const int32_t through = plan::through_of(mark);
    const auto through_at = [&](plan::TimeMs at) {
      return plan::through_of(state.closes().mark_at(closing, at));
    };
    const auto was_closed = [&] {
      const plan::Clock& clock = program_.clocks[static_cast<size_t>(closing.clock)];
      return through <=
             calendar::ClosingCursor(clock.calendar, clock.rule, clock.grace).closed_at(at_);
    };
    const bool is_some = mark % 2 != 0 && through >= through_at(base::kTimeMin) &&
                         (through <= through_at(at_) || was_closed());
    if (mark == 0 || is_some) continue;
    return in_.fail("account " + name_ + ": no period is closed up to there");
  }
  return true;
}

// Of periods that are gone at the clock those are kept that are not closed for the account, or that
// were kept when a goal was said that is not done for it.
bool AccountReader::are_frames_kept(const AccountState& state, const BlockHeader& account) {
  if (unsure_.empty()) return true;
  since_.move_to(at_, state.settled_to(account, at_));
  const bool is_gone = std::any_of(unsure_.begin(), unsure_.end(), [&](const auto& key) {
    return since_.is_gone(program_.subjects[key.subject], key.period);
  });
  since_.move_to(at_);
  return !is_gone || in_.fail("account " + name_ + ": a period is not kept at this time");
}

bool AccountReader::take_wallets(int64_t* balances) {
  uint64_t count = 0;
  if (!in_.take_unsigned(program_.wallets.size(), &count)) return false;
  uint64_t least = 0;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t wallet = 0;
    int64_t balance = 0;
    if (!in_.take_unsigned(UINT64_MAX, &wallet)) return false;
    if (!in_.take_signed(money::kBalanceMax, &balance)) return false;
    if (wallet < least || wallet >= program_.wallets.size() || balance == 0) {
      return in_.fail("account " + name_ + ": a balance is none");
    }
    balances[wallet] = balance;
    balances_[wallet] += balance;
    least = wallet + 1;
  }
  return true;
}

bool AccountReader::take_states(WalletStates& states, BlockHeader& account) {
  uint64_t count = 0;
  if (!in_.take_unsigned(program_.wallets.size(), &count)) return false;
  uint64_t least = 0;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t wallet = 0;
    if (!in_.take_unsigned(UINT64_MAX, &wallet)) return false;
    if (wallet < least || wallet >= program_.wallets.size()) {
      return in_.fail("account " + name_ + ": a wallet is none");
    }
    const ledger::SpendOrder order = spend_order_of(program_.wallets[wallet].rules);
    ledger::WalletState& state = states.obtain(account, static_cast<uint16_t>(wallet), order);
    if (!take_wallet_state(order, cells_of(&account)[wallet], in_, &state)) return false;
    least = wallet + 1;
  }
  return true;
}

// Only what its state says may a wallet be below zero.
bool AccountReader::are_balances_sound(const WalletStates& states, const BlockHeader& account) {
  for (uint16_t w = 0; w < program_.wallets.size(); ++w) {
    if (cells_of(&account)[w] >= 0 || states.find(account, w) != nullptr) continue;
    return in_.fail("account " + name_ + ": a balance is none");
  }
  return true;
}

bool AccountReader::take_frame(AccountState& state, BlockHeader& account) {
  plan::FrameKey key;
  if (!take_key(&key)) return false;
  if (!is_first_frame_ && !is_before(last_, key)) {
    return in_.fail("account " + name_ + ": what was counted is not in its order");
  }
  const plan::SubjectKind& subject = program_.subjects[key.subject];
  const bool follows = !is_first_frame_ && last_.subject == key.subject;
  stretches_ = follows ? stretches_ + 1 : 1;
  if (subject.holds_known && key.keys[0] < (follows ? known_until_ : base::kTimeMin)) {
    return in_.fail("account " + name_ + ": two things are known at one time");
  }
  if (subject.holds_known && stretches_ > plan::kKnownMax) {
    return in_.fail("account " + name_ + ": more is known than may be");
  }
  is_first_frame_ = false;
  last_ = key;
  if (subject.holds_known) return take_known(state, account, key);
  int64_t* const cells = state.restore(account, key);
  for (uint32_t c = 0; c < subject.cells; ++c) {
    // One more where a cell may say that it has none: plan::kNoneCaptured.
    const int64_t most = money::kMeasureMax + (subject.is_object ? 1 : 0);
    if (!in_.take_signed(most, &cells[c])) return false;
    if (cells[c] > money::kMeasureMax) {
      return in_.fail("account " + name_ + ": a cell is more than it can hold");
    }
    if (cells[c] < 0 && is_posted_[key.subject][c]) {
      return in_.fail("account " + name_ + ": what was posted is less than nothing");
    }
  }
  if (!subject.is_object || !since_.is_gone(subject, key.period, cells)) return true;
  return in_.fail("account " + name_ + ": an object is over at this time");
}

bool AccountReader::take_known(AccountState& state, BlockHeader& account,
                               const plan::FrameKey& key) {
  int64_t* const cells = state.restore(account, key);
  if (!in_.take_signed(money::kMeasureMax, &cells[plan::kKnownValue])) return false;
  if (!in_.take_signed(base::kTimeEnd, &cells[plan::kKnownUntil])) return false;
  const int64_t value = cells[plan::kKnownValue];
  if (stretches_ > 1 && key.keys[0] == known_until_ && value == known_value_) {
    return in_.fail("account " + name_ + ": what is known is one, and stands there as two");
  }
  known_value_ = value;
  known_until_ = cells[plan::kKnownUntil];
  if (known_until_ <= key.keys[0]) {
    return in_.fail("account " + name_ + ": what is known has no time");
  }
  if (!program_.subjects[key.subject].known_is_text || symbols_.is_interned(value)) return true;
  return in_.fail("account " + name_ + ": what is known is no text value");
}

bool AccountReader::take_key(plan::FrameKey* key) {
  uint64_t number = 0;
  int64_t period = 0;
  if (program_.subjects.empty()) return in_.fail("account " + name_ + ": nothing is counted");
  if (!in_.take_unsigned(program_.subjects.size() - 1, &number)) return false;
  if (!in_.take_signed(INT32_MAX, &period)) return false;
  key->subject = static_cast<uint32_t>(number);
  key->period = static_cast<int32_t>(period);
  const plan::SubjectKind& subject = program_.subjects[number];
  if (since_.is_gone(subject, key->period)) unsure_.push_back(*key);
  const bool is_kept = subject.clock != plan::kNoClock || period == 0;
  if (!is_kept) return in_.fail("account " + name_ + ": a period is not kept at this time");
  for (size_t i = 0; i < subject.keys.size(); ++i) {
    if (!in_.take_signed(&key->keys[i])) return false;
    if (subject.key_is_text[i] && !symbols_.is_interned(key->keys[i])) {
      return in_.fail("account " + name_ + ": a key is no text value");
    }
  }
  return true;
}

}  // namespace guerdon::shard
