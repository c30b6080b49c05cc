#include "engine/server/progress_writer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/calendar/period.h"
#include "engine/money/decimal.h"
#include "engine/progress/attainment.h"
#include "engine/progress/bands.h"

namespace guerdon::server {

namespace {

using shard::ProgressRow;

// A key as it stands in requests; numbers go by their size, texts by their bytes.
struct KeyWord {
  int64_t number = 0;
  std::string text;

  auto operator<=>(const KeyWord&) const = default;
};

struct Row {
  const ProgressRow* row = nullptr;
  std::vector<KeyWord> keys;
};

std::string instant(base::TimeMs time) {
  return time < base::kTimeEnd ? base::format_timestamp(std::max(time, base::kTimeMin)) : "never";
}

// Days of the zone from the one that `at` is in, or the first of the period, to its last.
int64_t days_left(const plan::Clock& clock, const calendar::Period& period, base::TimeMs at) {
  const auto day = [&](base::TimeMs time) {
    const base::TimeMs within = std::clamp(time, base::kTimeMin, base::kTimeEnd - 1);
    return int64_t{calendar::period_at(clock.calendar, calendar::PeriodKind::kDay, within).index};
  };
  return at >= period.to ? 0 : day(period.to - 1) - day(std::max(at, period.from)) + 1;
}

class ProgressWriter {
 public:
  ProgressWriter(const plan::Program& program, const pipeline::Admission& admission,
                 const event::Asked& asked, net::ReplyWriter& reply)
      : program_(program), admission_(admission), asked_(asked), reply_(reply) {}

  void write(const shard::Progress& progress) {
    const std::vector<Row> rows = ordered(progress.rows);
    reply_.array_header(rows.size());
    for (const Row& row : rows) write(row);
  }

 private:
  // Targets as they are wanted; in each by its keys, no more than are shown.
  std::vector<Row> ordered(const std::vector<ProgressRow>& all) const {
    std::vector<Row> rows;
    for (auto from = all.begin(); from != all.end();) {
      const auto to = std::find_if(
          from, all.end(), [&](const ProgressRow& row) { return row.target != from->target; });
      const size_t begin = rows.size();
      for (; from != to; ++from) rows.push_back({&*from, keys_of(*from)});
      const size_t end = std::min(rows.size(), begin + kProgressShownMax);
      const auto at = [&](size_t row) { return rows.begin() + static_cast<std::ptrdiff_t>(row); };
      std::partial_sort(at(begin), at(end), rows.end(),
                        [](const Row& a, const Row& b) { return a.keys < b.keys; });
      rows.resize(end);
    }
    return rows;
  }

  std::vector<KeyWord> keys_of(const ProgressRow& row) const {
    const plan::SubjectKind& subject = program_.subjects[row.key.subject];
    std::vector<KeyWord> words;
    for (size_t k = 0; k < subject.keys.size(); ++k) {
      const int64_t key = row.key.keys[k];
      if (subject.key_is_text[k]) {
        words.push_back({0, admission_.symbol_text(static_cast<plan::Symbol>(key))});
      } else {
        words.push_back({key, std::to_string(key)});
      }
    }
    return words;
  }

  void write(const Row& row) {
    const plan::TargetKind& target = program_.targets[row.row->target];
    const plan::SubjectKind& subject = program_.subjects[row.row->key.subject];
    const plan::Clock& clock = program_.clocks[static_cast<size_t>(subject.clock)];
    const calendar::Period period =
        calendar::period_of_index(clock.calendar, clock.rule, row.row->key.period);
    reply_.map_header(kFields + (has_samples(target) ? kFieldsOfSamples : 0) +
                      (target.carried == plan::kNowhere ? 0 : 1) +
                      (row.row->running.empty() ? 0 : 1));
    pair("program", program_.plans[target.plan].program);
    pair("target", target.name);
    pair("role", subject.owner);
    reply_.bulk("keys");
    reply_.map_header(row.keys.size());
    for (size_t k = 0; k < row.keys.size(); ++k) pair(subject.keys[k], row.keys[k].text);
    pair("period", calendar::period_label(clock.calendar, clock.rule, period.index));
    pair("from", instant(period.from));
    pair("until", instant(period.to));
    pair("state", row.row->is_closed ? "closed" : "open");
    write_figures(target, *row.row, days_left(clock, period, asked_.at));
    if (target.carried != plan::kNowhere) amount("carried", target, row.row->carried);
    if (!row.row->running.empty()) write_streaks(*row.row);
    reply_.bulk("lsn");
    reply_.integer(static_cast<int64_t>(asked_.lsn));
  }

