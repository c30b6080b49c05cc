// How far a trace and the plans' declarations cover each other: events of types that no plan
// declares, and attributes of events that came for which there is no column. So a name that is
// mistyped in one of the two is seen, and not only missed.
//
// Thread-safety: one thread at a time. The schema must outlive it and not change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/batch.h"
#include "engine/event/schema.h"

namespace guerdon::event {

// An attribute without a column.
struct AbsentAttribute {
  std::string type;  // of the events
  std::string name;  // that of the column it would have

  bool operator==(const AbsentAttribute&) const = default;
};

class Coverage {
 public:
  // So many types that no plan declares are told apart; a trace can have one a row.
  static constexpr size_t kIgnoredTypesMax = 256;

  using Counts = std::map<std::string, uint64_t, std::less<>>;

  // `columns`: of the trace's header.
  Coverage(const Schema& schema, std::vector<std::string> columns);

  // What rows were read as.
  void add(std::span<const Record> records);
  // An event of a type that no plan declares came. The name is kept for a person to read: see
  // printable().
  void add_ignored(std::string_view type);

  // Declared attributes of the types that came, in the order of declaration.
  std::vector<AbsentAttribute> absent_attributes() const;

  // Events of types that no plan declares. The sum is less than all there are where a trace has
  // more than kIgnoredTypesMax such types: then the first ones are counted.
  const Counts& ignored_types() const { return ignored_; }

 private:
  const Schema& schema_;
  const std::vector<std::string> columns_;
  std::vector<bool> came_;  // by schema type
  Counts ignored_;
};

}  // namespace guerdon::event
