#include "engine/server/mail_writer.h"

#include <algorithm>

#include "engine/base/assert.h"
#include "engine/money/decimal.h"

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
      if (letter.kind == Letter::Kind::kLate) continue;
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
      case Letter::Kind::kLate:
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
        const Fault fault = fault_of(record.outcome);
        reply.error(fault.code, fault.sentence);
    }
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
        const Fault fault = fault_of(record.outcome);
        tally.add_error(letter.size, fault.code, fault.sentence);
    }
  }

  // A row a wallet that is not empty: program, unit, amount.
  void answer_balances(uint32_t index, net::ReplyWriter& reply) const {
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

Fault fault_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kConflict:
      return {"CONFLICT",
              "word 3: an event with this id and other attributes came before; send it as it was "
              "then, or this one under an id of its own"};
    case Outcome::kTooOld:
      return {"TOOOLD",
              "time: too old to be told from one that was applied and forgotten, or its object is "
              "closed, so "
              "it is not applied (keys_floor and objects_floor of INFO say from when); raise "
              "--keys or --objects where events come as late as this"};
    case Outcome::kStale:
      return {"STALE",
              "version: this version of the object, or a later one, was applied before; nothing is "
              "to be done"};
    case Outcome::kFuture:
      return {"FUTURE",
              "time: more than five minutes ahead of the server's clock; set the clock of the "
              "sender, or send the event when it has happened"};
    case Outcome::kLimit:
      return {"LIMIT",
              "the engine keeps no more different texts for what rules tell apart; declare fewer "
              "attributes as keys"};
    default:
      GUERDON_UNREACHABLE();
  }
}

}  // namespace guerdon::server
