#include "engine/versions/copy.h"

#include <utility>

namespace guerdon::plan {
namespace {

// Each takes its part to pieces by all their names, so that none is forgotten when one is added.

TermPtr copy_of(const TermPtr& term) { return term == nullptr ? nullptr : copy_of(*term); }
LineFold copy_of(const LineFold& part);
EventType copy_of(const EventType& part);
Flow copy_of(const Flow& part);
Measure copy_of(const Measure& part);
Times copy_of(const Times& part);
Target copy_of(const Target& part);
Effect copy_of(const Effect& part);
Rule copy_of(const Rule& part);

template <typename Each>
std::vector<Each> all_of(const std::vector<Each>& all) {
  std::vector<Each> copies;
  copies.reserve(all.size());
  for (const Each& each : all) copies.push_back(copy_of(each));
  return copies;
}

LineFold copy_of(const LineFold& part) {
  const auto& [fold, value, all_lines, where, amount, rounding, low, high] = part;
  return {fold, value, all_lines, copy_of(where), copy_of(amount), rounding, low, high};
}

EventType copy_of(const EventType& part) {
  const auto& [name, version, wire, attributes, lines, when, object, is_versioned, ignore_others,
               late] = part;
  return {name,          version, wire,         attributes,    lines,
          copy_of(when), object,  is_versioned, ignore_others, late};
}

Flow copy_of(const Flow& part) {
  const auto& [events, value, less] = part;
  return {events, copy_of(value), less};
}

Measure copy_of(const Measure& part) {
  const auto& [name, version, subject, type, flows, where, earned_by, is_told, is_entered, is_score,
               is_of_average, is_streak, is_carried, is_opened, distinct, values_max, counted_in,
               pick, samples, is_never_negative, span] = part;
  return {name,       version,           subject,    type,       all_of(flows), copy_of(where),
          earned_by,  is_told,           is_entered, is_score,   is_of_average, is_streak,
          is_carried, is_opened,         distinct,   values_max, counted_in,    pick,
          samples,    is_never_negative, span};
}

Target copy_of(const Target& part) {
  const auto& [name, version, measure, samples, is_average, at_most, goal, told, told_in, is_entry,
               carried, most_carried, bands, milestones, since, before, from, until, span] = part;
  return {name,  version, measure,  samples, is_average,   at_most, copy_of(goal),
          told,  told_in, is_entry, carried, most_carried, bands,   milestones,
          since, before,  from,     until,   span};
}

Times copy_of(const Times& part) {
  const auto& [factor, when, span] = part;
  return {copy_of(factor), copy_of(when), span};
}

Effect copy_of(const Effect& part) {
  const auto& [verb, payee, unit, when, amount, times, adds_times, at_most, limits, budget,
               rounding, kind, at_close, span] = part;
  return {verb,
          payee,
          unit,
          copy_of(when),
          copy_of(amount),
          all_of(times),
          adds_times,
          copy_of(at_most),
          limits,
          budget,
          rounding,
          kind,
          at_close,
          span};
}

std::optional<TakeBack> copy_of(const std::optional<TakeBack>& part) {
  if (!part) return std::nullopt;
  const auto& [way, value, events, subject] = *part;
  return TakeBack{way, copy_of(value), events, subject};
}

std::optional<Counting> copy_of(const std::optional<Counting>& part) {
  if (!part) return std::nullopt;
  const auto& [target, measure, least, repeats, goal, reached, achieved, most, reviewed, table,
               falls, rises] = *part;
  return Counting{target,   measure, least,    repeats, copy_of(goal), copy_of(reached),
                  achieved, most,    reviewed, table,   falls,         rises};
}

Rule copy_of(const Rule& part) {
  const auto& [name, change, was, lineage, version, since, before, is_retro, subject, events, group,
               priority, from, until, when, effects, take_back, keeps, is_settled, counts, layer,
               span, whole] = part;
  return {name,
          change,
          was,
          lineage,
          version,
          since,
          before,
          is_retro,
          subject,
          events,
          group,
          priority,
          from,
          until,
          copy_of(when),
          all_of(effects),
          copy_of(take_back),
          keeps,
          is_settled,
          copy_of(counts),
          layer,
          span,
          whole};
}

}  // namespace

Plan copy_of(const Plan& plan) {
  const auto& [name, program, text, version, from, change, versions, calendar, grace, late, units,
               wallets, attributes, holder, folds, asks, relations, climbs, credited, events,
               tables, measures, targets, challenges, ladders, past_targets, groups, budgets, rules,
               items, exchanges] = plan;
  return {name,
          program,
          text,
          version,
          from,
          change,
          versions,
          calendar,
          grace,
          late,
          units,
          wallets,
          attributes,
          holder,
          all_of(folds),
          asks,
          relations,
          climbs,
          credited,
          all_of(events),
          tables,
          all_of(measures),
          all_of(targets),
          challenges,
          ladders,
          all_of(past_targets),
          groups,
          budgets,
          all_of(rules),
          items,
          exchanges};
}

}  // namespace guerdon::plan
