// What plans make of the lines of an event (checked.h, LineFold), laid into slots that nobody
// sends.
//
// The lines of an event are read as each plan declares them; a line is then an event of its own to
// the machine, whose slots are the fields of the line, so `where` is code as any other condition.
//
// Thread-safety: one thread at a time; the program is shared.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/event/batch.h"
#include "engine/event/field.h"
#include "engine/program/machine.h"
#include "engine/program/program.h"
#include "engine/program/symbols.h"

namespace guerdon::plan {

class LineFolds {
 public:
  explicit LineFolds(const Program& program) : program_(&program), machine_(program) {}

  // Whether events of some type have lines that a plan makes something of. False: derive() has
  // nothing to do for any.
  static bool has_some(const Program& program);

  // Gives an event what follows from its lines, if it carries them. Symbols are only looked up.
  // REQUIRES: the parser, or the reader of a log, accepted it. Once an event.
  void derive(event::Batch& batch, event::Record& record, const Symbols& symbols, TimeMs at);

 private:
  struct Sum {
    int64_t sum = 0;
    int64_t lines = 0;   // that count
    int64_t values = 0;  // and have the value
    int64_t low = 0;
    int64_t high = 0;
  };

  void read(std::string_view list, const LineReading& reading, const event::Record& record,
            const Symbols& symbols, TimeMs at);
  void add(const LineFoldSlot& fold, const event::Line& line, const EventView& view, Sum& sum);

  const Program* program_;
  Machine machine_;
  std::vector<Sum> sums_;  // of the reading at hand
};

}  // namespace guerdon::plan
