// When sweeps run: what is due for accounts that no event touches.
//
// A sweep begins when a period that some plan counts in is closed, at its end or, with grace, after
// it, and is done in slices (event::Slices), one SWEEP record after every kRecordsBetween records
// of other kinds, so that no event waits for a whole sweep. A SWEEP has one slice, of a million
// accounts some 250; and more, up to kSlicesAtOnce, where records come so seldom that the sweep
// would not be through within kPaceMs of engine time. Where the next one is closed before a sweep
// is through, the next sweep goes on with the slice at which that one stopped and catches up, and
// the record counts like any other: so every slice has its turn, however short the periods are.
// Where wallets have lots with dates, and from the first command on, a sweep begins with each day
// (UTC), too, and a tick is followed by a whole one: after it nothing that is due is left undone.
// All of that follows from the records alone; so a sweep stands at the same log positions for any
// shards and batches.
//
// Thread-safety: one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/calendar/closing.h"
#include "engine/event/batch.h"
#include "engine/program/program.h"
#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::pipeline {

class Sweeper {
 public:
  static constexpr int kRecordsBetween = 32;
  static constexpr base::TimeMs kPaceMs = 60'000;
  // SWEEPs behind a tick.
  static constexpr uint32_t kOfTick = event::kSlices / event::kSlicesAtOnce;

  explicit Sweeper(const plan::Program& program);

  // Goes on under a program that was compiled from this one (compile_again). `at`: the clock.
  void adopt(const plan::Program& program, base::TimeMs at);

  // Told of each record that is not a sweep, with its clock; what is to be swept next to it, if
  // anything.
  std::optional<event::Slices> after_record(base::TimeMs at) {
    const bool is_quiet = at < due_ && slices_left_ == 0;  // as after nearly every record
    return is_quiet ? std::nullopt : next_slices(at);
  }
  // A record comes with which a period is closed again: a sweep begins, as where one is closed by
  // time. `at`: its clock. REQUIRES: after_record() of it follows.
  void begin(base::TimeMs at);
  // From the next record on wallets may have dates that no plan gave them, by commands. `at`: the
  // clock.
  void expect_dates(base::TimeMs at);
  bool expects_dates() const { return has_dates_; }
  // A record came.
  bool has_begun() const { return due_ != kNotKnown; }

  // As after_record(), of a tick: true when a whole sweep is to follow, whose SWEEPs next_of_tick()
  // gives: if anything falls due by time, and the clock has moved since the last such sweep.
  bool begin_at_tick(base::TimeMs at);
  std::optional<event::Slices> next_of_tick();

  // How far it is, and that again. False: the section is none that was saved.
  void save(snapshot::SnapshotWriter& out) const;
  bool load(snapshot::SectionReader& in);

  // For a planted bug only: a batch begins.
  void at_batch();

 private:
  std::optional<event::Slices> next_slices(base::TimeMs at);
  void add_clocks(const plan::Program& program);
  void add_days();
  void plan_next(base::TimeMs at);
  event::Slices take(uint32_t count);

  bool has_dates_ = false;     // some wallet may have lots that mature or expire, or holds that end
  bool has_closings_ = false;  // some plan pays when a period is closed
  std::vector<calendar::ClosingCursor> closings_;
  size_t clocks_ = 0;                                   // of the program that have one
  static constexpr base::TimeMs kNotKnown = INT64_MIN;  // before the first record
  base::TimeMs due_ = kNotKnown;                        // when the next period is closed
  base::TimeMs swept_at_ = kNotKnown;                   // by the last tick: nothing due is left
  base::TimeMs began_at_ = kNotKnown;                   // since when some slice is left
  uint32_t slices_left_ = 0;
  uint32_t next_slice_ = 0;  // goes round
  int records_ = 0;          // since the sweep began or its last SWEEP; 0 between sweeps
};

}  // namespace guerdon::pipeline
