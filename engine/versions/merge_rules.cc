#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "engine/plan/limits.h"
#include "engine/versions/merge_state.h"

namespace guerdon::plan {
namespace {

// ---- which rule goes on from which ------------------------------------------------------------

// What the rules of a plan are and were called.
struct Names {
  std::map<std::string, int, std::less<>> last;         // by lineage: the last rule of it
  std::map<std::string, std::string, std::less<>> now;  // by name: the lineage that has it
  std::map<std::string, std::set<std::string>, std::less<>> ever;  // that have or had it
};

Names names_of(const Plan& plan) {
  Names names;
  for (size_t r = 0; r < plan.rules.size(); ++r) {
    const Rule& rule = plan.rules[r];
    names.last[rule.lineage] = static_cast<int>(r);
    names.ever[rule.name].insert(rule.lineage);
    names.ever[rule.lineage].insert(rule.lineage);
    for (const std::string& was : rule.was) names.ever[was].insert(rule.lineage);
  }
  for (const auto& [lineage, last] : names.last) {
    names.now[plan.rules[static_cast<size_t>(last)].name] = lineage;
  }
  return names;
}

// The lineages that a rule of the new version goes on from: by its name, and by those it had.
std::set<std::string> found_by(const Names& names, const Rule& rule) {
  std::set<std::string> found;
  const auto now = names.now.find(rule.name);
  if (now != names.now.end()) found.insert(now->second);
  for (const std::string& was : rule.was) {
    const auto ever = names.ever.find(was);
    if (ever != names.ever.end()) found.insert(ever->second.begin(), ever->second.end());
  }
  return found;
}

bool begin_lineage(Merging& merging, const Names& names, size_t r) {
  const Rule& rule = merging.next.rules[r];
  if (!rule.was.empty()) {
    return merging.refuse(kLineage, rule.span,
                          "no rule of a version before was called " + backquoted(rule.was.front()),
                          "write behind `was` a name that it had, or leave the line out");
  }
  const auto taken = names.ever.find(rule.name);
  if (taken != names.ever.end()) {
    return merging.refuse(kLineage, rule.span,
                          "a rule of a version before was called " + backquoted(rule.name) +
                              ", and has another name now",
                          "give the new rule a name that none has had");
  }
  merging.lineages[r] = rule.name;
  return true;
}

bool find_lineage(Merging& merging, const Names& names, size_t r) {
  const Rule& rule = merging.next.rules[r];
  const std::set<std::string> found = found_by(names, rule);
  if (found.empty()) return begin_lineage(merging, names, r);
  if (found.size() > 1) {
    return merging.refuse(kLineage, rule.span,
                          "this rule would go on from " + backquoted(*found.begin()) + " and " +
                              backquoted(*found.rbegin()),
                          "a rule goes on from one: leave a name out behind `was`");
  }
  merging.lineages[r] = *found.begin();
  merging.last[r] = names.last.at(*found.begin());
  return true;
}

// ---- which of them changed --------------------------------------------------------------------

class Rules {
 public:
  explicit Rules(Merging& merging)
      : merging_(merging), changed_(merging.next.rules.size(), false) {}

  bool merge();

 private:
  bool is_changed(const Rule& last, const Rule& rule) const;
  void find_changed();
  bool challenges_stay();
  bool stays(const Challenge& known, const Challenge& next) const;
  bool streaks_stay();
  std::vector<ChallengeGoal> mapped_goals(const Challenge& next) const;
  void change_together(int group, const std::vector<size_t>& members);
  bool stays_whole(const Group& group, const std::vector<size_t>& members) const;
  bool may_regroup(const Group& group, const std::vector<size_t>& members);
  bool may_ask(const Rule& rule);
  bool end_left_out();
  bool replace(size_t r);
  void note_change(const Rule& rule, Change how);

