// Terms of a checked plan in words, numbers in the form that people read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/plan/checked.h"

namespace guerdon::plan {

class Sentences {
 public:
  explicit Sentences(const Plan& plan) : plan_(plan) {}

  // What is said from now on belongs to this rule: only one that pays at an event reads measures
  // before or after it.
  void speak_of(const Rule& rule) {
    at_event_ = rule.subject.is_event();
    of_object_ = rule.subject.is_object();
  }

  // "1,000.00 GBP".
  std::string amount(int64_t minor, int unit) const;
  // An amount, a count, or a ratio: "5 %", "1/3".
  std::string number(money::Ratio value, Type type) const;
  // "5 % of amount".
  std::string term(const Term& term) const;
  // "amount is above 0.00 GBP".
  std::string condition(const Term& term) const;

  // "up to and including 500.00 GBP"; of several keys joined by ", "; "anything else".
  std::string cells(const Table& table, const Row& row) const;
  // "account, sku and calendar month".
  std::string subject(const Subject& subject) const;

  // What an effect is paid from: "from budget spring: 100.00 GBP a month for all accounts ...".
  std::string budget(int index) const;

  // What the amounts of a rule do at the bounds of their rows: examples on both sides, a cliff, or
  // the first jump. Every number is computed.
  std::vector<std::string> steps(const Rule& rule) const;

  // A line for each level from the bottom up, and what reviews do with them.
  std::vector<std::string> ladder(const Table& table) const;
  // Of a measure that closing periods moves: what that is.
  std::string moved_by_closes(const Measure& measure) const;

 private:
  std::string joined(const Term& term, std::string_view between) const;
  std::string product(const Term& term) const;
  std::string lookup(const Term& term) const;
  bool is_reviewed_level(const Term& term) const;
  const Rule* review_of(const std::string& ladder) const;  // null: nothing is kept of its levels
  std::optional<std::string> made_otherwise(int attribute) const;
  std::string share(const Term& term) const;
  std::string parts(const Term& term) const;
  std::string comparison(const Term& term) const;
  std::string members(const Term& term) const;
  std::string held(const Term& term) const;
  std::string measure(const Term& term) const;
  std::string dated(const Term& term) const;
  std::string cell(const Cell& cell, const Key& key) const;
  std::string table_name(const Term& term) const;
  const std::string& event(int index) const {
    return plan_.events[static_cast<size_t>(index)].name;
  }
  // Of each of those above without that word, which the sentence has.
  std::string attribute(int index) const {
    const Attribute& each = plan_.attributes[static_cast<size_t>(index)];
    return is_each_above(plan_, each) ? each.name.substr(5) + " levels" : each.name;
  }
  const Table& table(const Term& term) const {
    return plan_.tables[static_cast<size_t>(term.index)];
  }

  const Plan& plan_;
  bool at_event_ = false;
  bool of_object_ = false;
};

}  // namespace guerdon::plan
