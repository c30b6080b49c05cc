#include "engine/shard/leaderboards.h"

#include <algorithm>
#include <initializer_list>

namespace guerdon::shard {
namespace {

// Null: an empty one.
bool is_same(const progress::Leaderboard* a, const progress::Leaderboard* b) {
  if (a == nullptr || b == nullptr)
    return (a == nullptr || a->size() == 0) && (b == nullptr || b->size() == 0);
  auto at = a->at(0);
  auto other = b->at(0);
  for (; at.get() != nullptr && other.get() != nullptr; at.next(), other.next()) {
    if (*at.get() != *other.get()) return false;
  }
  return at.get() == other.get();
}

}  // namespace

Leaderboards::Leaderboards(const plan::Program& program, const AccountState& state)
    : state_(state), always_(program) {
  adopt(program);
}

// A challenge that a version brings has a score of its own, of which no frame is there yet.
void Leaderboards::adopt(const plan::Program& program) {
  program_ = &program;
  always_ = KeptSince(program);
  any_ = std::any_of(program.subjects.begin(), program.subjects.end(),
                     [](const plan::SubjectKind& subject) { return !subject.scores.empty(); });
}

progress::Scored Leaderboards::scored(const plan::ScoreCells& score, const BlockHeader& account,
                                      const int64_t* cells) const {
  progress::Scored one{.score = score.value(cells), .who = &account};
  one.has_succeeded = score.has_succeeded(cells);
  if (score.has_more()) one.more = cells[score.more];
  if (!score.has_times()) return one;
  one.held_from = cells[score.held_from];
  one.lsn = static_cast<uint64_t>(cells[score.lsn]);
  return one;
}

void Leaderboards::move(const BoardKey& key, const progress::Scored& from,
                        const progress::Scored& to, const KeptSince& since) {
  const auto on = [](const progress::Scored& one, bool is_on) {
    return is_on && progress::has_rank(one.score) ? &one : nullptr;
  };
  move(key, on(from, true), on(to, true), since);
  if (program_->subjects[key.subject].scores[key.score].goals.empty()) return;
  BoardKey succeeded = key;
  succeeded.of_succeeded = true;
  move(succeeded, on(from, from.has_succeeded), on(to, to.has_succeeded), since);
}

// Null: it is not on the board.
void Leaderboards::move(const BoardKey& key, const progress::Scored* from,
                        const progress::Scored* to, const KeptSince& since) {
  if (from == nullptr && to == nullptr) return;
  auto at = boards_.find(key);
  if (at == boards_.end()) {
    forget(since);
    at = add(key);
  }
  if (from != nullptr) at->second.remove(*from);
  if (to != nullptr) at->second.add(*to);
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
  const plan::ScoreCells& score = program_->subjects[key.subject].scores[key.score];
  const auto ties = score.has_times()  ? progress::TiePolicy::kEarliest
                    : score.has_more() ? progress::TiePolicy::kMoreOf
                                       : progress::TiePolicy::kHolderId;
  return boards_.try_emplace(key, *this, ties).first;
}

void Leaderboards::forget(const KeptSince& since) {
  std::erase_if(boards_, [&](const auto& each) {
    return since.is_gone(program_->subjects[each.first.subject], each.first.period);
  });
}

void Leaderboards::enter(const BlockHeader& account) {
  if (!any_) return;
  state_.visit_frames(account, always_, [&](const plan::FrameKey& key, const int64_t* cells) {
    const std::vector<plan::ScoreCells>& scores = program_->subjects[key.subject].scores;
    for (uint32_t s = 0; s < scores.size(); ++s) {
      move({key.subject, s, key.period}, {}, scored(scores[s], account, cells), always_);
    }
  });
}

std::string Leaderboards::difference(plan::TimeMs clock) const {
  if (!any_) return "";
  Leaderboards made(*program_, state_);
  state_.accounts().visit_all([&](const BlockHeader& account) { made.enter(account); });
  KeptSince since(*program_);
  since.move_to(clock);
  for (const Leaderboards* const side : std::initializer_list<const Leaderboards*>{this, &made}) {
    for (const auto& [key, board] : side->boards_) {
      const plan::SubjectKind& subject = program_->subjects[key.subject];
      if (since.is_gone(subject, key.period) || is_same(find(key), made.find(key))) continue;
      return "the leaderboard of " + subject.labels[subject.scores[key.score].cell] +
             " in period " + std::to_string(key.period) + " is not that of the scores";
    }
  }
  return "";
}

}  // namespace guerdon::shard
