#include "engine/runtime/reference_rates.h"

#include <array>
#include <span>

#include "engine/base/hash.h"
#include "engine/event/command.h"
#include "engine/feed/command_reader.h"
#include "engine/program/rates.h"

namespace guerdon::runtime {

namespace {

using event::Outcome;
using event::RateRow;

class RatesOfFile {
 public:
  RatesOfFile(Core& core, std::string_view text, std::vector<event::FileProblem>* problems)
      : core_(core),
        problems_(*problems),
        reader_(core.program().schema),
        source_("rates"),
        file_(base::hash128(text).to_hex()) {}

  // Whether each row would be taken.
  bool try_all(const std::vector<RateRow>& rows) {
    plan::Rates trial = core_.admission().rates();
    event::Batch batch;
    for (const RateRow& row : rows) {
      if (problems_.size() == event::kProblemsMax) break;
      batch.clear();
      std::string fault = read(row, batch) ? fault_of(row, outcome_of(batch, trial))
                                           : without_word(reader_.fault().sentence);
      if (!fault.empty()) problems_.push_back({row.line, std::move(fault)});
    }
    return problems_.empty();
  }

  // False: *error; the rest is taken when the file is given again.
  bool take_all(std::span<const RateRow> rows, std::string* error) {
    while (!rows.empty()) {
      if (!core_.has_room()) {
        *error = core_.log_error();
        return false;
      }
      const uint64_t before = taken();
      const size_t count = std::min<size_t>(rows.size(), event::kBatchRecordsMax);
      pipeline::Job& job = core_.assembly().take();
      for (const RateRow& row : rows.first(count)) (void)read(row, job.batch);
      core_.assembly().submit(job);
      core_.assembly().drain();
      if (taken() != before + count) {
        *error =
            "not all rates were set: the ids of rows are remembered no longer than those of "
            "events, "
            "and as of now they are refused as too old; raise --keys";
        return false;
      }
      rows = rows.subspan(count);
    }
    return true;
  }

 private:
  // Records so far that were done, now or before.
  uint64_t taken() const {
    const auto& outcomes = core_.admission().outcomes();
    return outcomes[static_cast<size_t>(Outcome::kOk)] +
           outcomes[static_cast<size_t>(Outcome::kDuplicate)];
  }

  bool read(const RateRow& row, event::Batch& batch) {
    const std::array<std::string, 7> words = {"RATE",
                                              "from=" + row.from,
                                              "to=" + row.to,
                                              "rate=" + row.rate,
                                              "effective=" + row.effective,
                                              "id=" + file_ + "-" + std::to_string(row.line),
                                              "until=" + row.until};
    std::array<std::string_view, 7> views;
    std::copy(words.begin(), words.end(), views.begin());
    const size_t count = row.until.empty() ? 6 : 7;
    return reader_.read(std::span(views).first(count), source_, batch);
  }

  // Of the row, by what admission does with it.
  static Outcome outcome_of(const event::Batch& batch, plan::Rates& trial) {
    return trial.set(batch, event::CommandView(batch, batch.records.back())).outcome;
  }

  static std::string fault_of(const RateRow& row, Outcome outcome) {
    switch (outcome) {
      case Outcome::kOk:
        return "";
      case Outcome::kOverflow:
        return "the rate is more than can be kept; write a coarser one";
      case Outcome::kLimit:
        return "this exchange has more than " + std::to_string(plan::kRateStretchesMax) +
               " stretches of time with rates of their own; leave old ones out";
      default:
        return "no plan has an exchange of " + row.from + " to " + row.to +
               " with its rates from outside; declare one with `rate from file`";
    }
  }

  Core& core_;
  std::vector<event::FileProblem>& problems_;
  event::CommandReader reader_;
  const event::Source source_;
  const std::string file_;
};

}  // namespace

std::string without_word(const std::string& sentence) {
  const size_t comma = sentence.find(", ");
  const bool has_word = sentence.starts_with("word ") && comma != std::string::npos;
  return has_word ? sentence.substr(comma + 2) : sentence;
}

bool take_rates(Core& core, std::string_view text, size_t* rows,
                std::vector<event::FileProblem>* problems, std::string* error) {
  std::vector<RateRow> read;
  if (!event::read_rates(text, &read, problems)) return false;
  *rows = read.size();
  RatesOfFile file(core, text, problems);
  if (!file.try_all(read)) return false;
  if (!file.take_all(read, error)) return false;
  if (core.flush()) return true;
  *error = core.log_error();
  return false;
}

}  // namespace guerdon::runtime
