#include "engine/runtime/reference_rates.h"

#include <array>
#include <span>

#include "engine/base/hash.h"
#include "engine/event/command.h"
#include "engine/feed/command_reader.h"
#include "engine/money/exchange.h"
#include "engine/program/rates.h"

namespace guerdon::runtime {

namespace {

using event::CommandField;
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
      std::string fault =
          read(row, batch) ? fault_of(row, event::CommandView(batch, batch.records.back()), trial)
                           : without_word(reader_.fault().sentence);
      if (!fault.empty()) problems_.push_back({row.line, std::move(fault)});
    }
    return problems_.empty();
  }

  void take_all(std::span<const RateRow> rows) {
    while (!rows.empty()) {
      const size_t count = std::min<size_t>(rows.size(), event::kBatchRecordsMax);
      pipeline::Job& job = core_.assembly().take();
      for (const RateRow& row : rows.first(count)) (void)read(row, job.batch);
      core_.assembly().submit(job);
      core_.assembly().drain();
      rows = rows.subspan(count);
    }
  }

 private:
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

  // What admission would refuse it for.
  std::string fault_of(const RateRow& row, const event::CommandView& command,
                       plan::Rates& trial) const {
    const plan::Program& program = core_.program();
    const auto from = static_cast<uint16_t>(command[CommandField::kFrom]);
    const auto to = static_cast<uint16_t>(command[CommandField::kTo]);
    const std::optional<uint32_t> exchange = trial.find(from, to);
    const std::optional<money::Ratio> rate = money::parse_rate(row.rate);
    if (!exchange || !program.exchanges[*exchange].from_file || !rate) {
      return "no plan has an exchange of " + row.from + " to " + row.to +
             " with its rates from outside; declare one with `rate from file`";
    }
    const std::optional<money::Ratio> minor =
        money::minor_rate(*rate, program.wallets[from].scale, program.wallets[to].scale);
    if (!minor) return "the rate is more than can be kept; write a coarser one";
    const plan::TimeMs since = command[CommandField::kEffective];
    const plan::TimeMs until =
        command.has(CommandField::kUntil) ? command[CommandField::kUntil] : since + 1;
    if (trial.set(*exchange, since, until, *minor)) return "";
    return "this exchange has more than " + std::to_string(plan::kRateStretchesMax) +
           " stretches of time with rates of their own; leave old ones out";
  }

  // Of `word 2, from: ...` what stands behind the comma: a row has no words.
  static std::string without_word(const std::string& sentence) {
    const size_t comma = sentence.find(", ");
    const bool has_word = sentence.starts_with("word ") && comma != std::string::npos;
    return has_word ? sentence.substr(comma + 2) : sentence;
  }

  Core& core_;
  std::vector<event::FileProblem>& problems_;
  event::CommandReader reader_;
  const event::Source source_;
  const std::string file_;
};

}  // namespace

bool take_rates(Core& core, std::string_view text, size_t* rows,
                std::vector<event::FileProblem>* problems) {
  std::vector<RateRow> read;
  if (!event::read_rates(text, &read, problems)) return false;
  *rows = read.size();
  RatesOfFile file(core, text, problems);
  if (!file.try_all(read)) return false;
  file.take_all(read);
  return true;
}

}  // namespace guerdon::runtime
