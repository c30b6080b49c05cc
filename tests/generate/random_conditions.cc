#include <algorithm>

#include "engine/base/assert.h"
#include "tests/generate/random_terms.h"

// Conditions, table lookups and keys of Terms.

namespace guerdon::generate {

namespace {

const std::vector<std::string>& comparisons() {
  static const std::vector<std::string> words = {"=", "!=", "<", "<=", ">", ">="};
  return words;
}

}  // namespace

std::optional<std::string> Terms::key(const Key& key) {
  if (key.kind != Kind::kText) {
    if (key.is_range) {
      const Phrase value = number(key.kind, key.unit, rng_.chance(30) ? 1 : 0);
      if (value.den != 1 || value.is_fixed) return std::nullopt;  // keys are whole
      return value.atom();
    }
    const std::optional<int> found = some_attribute(key.kind);
    if (!found) return std::nullopt;
    return draft_.attributes[static_cast<size_t>(*found)].name;
  }
  const std::optional<int> found = some_attribute(Kind::kText);
  if (!found) return std::nullopt;
  return draft_.attributes[static_cast<size_t>(*found)].name;
}

std::optional<std::vector<std::string>> Terms::keys_of(const Table& table) {
  std::vector<std::string> keys;
  for (const Key& wanted : table.keys) {
    const std::optional<std::string> text = key(wanted);
    if (!text) return std::nullopt;
    keys.push_back(*text);
  }
  return keys;
}

std::optional<Phrase> Terms::lookup(Kind kind, int unit, int depth) {
  if (!place_.has_named_tables || draft_.tables.empty()) return std::nullopt;
  const Table& table = rng_.pick(draft_.tables);
  if (table.is_dated && place_.is_for_life) return std::nullopt;
  if (table.is_from_file && !place_.asks_files) return std::nullopt;
  const auto column = static_cast<size_t>(rng_.below(table.columns.size()));
  return lookup_in(table, column, kind, unit, depth);
}

std::optional<Phrase> Terms::lookup_in(const Table& table, size_t column, Kind kind, int unit,
                                       int depth) {
  const Named& value = table.columns[column];
  if (value.kind != kind || (kind == Kind::kAmount && value.unit != unit)) return std::nullopt;
  const std::optional<std::vector<std::string>> keys =
      table.is_from_file ? keys_as_sent(table) : keys_of(table);
  if (!keys) return std::nullopt;
  const std::string column_name = value.name.empty() ? "" : "." + value.name;
  Phrase phrase{table.name + column_name + " for " + joined(*keys), false, value.top, value.den};
  if (!table.has_otherwise && rng_.chance(30)) {
    const Phrase other = number(kind, unit, std::min(depth, 0));
    phrase.text += " otherwise " + other.atom();
    phrase.top = std::max(times(phrase.top, other.den), times(other.top, phrase.den));
    phrase.den = den_times(phrase.den, other.den);
  }
  return phrase;
}

std::optional<Phrase> Terms::each_part(Kind kind, int unit, int depth) {
  if (kind != Kind::kAmount || !place_.has_named_tables) return std::nullopt;
  for (const Table& table : draft_.tables) {
    if (table.is_dated && place_.is_for_life) continue;
    if (!table.is_for_parts || !rng_.chance(60)) continue;
    const Key& key = table.keys[0];
    const auto column = static_cast<size_t>(rng_.below(table.columns.size()));
    const Named& value = table.columns[column];
    const Kind wanted = key.kind == Kind::kAmount ? Kind::kRatio : Kind::kAmount;
    if (value.kind != wanted) continue;
    if (wanted == Kind::kRatio ? key.unit != unit : value.unit != unit) continue;
    const Phrase basis = number(key.kind, key.unit, depth);
    const std::string column_name = value.name.empty() ? "" : "." + value.name;
    Phrase phrase{table.name + column_name + " for each part of " + basis.atom(), false,
                  times(4 * value.top, basis.top), den_times(basis.den, value.den)};
    if (rng_.chance(50)) {
      const Phrase top = number(key.kind, key.unit, depth);
      if (top.den != 1) return std::nullopt;
      phrase.text += " on top of " + top.atom();
      phrase.top = times(phrase.top, 2) + times(times(8 * value.top, top.top), basis.den);
    }
    return phrase;
  }
  return std::nullopt;
}

// ---- conditions ---------------------------------------------------------------------------------

// Of what an event or a line carries.
std::optional<std::string> Terms::has_condition() {
  std::vector<std::string> carried;
  for (const int a : place_.attributes) {
    const Attribute& attribute = draft_.attributes[static_cast<size_t>(a)];
    if (attribute.fold.empty()) carried.push_back(attribute.name);
  }
  if (carried.empty()) return std::nullopt;
  return "has " + rng_.pick(carried);
}

std::optional<std::string> Terms::text_condition() {
  const std::optional<int> found = some_attribute(Kind::kText);
  if (!found) return std::nullopt;
  const std::string& name = draft_.attributes[static_cast<size_t>(*found)].name;
  switch (rng_.below(5)) {
    case 0:
      return name + " = " + text_literal(rng_.pick(common_texts()));
    case 1:
      return name + " != " + text_literal(rng_.pick(common_texts()));
    case 2:
      for (const List& list : draft_.lists) {
        if (list.kind == Kind::kText && rng_.chance(60)) return name + " in " + list.name;
      }
      return std::nullopt;
    case 3: {
      const std::string other =
          draft_.attributes[static_cast<size_t>(*some_attribute(Kind::kText))].name;
      if (other == name) return std::nullopt;
      return name + (rng_.chance(50) ? " = " : " != ") + other;
    }
    default: {
      const std::string& a = common_texts()[rng_.below(3)];
      const std::string& b = common_texts()[3 + rng_.below(3)];
      return name + (rng_.chance(60) ? " in " : " not in ") + text_literal(a) + ", " +
             text_literal(b);
    }
  }
}

// By what `holder` declares (random_plan.cc).
std::optional<std::string> Terms::known_condition() {
  if (place_.owner < 0) return std::nullopt;
  const std::string known = draft_.attributes[static_cast<size_t>(place_.owner)].name + "'s ";
  switch (rng_.below(6)) {
    case 0:
      return known + "star";
    case 1: {
      const std::string text = text_literal(rng_.pick(common_texts()));
      return known + "segment" + (rng_.chance(50) ? " = " : " != ") + text;
    }
    case 2: {
      const std::string count = count_literal(rng_, rng_.pick(common_counts()));
      return known + "grade " + rng_.pick(comparisons()) + " " + count;
    }
    case 3:
      return "has " + known + (rng_.chance(50) ? "grade" : "segment");
    default:
      return "not has " + known + (rng_.chance(50) ? "grade" : "star");
  }
}

// Whether two roles name the same account.
std::optional<std::string> Terms::account_condition() {
  const std::optional<int> a = some_attribute(Kind::kAccount);
  const std::optional<int> b = some_attribute(Kind::kAccount);
  if (!a || !b || *a == *b) return std::nullopt;
  return draft_.attributes[static_cast<size_t>(*a)].name + (rng_.chance(50) ? " = " : " != ") +
         draft_.attributes[static_cast<size_t>(*b)].name;
}

std::optional<std::string> Terms::member_condition() {
  const Kind kind = rng_.chance(50) ? Kind::kCount : Kind::kAmount;
  const std::optional<int> found = some_attribute(kind);
  if (!found) return std::nullopt;
  const Attribute& attribute = draft_.attributes[static_cast<size_t>(*found)];
  const auto member = [&] {
    if (kind == Kind::kCount) return count_literal(rng_, rng_.pick(common_counts()));
    const bool with_unit = rng_.chance(50);
    const int64_t minor = rng_.pick(common_amounts());
    return amount_literal(rng_, draft_.units[static_cast<size_t>(attribute.unit)], minor,
                          with_unit);
  };
  const std::string last = member();
  const std::string first = member();
  return attribute.name + (rng_.chance(70) ? " in " : " not in ") + first + ", " + last;
}

// The right side takes the unit of the left one, so it may stand bare.
std::string Terms::average_read(int measure) {
  const std::string& name = draft_.measures[static_cast<size_t>(measure)].average;
  return name + (!place_.says_moment ? "" : rng_.chance(50) ? " before" : " after");
}

// An average against a number that anything is made of, another, or a literal.
std::optional<std::string> Terms::average_condition(int depth) {
  std::vector<int> all;
  for (const int m : place_.measures) {
    if (!draft_.measures[static_cast<size_t>(m)].average.empty()) all.push_back(m);
  }
  if (all.empty()) return std::nullopt;
  const int one = rng_.pick(all);
  const Measure& of = draft_.measures[static_cast<size_t>(one)];
  const int other = rng_.pick(all);
  const Measure& of_other = draft_.measures[static_cast<size_t>(other)];
  const bool is_amount = of.average_kind == Kind::kAmount;
  // Of amounts few are small.
  const int64_t near = rng_.small(0, is_amount ? 3 : kSmall);
  const int64_t count = of.average_is_small ? near : rng_.pick(common_counts());
  const int64_t minor = of.average_is_small ? near : rng_.pick(common_amounts());
  std::string right =
      is_amount
          ? amount_literal(rng_, draft_.units[static_cast<size_t>(of.average_unit)], minor, true)
          : count_literal(rng_, count);
  if (rng_.chance(20) && of_other.average_kind == of.average_kind &&
      of_other.average_unit == of.average_unit) {
    right = average_read(other);
  } else if (rng_.chance(30)) {
    const Phrase number = this->number(of.average_kind, of.average_unit, depth);
    const bool fits = number.top < Int128{1} << 66 && number.den < 1'000;
    if (fits) right = number.atom();
  }
  std::string left = average_read(one);
  // Mostly so that what lies between two whole numbers is told from the lower one.
  static const std::vector<std::string> kTelling = {"<=", ">"};
  if (rng_.chance(70)) return left + " " + rng_.pick(kTelling) + " " + right;
  if (rng_.chance(50)) std::swap(left, right);
  return left + " " + rng_.pick(comparisons()) + " " + right;
}

std::optional<std::string> Terms::number_condition(int depth) {
  if (rng_.chance(25)) {
    if (const std::optional<std::string> found = average_condition(depth)) return found;
  }
  const bool is_count = rng_.chance(30);
  const Kind kind = is_count ? Kind::kCount : Kind::kAmount;
  const int unit = static_cast<int>(rng_.below(draft_.units.size()));
  const Phrase left = number(kind, unit, depth);
  if (left.is_fixed && !rng_.chance(3)) return std::nullopt;
  const std::string& sign = rng_.pick(comparisons());
  if (rng_.chance(20)) {
    return left.atom() + " " + sign + " " + number(kind, unit, depth).atom();
  }
  const bool is_bare = !left.text.empty() && left.text[0] >= 'a' && left.text[0] <= 'z';
  if (is_count) {
    return left.atom() + " " + sign + " " + count_literal(rng_, rng_.pick(common_counts()));
  }
  const bool with_unit = !is_bare || rng_.chance(50);
  const int64_t minor = rng_.pick(common_amounts());
  const Unit& of = draft_.units[static_cast<size_t>(unit)];
  return left.atom() + " " + sign + " " + amount_literal(rng_, of, minor, with_unit);
}

std::optional<std::string> Terms::table_condition() {
  if (!place_.has_named_tables) return std::nullopt;
  for (const Table& table : draft_.tables) {
    if (table.is_from_file || (table.is_dated && place_.is_for_life)) continue;
    if (table.keys.size() != 1 || table.keys[0].is_range || !rng_.chance(50)) continue;
    const std::optional<std::string> name = key(table.keys[0]);
    if (!name) continue;
    return *name + (rng_.chance(70) ? " in " : " not in ") + table.name;
  }
  return std::nullopt;
}

std::optional<Terms::Level> Terms::level() {
  std::vector<const Ladder*> fitting;
  for (const Ladder& ladder : draft_.ladders) {
    const std::vector<int>& read = place_.measures;
    const bool is_asked = place_.says_moment || !ladder.keeps_last;
    if (is_asked && std::find(read.begin(), read.end(), ladder.measure) != read.end()) {
      fitting.push_back(&ladder);
    }
  }
  if (fitting.empty()) return std::nullopt;
  Level level{rng_.pick(fitting), ""};
  const Measure& measure = draft_.measures[static_cast<size_t>(level.of->measure)];
  if (rng_.chance(25)) {
    level.text = draft_.attributes[static_cast<size_t>(measure.owner)].name + "'s ";
  }
  level.text += level.of->name;
  static const std::vector<std::string> kMoments = {"", " before", " after"};
  if (place_.says_moment) level.text += rng_.pick(kMoments);
  return level;
}

std::optional<std::string> Terms::level_condition() {
  const std::optional<Level> level = this->level();
  if (!level) return std::nullopt;
  const std::string& some = rng_.pick(level->of->levels);
  if (rng_.chance(20)) {
    return level->text + (rng_.chance(70) ? " in " : " not in ") + some + ", " +
           rng_.pick(level->of->levels);
  }
  const std::string sign = " " + rng_.pick(comparisons()) + " ";
  const std::optional<Level> other = rng_.chance(15) ? this->level() : std::nullopt;
  if (other && other->of == level->of) return level->text + sign + other->text;
  return rng_.chance(15) ? some + sign + level->text : level->text + sign + some;
}

std::string Terms::simple_condition(int depth) {
  if (rng_.chance(25)) {
    if (const std::optional<std::string> found = average_condition(0)) return *found;
  }
  for (int attempt = 0; attempt < 12; ++attempt) {
    std::optional<std::string> found;
    if (!draft_.ladders.empty() && rng_.chance(35)) found = level_condition();
    if (found && found->size() <= 60) return *found;
    switch (rng_.below(10)) {
      case 0:
        if (rng_.chance(50)) {
          found = known_condition();
          break;
        }
        if (const auto flag = some_attribute(Kind::kFlag)) {
          found = draft_.attributes[static_cast<size_t>(*flag)].name;
        }
        break;
      case 1:
        found = has_condition();
        break;
      case 2:
      case 3:
        found = text_condition();
        break;
      case 4:
        found = table_condition();
        break;
      case 5:
        found = account_condition();
        break;
      case 6:
        found = member_condition();
        break;
      default:
        found = number_condition(depth);
        break;
    }
    if (found && found->size() <= 60) return *found;
  }
  if (!place_.measures.empty()) return reading(rng_.pick(place_.measures)).text + " >= 0";
  return *has_condition();
}

std::string Terms::condition(int depth) {
  if (depth <= 0 || rng_.chance(40)) return simple_condition(0);
  const std::string a = condition(depth - 1);
  if (rng_.chance(20)) return "not (" + a + ")";
  const std::string b = condition(depth - 1);
  const std::string both = "(" + a + ")" + (rng_.chance(50) ? " and " : " or ") + "(" + b + ")";
  return both.size() <= 120 ? both : a;
}

}  // namespace guerdon::generate
