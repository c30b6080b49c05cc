#include "engine/server/mail_writer.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/timestamp.h"
#include "engine/money/decimal.h"
#include "engine/money/exchange.h"
#include "engine/runtime/refusals.h"

namespace guerdon::server {

namespace {

using event::Outcome;

class MailWriter {
 public:
  MailWriter(const plan::Program& program, const pipeline::Job& job, const Letters& letters,
             Mail* mail)
      : program_(program), job_(job), letters_(letters), mail_(*mail) {}

  void write() {
    mail_.lsn = job_.last_lsn();
    for (const Letter& letter : letters_.list) {
      if (!is_answer(letter)) {
        add_to_tally(letter);
        continue;
      }
      if (mail_.pieces.empty() || mail_.pieces.back().to != letter.to) {
        mail_.pieces.push_back({letter.to, 0, 0});
      }
      answer(letter);
      ++mail_.pieces.back().answers;
      mail_.pieces.back().end = mail_.bytes.size();
    }
  }

 private:
  static bool is_answer(const Letter& letter) {
    return letter.kind != Letter::Kind::kBatchLine && letter.kind != Letter::Kind::kBatchFault;
  }

  void answer(const Letter& letter) {
    net::ReplyWriter reply(&mail_.bytes, letter.protocol);
    switch (letter.kind) {
      case Letter::Kind::kText:
        mail_.bytes.append(letters_.texts, letter.index, letter.size);
        return;
      case Letter::Kind::kEvent:
        return answer_event(letter.index, reply);
      case Letter::Kind::kBalances:
        return answer_balances(letter.index, reply);
      case Letter::Kind::kTick:
        return reply.status("OK", {tick_lsn()});
      case Letter::Kind::kReport:
        GUERDON_ASSERT(job_.is_barrier);
        return letters_.reports[letter.index](reply);
      case Letter::Kind::kBatchEnd:
        return letters_.batches[letter.batch]->write(reply);
      case Letter::Kind::kBatchLine:
      case Letter::Kind::kBatchFault:
        GUERDON_UNREACHABLE();
    }
  }

  void answer_event(uint32_t index, net::ReplyWriter& reply) const {
    const event::Record& record = job_.batch.records[index];
    switch (record.outcome) {
      case Outcome::kOk:
        return reply.status("OK", {record.lsn, record.entries});
      case Outcome::kDuplicate:
        return reply.status("DUP", {record.lsn, record.entries});
      default:
        const runtime::Refused refused = refused_record(index);
        reply.error(refused.code, refused.sentence);
    }
  }

  runtime::Refused refused_record(uint32_t index) const {
    const event::CommandResult none;
    return runtime::explain_refusal(program_, job_.batch.records[index],
                                    job_.results.empty() ? none : job_.results[index]);
  }

  void add_to_tally(const Letter& letter) const {
    BatchTally& tally = *letters_.batches[letter.batch];
    if (letter.kind == Letter::Kind::kBatchFault) {
      const Fault& fault = letters_.faults[letter.index];
      return tally.add_error(letter.size, fault.code, fault.sentence);
    }
    const event::Record& record = job_.batch.records[letter.index];
    switch (record.outcome) {
      case Outcome::kOk:
        return tally.add_accepted(record.lsn);
      case Outcome::kDuplicate:
        return tally.add_duplicate();
      default:
        const runtime::Refused refused = refused_record(letter.index);
        tally.add_error(letter.size, refused.code, refused.sentence);
    }
  }

  // A row a wallet that is not empty: program, unit, amount.
  void answer_balances(uint32_t index, net::ReplyWriter& reply) const {
    const pipeline::Query& query = job_.queries[index];
    if (query.in != pipeline::Query::kAsItIs) return answer_shown(query, index, reply);
    const size_t wallets = program_.wallets.size();
    const auto first = job_.answers.begin() + static_cast<std::ptrdiff_t>(index * wallets);
    const auto last = first + static_cast<std::ptrdiff_t>(wallets);
    reply.array_header(wallets - static_cast<size_t>(std::count(first, last, 0)));
    for (size_t w = 0; w < wallets; ++w) {
      const int64_t amount = first[static_cast<std::ptrdiff_t>(w)];
      if (amount == 0) continue;
      const plan::WalletKind& wallet = program_.wallets[w];
      reply.array_header(3);
      reply.bulk(wallet.program);
      reply.bulk(wallet.unit);
      reply.bulk(money::format_decimal(amount, wallet.scale));
    }
  }

