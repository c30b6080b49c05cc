// Events, batches and questions: what goes into the job at hand.
#include <algorithm>
#include <memory>
#include <utility>

#include "engine/base/timestamp.h"
#include "engine/event/reversal.h"
#include "engine/history/register_page.h"
#include "engine/net/line_words.h"
#include "engine/server/intake.h"
#include "engine/server/limits.h"

namespace guerdon::server {

using Step = net::RequestParser::Step;
using What = pipeline::Query::What;

namespace {

Fault fault_of(const net::RequestError& error) {
  return {net::code_word(error.code()), net::sentence_of(error)};
}

}  // namespace

Fault no_space() {
  return {"NOSPACE",
          "retry-after=1000 the disk is full, so nothing new is taken; free some of it, and send "
          "this again"};
}

// ---- Events -------------------------------------------------------------------------------------

// Nothing, and which record of the job at hand it is; or why it is none.
std::optional<Fault> Intake::read_record(std::span<const std::string_view> words,
                                         uint32_t* record) {
  submit_if_full();
  pipeline::Job& to = job();
  if (!is_writable_) return no_space();
  read_by_the_program();
  const bool is_event = is_word(words[0], "EVENT");
  const bool is_read = is_event ? events_->read(words, session().source, now(), to.batch)
                                : commands_->read(words, session().source, to.batch);
  if (!is_read) {
    const event::EventFault& fault = is_event ? events_->fault() : commands_->fault();
    return Fault{event::outcome_word(fault.outcome), fault.sentence};
  }
  if (!shared_.is_clock_of_events) to.at.push_back(now());
  *record = static_cast<uint32_t>(to.batch.records.size() - 1);
  return std::nullopt;
}

void Intake::take_event(std::span<const std::string_view> words) {
  uint32_t record = 0;
  if (const std::optional<Fault> fault = read_record(words, &record)) {
    return answer_error(fault->code, fault->sentence);
  }
  add_letter(Letter::Kind::kEvent).index = record;
}

// ---- Batches ------------------------------------------------------------------------------------

void Intake::open_batch(uint32_t lines) {
  session().batch = OpenBatch{std::make_shared<BatchTally>(), lines, 0};
}

void Intake::take_batch_request(Step step) {
  OpenBatch& open = *session().batch;
  ++open.line;
  if (step == Step::kRequest) {
    take_batch_words(session().parser.words(), open.tally, open.line);
  } else {
    take_batch_fault(fault_of(session().parser.error()), open.tally, open.line);
  }
  const bool is_lost = step == Step::kError && session().parser.error().closes();
  if (--open.lines_left != 0 && !is_lost) return;
  end_batch(open.tally);
  session().batch.reset();
  if (is_lost) end_after_answer();
}

// Goes on where it was left.
void Intake::take_batch(std::string_view text) {
  std::optional<HalfBatch>& half = session().half_batch;
  if (!half) half = HalfBatch{std::make_shared<BatchTally>(), 0, 0};
  while (half->taken < text.size()) {
    if (!has_job()) return leave_request();
    const std::string_view rest = text.substr(half->taken);
    const size_t size = std::min(rest.find('\n'), rest.size());
    take_line(rest.substr(0, size), half->tally, &half->number);
    half->taken += std::min(size + 1, rest.size());
  }
  if (!has_job()) return leave_request();
  end_batch(half->tally);
  half.reset();
}

// `number`: of the last line; a blank one has none, as between requests.
void Intake::take_line(std::string_view line, const std::shared_ptr<BatchTally>& tally,
                       uint32_t* number) {
  if (net::is_blank_line(line)) return;
  ++*number;
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() > net::kLineMax) {
    const net::RequestError error{net::RequestFault::kLineTooLong};
    return take_batch_fault(fault_of(error), tally, *number);
  }
  net::Words words;
  if (const std::optional<net::RequestError> error = net::cut_line(line, &unescaped_, &words)) {
    return take_batch_fault(fault_of(*error), tally, *number);
  }
  take_batch_words({words.views.data(), words.count}, tally, *number);
}

