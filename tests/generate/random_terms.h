#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/generate/draft.h"

// Random expressions of a wanted type. Only the generators of this folder use it.

namespace guerdon::generate {

// An expression as written. top / den bounds its magnitude as in Named.
struct Phrase {
  std::string text;
  bool is_atom = true;  // needs no brackets as an operand
  Int128 top = 0;
  int64_t den = 1;
  bool is_fixed = false;  // reads neither event nor measure

  std::string atom() const { return is_atom ? text : "(" + text + ")"; }
};

// Beyond these an expression is drawn anew: far from where the checker would refuse it.
inline constexpr Int128 kTopMax = Int128{1} << 112;
inline constexpr int64_t kDenMax = 1'000'000'000'000;

// The product, or a little more than the limit. REQUIRES: neither is negative.
Int128 times(Int128 a, Int128 b);
int64_t den_times(int64_t a, int64_t b);

// What an expression may name at the place where it stands.
struct Place {
  std::vector<int> attributes;
  std::vector<int> measures;
  bool says_moment = false;  // measures are read `before` or `after`
  std::vector<Named> lets;
  bool has_named_tables = true;
  bool asks_files = false;         // tables from files, too
  bool is_for_life = false;        // it reads nothing that changes on a day
  int owner = -1;                  // an account of which what is known may be read
  std::vector<std::string> since;  // events of the object, where the place is about one
};

// What multiplies an effect at that place, from 0 to 2.
std::string random_factor(Rng& rng, const Draft& draft, const Place& place);

class Terms {
 public:
  Terms(Rng& rng, const Draft& draft, const Place& place)
      : rng_(rng), draft_(draft), place_(place) {}

  // `unit` counts only for amounts. A kFlag is a condition.
  Phrase number(Kind kind, int unit, int depth);
  std::string condition(int depth);
  // Of what is known of the place's account; nothing: it has none.
  std::optional<std::string> known_condition();

  // Reads that measure whatever else.
  Phrase reading(int measure);

  // A ladder that may be read there, and how it is: `ladder1 after`.
  struct Level {
    const Ladder* of = nullptr;
    std::string text;
  };
  std::optional<Level> level();

  // A key for a table: text, count or amount, as simple as can be.
  std::optional<std::string> key(const Key& key);
  // Of a table from a file.
  std::optional<std::vector<std::string>> keys_as_sent(const Table& table);

  // `phrase` held within +-limit, by min and max where it could pass.
  Phrase within(const Phrase& phrase, int unit, int64_t limit);

 private:
  using Maker = std::optional<Phrase> (Terms::*)(Kind kind, int unit, int depth);

  std::optional<Phrase> attribute(Kind kind, int unit, int depth);
  std::optional<Phrase> literal(Kind kind, int unit, int depth);
  std::optional<Phrase> named(Kind kind, int unit, int depth);
  std::optional<Phrase> measure(Kind kind, int unit, int depth);
  std::optional<Phrase> sum(Kind kind, int unit, int depth);
  std::optional<Phrase> product(Kind kind, int unit, int depth);
  std::optional<Phrase> share(Kind kind, int unit, int depth);
  std::optional<Phrase> extreme(Kind kind, int unit, int depth);
  std::optional<Phrase> negative(Kind kind, int unit, int depth);
  std::optional<Phrase> per_full(Kind kind, int unit, int depth);
  std::optional<Phrase> lookup(Kind kind, int unit, int depth);
  std::optional<std::vector<std::string>> keys_of(const Table& table);
  std::optional<Phrase> lookup_in(const Table& table, size_t column, Kind kind, int unit,
                                  int depth);
  std::optional<Phrase> lookup_in_files(Kind kind, int unit, int depth);
  std::optional<Phrase> each_part(Kind kind, int unit, int depth);

  std::string simple_condition(int depth);
  std::optional<std::string> has_condition();
  std::optional<std::string> text_condition();
  std::optional<std::string> number_condition(int depth);
  std::optional<std::string> average_condition(int depth);
  std::string average_read(int measure);
  std::optional<std::string> table_condition();
  std::optional<std::string> account_condition();
  std::optional<std::string> member_condition();
  std::optional<std::string> level_condition();
  std::optional<int> some_attribute(Kind kind);

  Rng& rng_;
  const Draft& draft_;
  const Place& place_;
};

}  // namespace guerdon::generate