  // A row a wallet that is not empty and can be shown in the unit: program, unit, amount; what it
  // is in that unit, the unit, its decimals; the rate, and since when it holds.
  void answer_shown(const pipeline::Query& query, uint32_t index, net::ReplyWriter& reply) const {
    const size_t wallets = program_.wallets.size();
    std::vector<size_t> rows;
    for (size_t w = 0; w < wallets; ++w) {
      const plan::Quote& quote = job_.quotes[query.quotes + w].quote;
      if (job_.answers[index * wallets + w] == 0) continue;
      if (quote.fault == plan::RateFault::kNoExchange) continue;
      if (quote.fault != plan::RateFault::kNone) return refuse_to_show(w, query, reply);
      rows.push_back(w);
    }
    std::vector<int64_t> values;
    for (const size_t w : rows) {
      const auto value =
          money::shown(job_.answers[index * wallets + w], job_.quotes[query.quotes + w].quote.rate);
      if (!value) {
        return reply.error("OVERFLOW", "in: the balance in " + program_.wallets[w].unit +
                                           " is too large to be shown in this unit");
      }
      values.push_back(*value);
    }
    reply.array_header(rows.size());
    for (size_t r = 0; r < rows.size(); ++r) {
      const pipeline::ShownIn& shown = job_.quotes[query.quotes + rows[r]];
      const plan::WalletKind& from = program_.wallets[rows[r]];
      const plan::WalletKind& to = program_.wallets[shown.wallet];
      reply.array_header(8);
      reply.bulk(from.program);
      reply.bulk(from.unit);
      reply.bulk(money::format_decimal(job_.answers[index * wallets + rows[r]], from.scale));
      reply.bulk(money::format_decimal(values[r], to.scale));
      reply.bulk(to.unit);
      reply.integer(to.scale);
      reply.bulk(rate_text(shown.quote.rate, from.scale, to.scale));
      reply.bulk(shown.quote.from <= base::kTimeMin ? "always"
                                                    : base::format_timestamp(shown.quote.from));
    }
  }

  void refuse_to_show(size_t wallet, const pipeline::Query& query, net::ReplyWriter& reply) const {
    const std::string_view unit = job_.batch.view(job_.batch.texts[query.in]);
    reply.error("NORATE", "in: no rate of " + program_.wallets[wallet].unit + " in " +
                              std::string(unit) + " is dated now; send it with RATE");
  }

  // Of whole units: 25450/1.
  static std::string rate_text(money::Ratio minor, int from_scale, int to_scale) {
    const auto whole = money::multiply(
        minor, money::make_ratio(money::power_of_ten(from_scale), money::power_of_ten(to_scale)));
    const money::Ratio rate = whole.value_or(minor);
    return std::to_string(rate.num) + "/" + std::to_string(rate.den) +
           (whole ? "" : " of the smallest amounts");
  }

  // A sweep may follow it.
  uint64_t tick_lsn() const {
    const auto& log = job_.batch.log;
    const auto tick = std::find_if(log.rbegin(), log.rend(), [](const event::LogItem& item) {
      return item.kind == event::LogKind::kTick;
    });
    GUERDON_ASSERT(tick != log.rend());
    return tick->lsn;
  }

  const plan::Program& program_;
  const pipeline::Job& job_;
  const Letters& letters_;
  Mail& mail_;
};

}  // namespace

void write_mail(const plan::Program& program, const pipeline::Job& job, const Letters& letters,
                Mail* mail) {
  MailWriter(program, job, letters, mail).write();
}

}  // namespace guerdon::server
