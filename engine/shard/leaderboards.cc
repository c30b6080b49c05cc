#include "engine/shard/leaderboards.h"

namespace guerdon::shard {

Leaderboards::Leaderboards(const plan::Program& program, const AccountState& state)
    : program_(&program), state_(state), always_(program) {
  learn(program);
}

void Leaderboards::learn(const plan::Program& program) {
  known_.clear();
  for (const plan::SubjectKind& subject : program.subjects) known_.push_back(subject.scores.size());
  none_.assign(known_.size(), 0);
}

void Leaderboards::adopt(const plan::Program& program) {
  program_ = &program;
  always_ = KeptSince(program);
  Known from = known_;
  learn(program);
  from.resize(known_.size());
  if (from == known_) return;
  state_.accounts().visit_all([&](const BlockHeader& account) { enter(account, from); });
}

progress::Scored Leaderboards::scored(const plan::ScoreCells& score, const BlockHeader& account,
                                      const int64_t* cells) const {
  progress::Scored one{.score = cells[score.cell], .who = &account};
  if (!score.has_times()) return one;
  one.held_from = cells[score.held_from];
  one.lsn = static_cast<uint64_t>(cells[score.lsn]);
  return one;
}

void Leaderboards::move(const BoardKey& key, const progress::Scored& from,
                        const progress::Scored& to, const KeptSince& since) {
  const bool was_ranked = progress::has_rank(from.score);
  const bool is_ranked = progress::has_rank(to.score);
  if (!was_ranked && !is_ranked) return;
  auto at = boards_.find(key);
  if (at == boards_.end()) {
    forget(since);
    at = add(key);
  }
  if (was_ranked) at->second.remove(from);
  if (is_ranked) at->second.add(to);
}

const progress::Leaderboard* Leaderboards::find(const BoardKey& key) const {
  const auto at = boards_.find(key);
  return at == boards_.end() ? nullptr : &at->second;
}

std::string_view Leaderboards::name(const void* account) const {
  return state_.accounts().name(*static_cast<const BlockHeader*>(account));
}

uint64_t Leaderboards::bytes() const {
  uint64_t bytes = 0;
  for (const auto& [key, board] : boards_) bytes += board.bytes();
  return bytes;
}

Leaderboards::Boards::iterator Leaderboards::add(const BoardKey& key) {
  const bool has_times = program_->subjects[key.subject].scores[key.score].has_times();
  const auto ties = has_times ? progress::TiePolicy::kEarliest : progress::TiePolicy::kHolderId;
  return boards_.try_emplace(key, *this, ties).first;
}

// Nobody asks for them, as no frames are kept.
void Leaderboards::forget(const KeptSince& since) {
  std::erase_if(boards_, [&](const auto& each) {
    return since.is_gone(program_->subjects[each.first.subject], each.first.period);
  });
}

void Leaderboards::enter(const BlockHeader& account, const Known& from) {
  if (from == known_) return;
  state_.visit_frames(account, always_, [&](const plan::FrameKey& key, const int64_t* cells) {
    const std::vector<plan::ScoreCells>& scores = program_->subjects[key.subject].scores;
    for (auto s = static_cast<uint32_t>(from[key.subject]); s < scores.size(); ++s) {
      const progress::Scored one = scored(scores[s], account, cells);
      if (progress::has_rank(one.score)) add({key.subject, s, key.period})->second.add(one);
    }
  });
}

}  // namespace guerdon::shard