  // `next`: how many more it needs to pay; null where it has paid in this run.
  void write_streaks(const ProgressRow& row) {
    reply_.bulk("streaks");
    reply_.array_header(row.running.size());
    for (const ProgressRow::Running& running : row.running) {
      const plan::StreakKind& streak = program_.streaks[running.streak];
      reply_.map_header(5);
      pair("streak", streak.name);
      reply_.bulk("running");
      reply_.integer(running.periods);
      reply_.bulk("of");
      reply_.integer(streak.least);
      pair("repeats", streak.repeats ? "yes" : "no");
      reply_.bulk("next");
      const int64_t towards = streak.repeats ? running.periods % streak.least : running.periods;
      if (towards < streak.least) {
        reply_.integer(streak.least - towards);
      } else {
        reply_.null();
      }
    }
  }

  static bool has_samples(const plan::TargetKind& target) {
    return target.samples != plan::kNowhere;
  }

  // Nothing: of an average, or the highest, where it has no sample.
  static std::optional<int64_t> achieved(const plan::TargetKind& target, const ProgressRow& row) {
    if (!target.is_average && !target.is_picked) return row.achieved;
    if (row.samples <= 0) return std::nullopt;
    if (target.is_picked) return row.achieved;
    return progress::average_shown(row.achieved, row.samples, target.at_most);
  }

  // Without a goal there is nothing that hangs on one, and without a sample of what is made of
  // samples.
  void write_figures(const plan::TargetKind& target, const ProgressRow& row, int64_t days) {
    const std::optional<int64_t> achieved = ProgressWriter::achieved(target, row);
    const std::optional<int64_t> percent = shard::percent_of(target, row);
    pair("unit", target.unit);
    amount("achieved", target, achieved);
    amount("goal", target, row.goal);
    std::optional<int64_t> missing;
    std::optional<int64_t> over;
    std::optional<int64_t> pace;
    reply_.bulk("percent");
    if (percent) {
      reply_.integer(*percent);
      missing = progress::remaining(*achieved, *row.goal);
      if (target.at_most) over = progress::remaining(*row.goal, *achieved);
      if (days > 0 && !has_samples(target)) pace = progress::pace(*missing, days);
    } else {
      reply_.null();
    }
    pair("band", percent ? progress::band_at(target.bands, *percent).name : "none");
    amount("remaining", target, missing);
    reply_.bulk("days_left");
    reply_.integer(days);
    amount("pace", target, pace);
    if (has_samples(target)) {
      pair("goal_is", target.at_most ? "at_most" : "at_least");
      reply_.bulk("samples");
      reply_.integer(row.samples);
      amount("over", target, over);
    }
    write_milestones(target, row, percent);
  }

  static int64_t place(const plan::TargetKind& target, int64_t goal, int64_t percent) {
    return target.at_most ? progress::most_for(goal, percent) : progress::least_for(goal, percent);
  }

  void write_milestones(const plan::TargetKind& target, const ProgressRow& row,
                        std::optional<int64_t> reached) {
    reply_.bulk("milestones");
    reply_.array_header(target.milestones.size());
    for (const int64_t percent : target.milestones) {
      reply_.map_header(3);
      reply_.bulk("percent");
      reply_.integer(percent);
      amount("from", target,
             row.goal ? std::optional(place(target, *row.goal, percent)) : std::nullopt);
      pair("reached", reached && *reached >= percent ? "yes" : "no");
    }
  }

  void pair(std::string_view name, std::string_view value) {
    reply_.bulk(name);
    reply_.bulk(value);
  }

  void amount(std::string_view name, const plan::TargetKind& target, std::optional<int64_t> value) {
    reply_.bulk(name);
    if (!value) return reply_.null();
    reply_.bulk(money::format_decimal(*value, target.scale));
  }

  static constexpr size_t kFields = 18;
  static constexpr size_t kFieldsOfSamples = 3;

  const plan::Program& program_;
  const pipeline::Admission& admission_;
  const event::Asked& asked_;
  net::ReplyWriter& reply_;
};

}  // namespace

void write_progress(const plan::Program& program, const pipeline::Admission& admission,
                    const shard::Progress& progress, const event::Asked& asked,
                    net::ReplyWriter& reply) {
  if (progress.is_too_much) {
    return reply.error("LIMIT", "target: of more than " +
                                    std::to_string(shard::kProgressTuplesMax) +
                                    " sets of further names something is kept; ask for a target of "
                                    "fewer, with target=");
  }
  if (progress.is_gone) {
    return reply.error("LATE",
                       "period: it is closed for so long that what was achieved in it is not kept "
                       "any more; REGISTER has what was paid");
  }
  ProgressWriter(program, admission, asked, reply).write(progress);
}

}  // namespace guerdon::server
