#include "engine/program/line_folds.h"

#include <algorithm>
#include <optional>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/money/rounding.h"
#include "engine/plan/limits.h"

namespace guerdon::plan {

using base::planted;
using base::PlantedBug;

namespace {

static_assert(kLinesPerEventMax == event::kLinesMax, "what the checker's bounds are of");

// A condition over a line reads nothing that is kept.
class NoFrames : public Frames {
 public:
  const int64_t* find(const FrameKey&) const override { return nullptr; }
  const int64_t* known(uint32_t, TimeMs) const override { return nullptr; }
};

}  // namespace

bool LineFolds::has_some(const Program& program) {
  return std::any_of(program.lines.begin(), program.lines.end(),
                     [](const LineSlots& type) { return !type.readings.empty(); });
}

void LineFolds::derive(event::Batch& batch, event::Record& record, const Symbols& symbols,
                       TimeMs at) {
  const LineSlots& slots = program_->lines[record.type];
  if (slots.readings.empty() || (record.present >> slots.slot & 1) == 0) return;
  int64_t* const values = batch.values.data() + record.values;
  const std::string_view list = batch.view(batch.texts[static_cast<size_t>(values[slots.slot])]);
  for (const LineReading& reading : slots.readings) {
    read(list, reading, record, symbols, at);
    for (size_t i = 0; i < reading.folds.size(); ++i) {
      const LineFoldSlot& fold = reading.folds[i];
      const Sum& sum = sums_[i];
      std::optional<int64_t> value;
      if (fold.fold == tree::Fold::kNumber) value = sum.lines;
      if (fold.fold == tree::Fold::kSum) value = sum.sum;
      if (fold.fold == tree::Fold::kHighest && sum.values > 0) value = sum.high;
      if (fold.fold == tree::Fold::kLowest && sum.values > 0) value = sum.low;
      if (!value) continue;
      values[fold.slot] = *value;
      record.present |= uint64_t{1} << fold.slot;
    }
  }
}

void LineFolds::read(std::string_view list, const LineReading& reading, const event::Record& record,
                     const Symbols& symbols, TimeMs at) {
  const event::LineFields& fields = program_->schema.type(record.type).lines[reading.number];
  sums_.assign(reading.folds.size(), {});
  event::LineReader lines(list, fields);
  event::Line line;
  while (lines.next(line)) {
    for (size_t field = 0; field < fields.size(); ++field) {
      const bool is_text = fields[field].kind == event::FieldKind::kText;
      if (!is_text || (line.present >> field & 1) == 0) continue;
      line.values[field] = symbols.find(line.texts[field], base::hash64(line.texts[field]));
    }
    const EventView view{line.values.data(), line.present, record.occurred_at, at};
    for (size_t i = 0; i < reading.folds.size(); ++i) add(reading.folds[i], line, view, sums_[i]);
  }
  GUERDON_ASSERT(!lines.fault());  // it was checked
}

void LineFolds::add(const LineFoldSlot& fold, const event::Line& line, const EventView& view,
                    Sum& sum) {
  static const NoFrames kNoFrames;
  const bool is_left_out = line.has_flag && !fold.all_lines;
  if (is_left_out && !planted(PlantedBug::kRewardLinesCount)) return;
  if (fold.where != kNowhere && !machine_.is_true(fold.where, view, kNoFrames)) return;
  ++sum.lines;
  if (fold.amount != kNowhere) {
    const std::optional<Int128> worth = machine_.value_of(fold.amount, view, kNoFrames);
    if (worth) {
      sum.sum += static_cast<int64_t>(money::divide_rounded(*worth, fold.den, fold.rounding));
    }
    return;
  }
  if (fold.fold == tree::Fold::kNumber || (line.present >> fold.field & 1) == 0) return;
  const int64_t value = line.values[fold.field];
  sum.sum += value;  // the magnitudes of all of them are no more than one amount may be
  const bool has_low = sum.values > 0 || planted(PlantedBug::kLowestFromZero);
  sum.low = has_low ? std::min(sum.low, value) : value;
  sum.high = sum.values == 0 ? value : std::max(sum.high, value);
  ++sum.values;
}

}  // namespace guerdon::plan
