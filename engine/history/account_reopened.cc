// A period that is closed for an account once more (shard/due_work.cc).
#include <utility>

#include "engine/history/account_rerun.h"

namespace guerdon::history {

void AccountRerun::set_back(const plan::DueCloses::Close& due) {
  const plan::ClosingKind& closing = program_->closings[due.closing];
  for (const plan::ClosingKind::Rule& rule : closing.rules) {
    if (rule.counted() == plan::kNowhere) continue;
    const plan::MeasureKind& kind = program_->measures[rule.counted()];
    const bool is_carried = rule.carried != plan::kNowhere;
    const int32_t period = is_carried ? closes_.next_of(closing, due.period) : 0;
    std::vector<plan::DueCloses::Names> all;
    frames_.visit([&](uint32_t subject, int32_t of, const plan::DueCloses::Names& names,
                      const std::vector<int64_t>&) {
      if (subject == kind.subject && of == period) all.push_back(names);
    });
    for (const plan::DueCloses::Names& names : all) {
      int64_t* const cells = frames_.obtain(*program_, {kind.subject, period, names});
      if (!is_carried) {
        plan::count_back(kind, due.period, cells);
        continue;
      }
      const int64_t over = std::exchange(cells[kind.cell], 0);
      if (over == 0) continue;
      const plan::MeasureKind& achieved = program_->measures[rule.achieved];
      int64_t& opened = frames_.obtain(*program_, {achieved.subject, period, names})[achieved.cell];
      opened = plan::moved_by(opened, -over);
    }
  }
}

}  // namespace guerdon::history
