// Lines of events, and what a plan makes of them: a few `let`s that stand for it.
#include "tests/generate/draft.h"
#include "tests/generate/random_terms.h"

namespace guerdon::generate {
namespace {

constexpr size_t kLineMax = 150;

// `sum of pieces over`, `number of`; sets what it comes to.
std::string fold_words(Rng& rng, const Draft& draft, Attribute& fold) {
  static const std::vector<std::string> kFolds = {"sum of ", "sum of ", "highest of ",
                                                  "lowest of "};
  if (rng.chance(35)) {
    fold.kind = Kind::kCount;
    return "number of";
  }
  const Attribute& value =
      draft.attributes[static_cast<size_t>(draft.line_attributes[rng.chance(50) ? 1 : 2])];
  fold.kind = value.kind;
  fold.unit = value.unit;
  fold.is_signed = value.is_signed;
  return rng.pick(kFolds) + value.name + " over";
}

}  // namespace

// Plans that share an event type must declare as many fields; what each is may differ.
void draft_lines(Rng& rng, Draft& draft) {
  if (!rng.chance(45)) return;
  const auto add = [&](Attribute attribute) {
    attribute.is_line = true;
    draft.line_attributes.push_back(static_cast<int>(draft.attributes.size()));
    draft.attributes.push_back(std::move(attribute));
  };
  const auto signed_words = [&](Attribute& attribute) {
    attribute.is_signed = rng.chance(30);
    return attribute.is_signed ? " signed" : "";
  };
  add({.name = "item", .line = "item : text", .kind = Kind::kText});
  Attribute pieces{.name = "pieces", .line = "", .kind = Kind::kCount};
  pieces.line = "pieces : count" + std::string(signed_words(pieces));
  add(pieces);
  Attribute cost{.name = "cost", .line = "", .kind = Kind::kAmount};
  cost.unit = static_cast<int>(rng.below(draft.units.size()));
  cost.line = "cost : " + draft.units[static_cast<size_t>(cost.unit)].name + signed_words(cost);
  add(cost);
  const int folds = rng.small(1, 4);
  for (int i = 0; i < folds; ++i) {
    Attribute fold{.name = "fold" + std::to_string(i), .line = ""};
    fold.fold = fold_words(rng, draft, fold);
    draft.attributes.push_back(std::move(fold));
  }
}

// `let fold0 = sum of pieces over lines where item = "A"`
void draft_folds(Rng& rng, Draft& draft) {
  Place place;
  place.attributes = draft.line_attributes;
  for (const Attribute& attribute : draft.attributes) {
    if (attribute.fold.empty()) continue;
    std::string line = "let " + attribute.name + " = " + attribute.fold;
    line += rng.chance(25) ? " all lines" : " lines";
    if (rng.chance(75)) {
      const std::string where = " where " + Terms(rng, draft, place).condition(1);
      if (line.size() + where.size() < kLineMax) line += where;
    }
    draft.line(0, line);
  }
}

}  // namespace guerdon::generate