void Intake::take_batch_words(std::span<const std::string_view> words,
                              const std::shared_ptr<BatchTally>& tally, uint32_t number) {
  if (!is_word(words[0], "EVENT") && !event::CommandReader::knows(words[0])) {
    return take_batch_fault({"SYNTAX",
                             "word 1: a batch has events and commands that the log keeps, as EVENT "
                             "type id name=value ..., and nothing else"},
                            tally, number);
  }
  if (is_word(words[0], "REVERSE")) {
    return take_batch_fault({"SYNTAX",
                             "word 1: a REVERSE waits for what it takes back to be looked up, and "
                             "is in no batch; send it by itself"},
                            tally, number);
  }
  if (session().role != door::Role::kAdmin) [[unlikely]] {
    if (std::optional<Fault> fault = check_role(*find_command(words[0]), words, session().role)) {
      return take_batch_fault(std::move(*fault), tally, number);
    }
  }
  uint32_t record = 0;
  if (std::optional<Fault> fault = read_record(words, &record)) {
    return take_batch_fault(std::move(*fault), tally, number);
  }
  const uint16_t batch = batch_number(tally);
  Letter& letter = add_letter(Letter::Kind::kBatchLine);
  letter.index = record;
  letter.batch = batch;
  letter.size = number;
}

void Intake::take_batch_fault(Fault fault, const std::shared_ptr<BatchTally>& tally,
                              uint32_t number) {
  submit_if_full();
  const uint16_t batch = batch_number(tally);
  letters().faults.push_back(std::move(fault));
  const auto index = static_cast<uint32_t>(letters().faults.size() - 1);
  Letter& letter = add_letter(Letter::Kind::kBatchFault);
  letter.index = index;
  letter.batch = batch;
  letter.size = number;
}

void Intake::end_batch(const std::shared_ptr<BatchTally>& tally) {
  submit_if_full();
  const uint16_t batch = batch_number(tally);
  add_letter(Letter::Kind::kBatchEnd).batch = batch;
}

// Its number in the letters of the job at hand.
uint16_t Intake::batch_number(const std::shared_ptr<BatchTally>& tally) {
  std::vector<std::shared_ptr<BatchTally>>& batches = letters().batches;
  if (batches.empty() || batches.back() != tally) batches.push_back(tally);
  return static_cast<uint16_t>(batches.size() - 1);
}

// ---- Questions, and the clock -------------------------------------------------------------------

uint32_t Intake::add_query(std::string_view account, What what) {
  submit_if_full();
  pipeline::Job& to = job();
  to.queries.push_back({.account = to.batch.add_text(account),
                        .before = static_cast<uint32_t>(to.batch.records.size()),
                        .what = what});
  return static_cast<uint32_t>(to.queries.size() - 1);
}

void Intake::take_balances(std::string_view account) {
  const uint32_t query = add_query(account, What::kBalances);
  add_letter(Letter::Kind::kBalances).index = query;
}

void Intake::take_badges(std::string_view account) {
  const uint32_t query = add_query(account, What::kBalances);
  add_letter(Letter::Kind::kBadges).index = query;
}

void Intake::take_balances_in(std::string_view account, uint16_t wallet) {
  const uint32_t query = add_query(account, What::kBalances);
  job().queries[query].in = wallet;
  add_letter(Letter::Kind::kBalances).index = query;
}

void Intake::take_wallets(std::string_view account) {
  const uint32_t query = add_query(account, What::kBalances);
  add_letter(Letter::Kind::kWallets).index = query;
}

void Intake::take_lots(std::string_view account, std::optional<uint16_t> wallet,
                       std::optional<event::TimeMs> warned_at) {
  const uint32_t query = add_query(account, What::kLots);
  job().queries[query].warned_at = warned_at;
  Letter& letter = add_letter(Letter::Kind::kLots);
  letter.index = query;
  letter.size = wallet ? *wallet : Letter::kAllWallets;
}

