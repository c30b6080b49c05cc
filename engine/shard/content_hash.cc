// The hash of a shard's logical content: what an auditor would list, in no order at all.
//
// One hash an item (a wallet's balance, a lot, a cell of a frame), summed modulo 2^128, so neither
// the order of accounts nor their spread over shards shows. Items of value 0 are left out, so what
// was never made and what fell back to 0 are one state. Names stand for themselves: no slot number,
// no symbol number, no LSN.
#include <memory>
#include <string>

#include "engine/ledger/wallet_content.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {

namespace {

enum class Tag : uint32_t { kWallet = 1, kCell, kState, kStaged };

void add_key(base::HashBuilder& content, const plan::SubjectKind& subject,
             const plan::FrameKey& key, const plan::Symbols& symbols) {
  for (size_t i = 0; i < subject.keys.size(); ++i) {
    content.text(subject.keys[i]);
    if (subject.key_is_text[i]) {
      content.text(symbols.text(static_cast<plan::Symbol>(key.keys[i])));
    } else {
      content.i64(key.keys[i]);
    }
  }
}

}  // namespace

base::Hash128 Shard::account_hash(const BlockHeader& account, const plan::Symbols& symbols,
                                  plan::TimeMs at, KeptSince& since) const {
  base::Hash128 sum;
  base::HashBuilder content;
  const std::string_view name = state_.accounts().name(account);
  since.move_to(at);
  const auto add_balance = [&](uint16_t w, int64_t balance) {
    if (balance == 0) return;
    const plan::WalletKind& wallet = program_->wallets[w];
    content.u32(static_cast<uint32_t>(Tag::kWallet)).text(name);
    sum += content.text(wallet.program).text(wallet.unit).i64(balance).finish();
  };
  for (uint16_t w = 0; w < program_->wallets.size(); ++w) {
    if (state_.wallets().find(account, w) == nullptr) {
      add_balance(w, cells_of(&account)[w]);
      continue;
    }
    const Wallets::Settled settled = wallets_.settled(account, w, at);
    add_balance(w, settled.posted);
    const plan::WalletKind& wallet = program_->wallets[w];
    content.u32(static_cast<uint32_t>(Tag::kState)).text(name);
    const base::Hash128 key = content.text(wallet.program).text(wallet.unit).finish();
    sum += ledger::hash_wallet(settled.state, key);
  }
  state_.visit_frames(account, since, [&](const plan::FrameKey& key, const int64_t* cells) {
    const plan::SubjectKind& subject = program_->subjects[key.subject];
    for (uint32_t c = 0; c < subject.cells; ++c) {
      if (cells[c] == 0 || subject.is_hidden(c)) continue;
      content.u32(static_cast<uint32_t>(Tag::kCell)).text(name);
      // What is known has one name outside, whichever plan declares it first.
      const std::string_view plan = subject.holds_known
                                        ? std::string_view()
                                        : program_->plans[static_cast<size_t>(subject.plan)].name;
      content.text(plan).text(subject.owner);
      add_key(content, subject, key, symbols);
      content.i64(key.period).text(subject.labels[c]);
      if (subject.known_is_text && c == plan::kKnownValue) {
        sum += content.text(symbols.text(static_cast<plan::Symbol>(cells[c]))).finish();
        continue;
      }
      sum += content.i64(cells[c]).finish();
    }
  });
  return sum;
}

// Rows of the file that is staged; those of one that is committed are done where this is asked for.
base::Hash128 Shard::staged_hash(const plan::Symbols& symbols) const {
  base::Hash128 sum;
  base::HashBuilder content;
  if (state_.staged().is_empty()) return sum;
  state_.accounts().visit_all([&](const BlockHeader& account) {
    state_.staged().visit(account, [&](const StagedGoals::File& file, const StagedGoal& row) {
      if (file.is_committed()) return;
      const event::GoalName& goal = program_->schema.goals()[row.goal];
      content.u32(static_cast<uint32_t>(Tag::kStaged)).text(state_.accounts().name(account));
      content.text(file.name).text(goal.program).text(goal.target);
      add_key(content, program_->subjects[row.key.subject], row.key, symbols);
      sum += content.i64(row.key.period).i64(row.said).finish();
    });
  });
  return sum;
}

base::Hash128 Shard::content_hash(const plan::Symbols& symbols, plan::TimeMs at) const {
  KeptSince since(*program_);
  base::Hash128 sum;
  state_.accounts().visit_all([&](const BlockHeader& account) {
    if (!due_.has_closes(account, at)) sum += account_hash(account, symbols, at, since);
  });
  if (const std::unique_ptr<Shard> closed = closed_copies(at)) {
    closed->state_.accounts().visit_all([&](const BlockHeader& account) {
      sum += closed->account_hash(account, symbols, at, since);
    });
  }
  sum += commands_.redemptions().content_hash(number_, shards_);
  sum += staged_hash(symbols);
  return sum;
}

std::vector<SystemTotals> Shard::settled_totals(plan::TimeMs at) const {
  std::vector<SystemTotals> totals;
  for (uint16_t w = 0; w < program_->wallets.size(); ++w) totals.push_back(wallets_.totals(w));
  state_.accounts().visit_all([&](const BlockHeader& account) {
    if (due_.has_closes(account, at)) {
      // What it had is what was issued for its copy.
      for (uint16_t w = 0; w < program_->wallets.size(); ++w) {
        totals[w][static_cast<size_t>(ledger::SystemAccount::kIssuance)] += cells_of(&account)[w];
      }
      return;
    }
    if (!wallets_.is_due(account, at)) return;
    state_.wallets().visit(account, [&](uint16_t w, const ledger::WalletState&) {
      for (const ledger::Leg& leg : wallets_.settled(account, w, at).legs) {
        Wallets::count(leg, totals[w]);
      }
    });
  });
  if (const std::unique_ptr<Shard> closed = closed_copies(at)) {
    for (uint16_t w = 0; w < program_->wallets.size(); ++w) {
      for (size_t a = 0; a < totals[w].size(); ++a) totals[w][a] += closed->wallets_.totals(w)[a];
    }
  }
  return totals;
}

}  // namespace guerdon::shard