  Merging& merging_;
  std::vector<bool> changed_;  // as next.rules; or new
  bool is_sound_ = true;
};

// The rule's indexes are those of the merged plan. In a group names say who comes first.
bool Rules::is_changed(const Rule& last, const Rule& rule) const {
  if ((last.group < 0) != (rule.group < 0)) return true;
  if (rule.group >= 0 && last.name != rule.name) return true;
  return merging_.meanings.of(last) != merging_.meanings.of(rule);
}

void Rules::find_changed() {
  for (size_t r = 0; r < changed_.size(); ++r) {
    Rule& rule = merging_.next.rules[r];
    merging_.map.apply(rule);
    const int last = merging_.last[r];
    changed_[r] = last < 0 || !merging_.is_live(last) ||
                  is_changed(merging_.plan.rules[static_cast<size_t>(last)], rule);
  }
}

std::vector<ChallengeGoal> Rules::mapped_goals(const Challenge& next) const {
  std::vector<ChallengeGoal> goals = next.goals;
  for (ChallengeGoal& goal : goals) goal.measure = mapped(merging_.map.measures, goal.measure);
  return goals;
}

// Whether a challenge of before is as it was.
bool Rules::stays(const Challenge& known, const Challenge& next) const {
  if (known.goals != mapped_goals(next) ||
      known.measure != mapped(merging_.map.measures, next.measure) || known.prizes != next.prizes ||
      known.ties != next.ties || known.ranks != next.ranks || known.enough != next.enough ||
      known.more != next.more || known.rolls_over != next.rolls_over ||
      known.joiners != next.joiners || known.prorated != next.prorated) {
    return false;
  }
  for (size_t r = 0; r < changed_.size(); ++r) {
    if (merging_.next.rules[r].name == next.name) return !changed_[r];
  }
  return false;
}

// One that is there goes on as it is, or ends: what was won is by one set of ranks. Those that are
// new are taken over.
bool Rules::challenges_stay() {
  const auto refuse = [&](Span span, const std::string& what) {
    return merging_.refuse(kSettled, span, what,
                           "leave it as it was, or declare another under a new name");
  };
  for (size_t r = 0; r < changed_.size(); ++r) {
    const Rule& rule = merging_.next.rules[r];
    const int last = merging_.last[r];
    if (last < 0) continue;
    const bool was_settled = merging_.plan.rules[static_cast<size_t>(last)].is_settled;
    if (was_settled == rule.is_settled) continue;
    return refuse(rule.span,
                  backquoted(rule.name) + (was_settled ? " was a challenge in a version before"
                                                       : " was a rule in a version before"));
  }
  std::vector<Challenge>& challenges = merging_.plan.challenges;
  for (const Challenge& next : merging_.next.challenges) {
    const auto known = std::find_if(challenges.begin(), challenges.end(),
                                    [&](const Challenge& each) { return each.name == next.name; });
    if (known == challenges.end()) {
      challenges.push_back(next);
      challenges.back().measure = mapped(merging_.map.measures, next.measure);
      challenges.back().goals = mapped_goals(next);
    } else if (!stays(*known, next)) {
      return refuse(next.span,
                    "challenge " + next.name + " is not as in a version before, or had ended");
    } else {
      known->responsible = next.responsible;  // it may go to another
    }
  }
  return challenges.size() <= kChallengesMax ||
         merging_.refuse(kTooMany, merging_.header,
                         "with those of the versions before this plan has more than " +
                             std::to_string(kChallengesMax) + " challenges",
                         "begin a new plan");
}

// One that is there goes on with what it has counted, also where it pays otherwise from now on.
// What had ended has not counted since.
bool Rules::streaks_stay() {
  for (size_t r = 0; r < changed_.size(); ++r) {
    const Rule& rule = merging_.next.rules[r];
    const int last = merging_.last[r];
    if (last < 0) continue;
    const bool was = merging_.plan.rules[static_cast<size_t>(last)].counts.has_value();
    const bool is = rule.counts.has_value();
    if (!was && !is) continue;
    const bool had_ended = was && is && !rule.counts->is_surplus() && !merging_.is_live(last);
    if (was && is && rule.counts->is_review() && (had_ended || changed_[r])) {
      return merging_.refuse(kSettled, rule.span,
                             "ladder " + rule.counts->target +
                                 " keeps levels, and is not as in a version before, or had ended",
                             "leave it as it was, or give it a name that none has had");
    }
    if (was && is && !had_ended) continue;
    return merging_.refuse(
        kSettled, rule.span,
        had_ended ? "streak " + rule.name + " had ended, and has not counted since"
                  : backquoted(rule.name) + (was ? " was a streak in a version before"
                                                 : " was no streak in a version before"),
        "give it a name that none has had; it begins at 0");
  }
  return true;
}

// Whether the members are, each unchanged, all that now stand in one group that says the same.
bool Rules::stays_whole(const Group& group, const std::vector<size_t>& members) const {
  const Plan& plan = merging_.plan;
  int known = -1;
  for (const size_t r : members) {
    if (changed_[r]) return false;
    const int its = plan.rules[static_cast<size_t>(merging_.last[r])].group;
    if (known >= 0 && its != known) return false;
    known = its;
  }
  const Group& other = plan.groups[static_cast<size_t>(known)];
  if (other.name != group.name || other.how != group.how || other.up_to != group.up_to) {
    return false;
  }
  const auto in_it = std::count_if(plan.rules.begin(), plan.rules.end(), [&](const Rule& rule) {
    return rule.group == known && rule.before == calendar::kTimeEternity;
  });
  return in_it == static_cast<std::ptrdiff_t>(members.size());
}

// Rules per order open one by one: of an order some would be in the group of one version and some
// in that of the next, and both groups would pay.
bool Rules::may_regroup(const Group& group, const std::vector<size_t>& members) {
  const auto goes_on = [&](size_t r) {
    return merging_.next.rules[r].subject.is_object() && merging_.last[r] >= 0 &&
           merging_.is_live(merging_.last[r]);
  };
  if (std::none_of(members.begin(), members.end(), goes_on)) return true;
  is_sound_ = merging_.refuse(
      kNotGoingOn, merging_.next.rules[members.front()].span,
      "group " + group.name +
          " has rules per order, and it or one of them is not as in the version before: of an "
          "order "
          "some of them would be in one version and some in the other",
      "leave the group and its rules as they were; what is otherwise is a group of new rules");
  return false;
}

void Rules::change_together(int group, const std::vector<size_t>& members) {
  Group& written = merging_.next.groups[static_cast<size_t>(group)];
  written.unit = mapped(merging_.map.units, written.unit);
  int& index = merging_.map.groups[static_cast<size_t>(group)];
  if (stays_whole(written, members)) {
    index = merging_.plan.rules[static_cast<size_t>(merging_.last[members.front()])].group;
    return;
  }
  if (!may_regroup(written, members)) return;
  for (const size_t r : members) changed_[r] = true;
  index = static_cast<int>(merging_.plan.groups.size());
  merging_.plan.groups.push_back(written);
}

// Of a rule that changed, begins or ends.
void Rules::note_change(const Rule& rule, Change how) {
  const bool is_retro = how == Change::kRetro;
  if (is_retro) merging_.corrects.push_back(rule.lineage);
  merging_.corrects_all = merging_.corrects_all && is_retro;
}

bool Rules::end_left_out() {
  const std::set<int> kept(merging_.last.begin(), merging_.last.end());
  for (size_t r = 0; r < merging_.plan.rules.size(); ++r) {
    const auto index = static_cast<int>(r);
    if (!merging_.is_live(index) || kept.contains(index)) continue;
    Rule& rule = merging_.plan.rules[r];
    if (!may_change(merging_, &rule, nullptr)) return false;
    note_change(rule, merging_.how(nullptr));
    rule.before = merging_.next.from;
  }
  return true;
}

// Whether an event has come for an order, and what it was then, is kept where a rule asks for it:
// of orders of before a new question has no answer, and none is not `no`.
bool Rules::may_ask(const Rule& rule) {
  if (!rule.subject.is_object()) return true;
  using Fact = std::tuple<TermKind, int, int>;
  std::set<Fact> known;
  const auto is_fact = [](const Term& term) {
    return term.kind == TermKind::kCame || term.kind == TermKind::kFirst ||
           term.kind == TermKind::kHighest;
  };
  for (const Rule& other : merging_.plan.rules) {
    if (other.subject.object != rule.subject.object) continue;
    visit_terms(other, [&](const Term& term) {
      if (is_fact(term)) known.emplace(term.kind, term.index, term.event);
    });
  }
  const Term* asked = nullptr;
  visit_terms(rule, [&](const Term& term) {
    const bool is_new = is_fact(term) && !known.contains({term.kind, term.index, term.event});
    const auto event = static_cast<size_t>(term.event);
    if (is_new && merging_.plan.events[event].version < merging_.next.version) asked = &term;
  });
  if (asked == nullptr) return true;
  const std::string& event = merging_.plan.events[static_cast<size_t>(asked->event)].name;
  return merging_.refuse(kNotGoingOn, rule.span,
                         "rule " + rule.name + " asks of " + event +
                             " what no version before did: of orders that there are nobody knows",
                         "ask what the plan asks already, or of an event that is new");
}

// Puts a rule that stays under its name of now, or a changed one behind the last of its lineage.
bool Rules::replace(size_t r) {
  Rule& rule = merging_.next.rules[r];
  const int last = merging_.last[r];
  std::vector<Rule>& rules = merging_.plan.rules;
  rule.lineage = merging_.lineages[r];
  if (last >= 0) {
    Rule& known = rules[static_cast<size_t>(last)];
    // All names that it had go with it.
    std::set<std::string> was(known.was.begin(), known.was.end());
    was.insert(rule.was.begin(), rule.was.end());
    was.insert(known.name);
    was.erase(rule.name);
    rule.was.assign(was.begin(), was.end());
    if (!changed_[r]) {
      known.name = rule.name;
      known.was = rule.was;
      known.change = rule.change;
      return true;
    }
  }
  if (!may_change(merging_, last < 0 ? nullptr : &rules[static_cast<size_t>(last)], &rule) ||
      !may_ask(rule)) {
    return false;
  }
  const Change how = merging_.how(&rule);
  note_change(rule, how);
  rule.is_retro = how == Change::kRetro && last >= 0 && !rule.subject.is_event();
  if (last >= 0 && merging_.is_live(last)) {
    rules[static_cast<size_t>(last)].before = merging_.next.from;
  }
  rule.group = mapped(merging_.map.groups, rule.group);
  rules.push_back(std::move(rule));
  return true;
}

bool Rules::merge() {
  find_changed();
  if (!challenges_stay() || !streaks_stay()) return false;
  std::map<int, std::vector<size_t>> groups;
  for (size_t r = 0; r < changed_.size(); ++r) {
    const int group = merging_.next.rules[r].group;
    if (group >= 0) groups[group].push_back(r);
  }
  for (const auto& [group, members] : groups) change_together(group, members);
  if (!is_sound_) return false;
  bool is_sound = end_left_out();
  for (size_t r = 0; r < changed_.size(); ++r) is_sound = replace(r) && is_sound;
  if (!is_sound) return false;
  std::sort(merging_.corrects.begin(), merging_.corrects.end());
  const auto too_many = [&](size_t count, int most, const std::string& what) {
    return count > static_cast<size_t>(most) &&
           !merging_.refuse(kTooMany, merging_.header,
                            "with those of the versions before this plan has more than " +
                                std::to_string(most) + " " + what,
                            "change fewer of them");
  };
  return !too_many(merging_.plan.groups.size(), kGroupsMax, "groups") &&
         !too_many(merging_.plan.rules.size(), kRulesMax, "rules");
}

}  // namespace

bool find_lineages(Merging& merging) {
  const Names names = names_of(merging.plan);
  const size_t count = merging.next.rules.size();
  merging.lineages.resize(count);
  merging.last.resize(count, -1);
  std::map<std::string, size_t> by_lineage;
  for (size_t r = 0; r < count; ++r) {
    if (!find_lineage(merging, names, r)) return false;
    const auto [other, is_first] = by_lineage.emplace(merging.lineages[r], r);
    if (is_first) continue;
    return merging.refuse(kLineage, merging.next.rules[r].span,
                          "rule " + merging.next.rules[other->second].name + " goes on from " +
                              backquoted(merging.lineages[r]) + " already",
                          "a rule of before goes on as one rule: give the other a new name");
  }
  return true;
}

namespace {

// From when on a version says so; what the newest that has it says goes on.
void merge_ladders(Merging& merging) {
  for (Ladder ladder : merging.next.ladders) {
    ladder.table = mapped(merging.map.tables, ladder.table);
    ladder.measure = mapped(merging.map.measures, ladder.measure);
    ladder.kept = mapped(merging.map.measures, ladder.kept);
    std::vector<Ladder>& all = merging.plan.ladders;
    const auto newest = std::find_if(
        all.rbegin(), all.rend(), [&](const Ladder& known) { return known.name == ladder.name; });
    if (newest != all.rend() && newest->is_as(ladder)) continue;
    if (newest != all.rend()) newest->before = merging.next.from;
    ladder.from = merging.next.from;
    all.push_back(std::move(ladder));
  }
}

}  // namespace

bool merge_rules(Merging& merging) {
  if (!Rules(merging).merge()) return false;
  merge_ladders(merging);
  return true;
}

}  // namespace guerdon::plan