void Intake::take_progress(std::string_view account, std::vector<shard::ProgressWanted> wanted) {
  GUERDON_ASSERT(!wanted.empty());
  const uint32_t query = add_query(account, What::kProgress);
  letters().progress_wanted += wanted.size();
  job().queries[query].progress = std::move(wanted);
  add_letter(Letter::Kind::kProgress).index = query;
}

// The last of its job.
void Intake::take_tick(event::TimeMs time) {
  submit_if_full();
  pipeline::Job& to = job();
  if (!is_writable_) return answer_error(no_space().code, no_space().sentence);
  to.tick = std::min(time, base::kTimeEnd - 1);
  add_letter(Letter::Kind::kTick);
  submit();
}

void Intake::take_late(LateReport report, uint32_t size) {
  GUERDON_ASSERT(shared_.desk != nullptr);
  submit_if_full();
  job().is_barrier = true;
  letters().late.push_back(std::move(report));
  const auto index = static_cast<uint32_t>(letters().late.size() - 1);
  Letter& letter = add_letter(Letter::Kind::kLate);
  letter.index = index;
  letter.size = size;
  session().waits_for_book = true;
  throttle(*at_hand_.connection, session());
  submit();
}

// Read at once, into a batch that waits beside it: what is wrong with the words is answered before
// anything is looked up.
void Intake::take_reversal(std::span<const std::string_view> words) {
  submit_if_full();
  job();
  if (!is_writable_) return answer_error(no_space().code, no_space().sentence);
  const auto asked = std::make_shared<event::Batch>();
  read_by_the_program();
  if (!commands_->read(words, session().source, *asked)) {
    const event::EventFault& fault = commands_->fault();
    return answer_error(event::outcome_word(fault.outcome), fault.sentence);
  }
  // Looked up and taken under one program.
  const Publisher::Reversal reversal = shared_.publisher->begin_reversal();
  if (reversal == nullptr) {
    session().waits_for_version = true;
    return leave_request();
  }
  std::vector<std::string> kept(words.begin(), words.end());
  take_late(
      [this, asked, reversal, kept = std::move(kept), source = session().source]() -> LateAnswer {
        const runtime::AskedReversal found =
            runtime::look_up(shared_.core, *asked, asked->records.back());
        return [this, found, reversal, kept, source](const bookkeeping::BookDesk::Reading& reading,
                                                     net::ReplyWriter& reply) {
          return read_reversal(found, reading, kept, source, reversal, reply);
        };
      },
      Letter::kTakesRecord);
}

// On the desk's thread.
Follow Intake::read_reversal(const runtime::AskedReversal& asked,
                             const bookkeeping::BookDesk::Reading& reading,
                             const std::vector<std::string>& words, const event::Source& source,
                             const Publisher::Reversal& reversal, net::ReplyWriter& reply) {
  if (reading.book == nullptr) {
    history::write_problem(reading.problem, reply);
    return {};
  }
  const plan::Program& program = shared_.core.program();
  const auto bytes = std::make_shared<std::string>();
  if (const auto fault = runtime::find_reversal(program, shared_.core.log_disk(), *reading.book,
                                                asked, bytes.get())) {
    reply.error(fault->code, fault->sentence);
    return {};
  }
  Follow follow;
  follow.taking = [this, &program, reversal, words, source, bytes](pipeline::Job& job) {
    const std::vector<std::string_view> views(words.begin(), words.end());
    bool is_read = commands_->read(views, source, job.batch);
    if (is_read && !bytes->empty()) {
      is_read = event::give_reversal(program.schema, *bytes, job.batch.records.back(), job.batch);
    }
    GUERDON_ASSERT(is_read);
  };
  return follow;
}

void Intake::take_report(Report report) {
  submit_if_full();
  job().is_barrier = true;
  letters().reports.push_back(std::move(report));
  const auto index = static_cast<uint32_t>(letters().reports.size() - 1);
  add_letter(Letter::Kind::kReport).index = index;
  submit();
}

}  // namespace guerdon::server
