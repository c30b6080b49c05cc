// Ladders, whose levels rules may read.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"

namespace guerdon::generate {
namespace {

// Ascending, each once, where events meet them exactly.
std::vector<int64_t> random_bounds(Rng& rng, const Measure& measure) {
  std::vector<int64_t> bounds;
  for (int i = rng.small(1, 4); i > 0; --i) {
    const bool is_count = measure.kind == Kind::kCount;
    bounds.push_back(std::max<int64_t>(1, rng.pick(is_count ? common_counts() : common_amounts())));
  }
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  return bounds;
}

std::string bound_literal(Rng& rng, const Draft& draft, const Measure& measure, int64_t bound) {
  if (measure.kind == Kind::kCount) return count_literal(rng, bound);
  const Unit& unit = draft.units[static_cast<size_t>(measure.unit)];
  return amount_literal(rng, unit, bound, rng.chance(50));
}

void draft_levels(Rng& rng, Draft& draft, const Measure& measure, Ladder& ladder) {
  static const std::vector<std::string> kNames = {"bronze", "silver", "gold", "platinum", "onyx"};
  const std::vector<int64_t> bounds = random_bounds(rng, measure);
  ladder.levels.assign(kNames.begin(),
                       kNames.begin() + static_cast<std::ptrdiff_t>(bounds.size()) + 1);
  draft.line(1, "level bronze" + std::string(rng.chance(30) ? " from 0" : ""));
  for (size_t i = 0; i < bounds.size(); ++i) {
    draft.line(1, "level " + ladder.levels[i + 1] + " from " +
                      bound_literal(rng, draft, measure, bounds[i]));
  }
}

void draft_rewards(Rng& rng, Draft& draft, const Measure& measure, const Ladder& ladder) {
  const std::string& payee = draft.attributes[static_cast<size_t>(measure.owner)].name;
  for (const std::string& level : ladder.levels) {
    if (!rng.chance(40)) continue;
    const Unit& unit = draft.units[static_cast<size_t>(rng.below(draft.units.size()))];
    draft.line(
        1, "at " + level + " : credit " + payee + " " +
               amount_literal(rng, unit, std::max<int64_t>(1, rng.pick(common_amounts())), true) +
               (rng.chance(30) ? " as bonus" : ""));
  }
}

// When a level falls, and how far. What a refund lowers at once waits for no grace.
void draft_review(Rng& rng, Draft& draft, const Measure& measure, Ladder& ladder) {
  static const std::vector<std::string> kReviewed = {"day", "week", "month", "quarter", "year"};
  static const std::vector<std::string> kFalls = {"to measure", "one down", "never down"};
  const bool has_period =
      std::find(kReviewed.begin(), kReviewed.end(), measure.period) != kReviewed.end();
  const bool has_grace = draft.text.find("\n  grace ") != std::string::npos;
  ladder.keeps_last = (has_period || measure.period.empty()) && rng.chance(60);
  if (!ladder.keeps_last) return draft.line(1, "review at once");
  const bool at_once = has_period && rng.chance(40);
  const std::string& falls = at_once && has_grace ? kFalls[0] : rng.pick(kFalls);
  draft.line(1,
             "review each " + (has_period ? measure.period : rng.pick(kReviewed)) + ", " + falls);
  if (at_once) {
    draft.line(1, "refund lowers at once");
  } else if (rng.chance(50)) {
    draft.line(1, "refund lowers at review");
  }
}

// Drawn apart. Of a level that a review may change nothing is told.
void draft_notices(const Rng& rng, Draft& draft, const Measure& measure, const Ladder& ladder) {
  Rng own = Rng(rng).split();
  if (ladder.keeps_last || !own.chance(50)) return;
  const std::string& owner = draft.attributes[static_cast<size_t>(measure.owner)].name;
  for (const std::string& level : ladder.levels) {
    if (own.chance(60)) draft.line(1, "at " + level + " : notify " + owner + " \"" + level + "\"");
  }
}

// Over a measure that there is, or one of its own.
void draft_ladder(Rng& rng, Draft& draft, int number) {
  Ladder ladder;
  ladder.name = "ladder" + std::to_string(number);
  Measure measure;
  std::string subject;
  std::string line;
  if (!draft.measures.empty() && rng.chance(60)) {
    ladder.measure = static_cast<int>(rng.below(draft.measures.size()));
    measure = draft.measures[static_cast<size_t>(ladder.measure)];
    if (measure.name.find('.') != std::string::npos || measure.is_picked) return;
    subject = " per " + draft.attributes[static_cast<size_t>(measure.owner)].name;
    for (const int key : measure.keys) {
      subject += " per " + draft.attributes[static_cast<size_t>(key)].name;
    }
    if (!measure.period.empty() && rng.chance(50)) subject += " per " + measure.period;
    line = "measure " + measure.name;
  } else {
    subject = draft_subject(rng, draft, measure);
    const std::optional<std::string> aggregate = draft_aggregate(rng, draft, measure);
    if (!aggregate) return;
    ladder.measure = static_cast<int>(draft.measures.size());
    measure.name = ladder.name + ".measure";
    draft.measures.push_back(measure);
    line = "measure" + aggregate->substr(aggregate->find('=') + 1);
  }
  draft.line(0, "");
  draft.line(0, "ladder " + ladder.name + subject);
  draft.line(1, line);
  draft_levels(rng, draft, measure, ladder);
  draft_review(rng, draft, measure, ladder);
  draft_rewards(rng, draft, measure, ladder);
  draft_notices(rng, draft, measure, ladder);
  draft.ladders.push_back(std::move(ladder));
}

}  // namespace

// What else is drawn is the same without ladders: it goes on from where it was.
void draft_ladders(const Rng& rng, Draft& draft) {
  Rng own = Rng(rng).split();
  if (!own.chance(draft.shape.ladders_percent)) return;
  for (int i = own.small(1, 2); i > 0; --i) draft_ladder(own, draft, i);
}

}  // namespace guerdon::generate
