#include "engine/server/mail_writer.h"

#include <algorithm>
#include <span>

#include "engine/base/assert.h"
#include "engine/base/timestamp.h"
#include "engine/money/decimal.h"
#include "engine/money/exchange.h"
#include "engine/runtime/refusals.h"
#include "engine/server/progress_writer.h"

namespace guerdon::server {

namespace {

using event::Outcome;

class MailWriter {
 public:
  MailWriter(const plan::Program& program, const pipeline::Admission& admission,
             const pipeline::Job& job, const Letters& letters, Mail* mail)
      : program_(program), admission_(admission), job_(job), letters_(letters), mail_(*mail) {}

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
      case Letter::Kind::kWallets:
        return answer_wallets(letter.index, reply);
      case Letter::Kind::kBadges:
        return answer_badges(letter.index, reply);
      case Letter::Kind::kLots:
        return answer_lots(letter, reply);
      case Letter::Kind::kProgress:
        return write_progress(program_, admission_, job_.answers.progress[letter.index],
                              job_.batch.asked[letter.index], reply);
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
        const runtime::Refused refused = refused_record(index);
        reply.error(refused.code, refused.sentence);
    }
  }

  runtime::Refused refused_record(uint32_t index) const {
    const event::CommandResult none;
    return runtime::explain_refusal(program_, job_.batch, job_.batch.records[index],
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

  std::string_view status_word(uint16_t wallet, ledger::WalletStatus status) const {
    switch (status) {
      case ledger::WalletStatus::kAsMade:
        return program_.wallets[wallet].rules.opens_on_first_credit ? "open" : "unopened";
      case ledger::WalletStatus::kOpened:
        return "open";
      case ledger::WalletStatus::kFrozen:
        return "frozen";
      case ledger::WalletStatus::kClosed:
        return "closed";
    }
    GUERDON_UNREACHABLE();
  }

  // A row a wallet that is not empty: program, unit, amount.
  void answer_balances(uint32_t index, net::ReplyWriter& reply) const {
    const pipeline::Query& query = job_.queries[index];
    if (query.in != pipeline::Query::kAsItIs) return answer_shown(query, index, reply);
    const std::span<const shard::WalletView> views = views_of(index);
    reply.array_header(static_cast<size_t>(
        std::count_if(views.begin(), views.end(),
                      [](const shard::WalletView& view) { return view.posted != 0; })));
    for (size_t w = 0; w < views.size(); ++w) {
      if (views[w].posted == 0) continue;
      const plan::WalletKind& wallet = program_.wallets[w];
      reply.array_header(3);
      reply.bulk(wallet.program);
      reply.bulk(wallet.unit);
      reply.bulk(money::format_decimal(views[w].posted, wallet.scale));
    }
  }

  // A row a wallet that is not empty and can be shown in the unit: program, unit, amount; what it
  // is in that unit, the unit, its decimals; the rate, and since when it holds.
  void answer_shown(const pipeline::Query& query, uint32_t index, net::ReplyWriter& reply) const {
    const std::span<const shard::WalletView> views = views_of(index);
    std::vector<size_t> rows;
    for (size_t w = 0; w < views.size(); ++w) {
      const plan::Quote& quote = job_.quotes[query.quotes + w].quote;
      if (views[w].posted == 0) continue;
      if (quote.fault == plan::RateFault::kNoExchange) continue;
      if (quote.fault != plan::RateFault::kNone) return refuse_to_show(w, query, reply);
      rows.push_back(w);
    }
    std::vector<int64_t> values;
    for (const size_t w : rows) {
      const auto value = money::shown(views[w].posted, job_.quotes[query.quotes + w].quote.rate);
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
      reply.bulk(money::format_decimal(views[rows[r]].posted, from.scale));
      reply.bulk(money::format_decimal(values[r], to.scale));
      reply.bulk(to.unit);
      reply.integer(to.scale);
      reply.bulk(rate_text(shown.quote.rate, from.scale, to.scale));
      reply.bulk(shown.quote.from <= base::kTimeMin ? "always"
                                                    : base::format_timestamp(shown.quote.from));
    }
  }

  void refuse_to_show(size_t wallet, const pipeline::Query& query, net::ReplyWriter& reply) const {
    reply.error("NORATE", "in: no rate of " + program_.wallets[wallet].unit + " in " +
                              program_.wallets[query.in].unit + " is dated now; send it with RATE");
  }

  // Of whole units: 25450/1.
  static std::string rate_text(money::Ratio minor, int from_scale, int to_scale) {
    const auto whole = money::multiply(
        minor, money::make_ratio(money::power_of_ten(from_scale), money::power_of_ten(to_scale)));
    const money::Ratio rate = whole.value_or(minor);
    return std::to_string(rate.num) + "/" + std::to_string(rate.den) +
           (whole ? "" : " of the smallest amounts");
  }

  // A map a wallet in which there is something, or that is not as it would be by itself.
  void answer_wallets(uint32_t index, net::ReplyWriter& reply) const {
    const std::span<const shard::WalletView> views = views_of(index);
    reply.array_header(static_cast<size_t>(
        std::count_if(views.begin(), views.end(),
                      [](const shard::WalletView& view) { return !view.is_blank(); })));
    for (uint16_t w = 0; w < views.size(); ++w) {
      const shard::WalletView& view = views[w];
      if (view.is_blank()) continue;
      const plan::WalletKind& wallet = program_.wallets[w];
      const auto amount = [&](std::string_view name, int64_t value) {
        write_pair(name, money::format_decimal(value, wallet.scale), reply);
      };
      reply.map_header(10);
      write_pair("program", wallet.program, reply);
      write_pair("unit", wallet.unit, reply);
      amount("posted", view.posted);
      amount("available", view.available);
      amount("held", view.held);
      amount("pending", view.pending);
      amount("debt", view.debt);
      write_pair("status", status_word(w, view.status), reply);
      reply.bulk("scale");
      reply.integer(wallet.scale);
      reply.bulk("lsn");
      reply.integer(static_cast<int64_t>(job_.batch.asked[index].lsn));
    }
  }

  // A map a badge that the account has.
  void answer_badges(uint32_t index, net::ReplyWriter& reply) const {
    const std::span<const shard::WalletView> views = views_of(index);
    const auto has_some = [&](size_t w) {
      const std::optional<plan::Badge>& badge = program_.wallets[w].badge;
      return badge && !badge->is_notice && views[w].posted > 0;
    };
    size_t count = 0;
    for (size_t w = 0; w < views.size(); ++w) count += has_some(w) ? size_t{1} : 0;
    reply.array_header(count);
    for (size_t w = 0; w < views.size(); ++w) {
      if (!has_some(w)) continue;
      const plan::WalletKind& wallet = program_.wallets[w];
      reply.map_header(5);
      write_pair("program", wallet.program, reply);
      write_pair("badge", wallet.unit, reply);
      write_pair("name", wallet.badge->title, reply);
      write_pair("level", wallet.badge->level, reply);
      reply.bulk("times");
      reply.integer(views[w].posted);
    }
  }

  // A map a lot. What it does not have is nothing; the undated rest of a wallet has an amount
  // alone.
  void answer_lots(const Letter& letter, net::ReplyWriter& reply) const {
    const auto is_asked = [&](const shard::LotLine& line) {
      const bool is_of_it = letter.size == Letter::kAllWallets || line.wallet == letter.size;
      return is_of_it && is_warned(letter.index, line);
    };
    const std::vector<shard::LotLine>& lots = job_.answers.lots[letter.index];
    reply.array_header(static_cast<size_t>(std::count_if(lots.begin(), lots.end(), is_asked)));
    for (const shard::LotLine& line : lots) {
      if (!is_asked(line)) continue;
      const plan::WalletKind& wallet = program_.wallets[line.wallet];
      const ledger::Lot& lot = line.lot;
      const std::optional<event::TimeMs> warns = warns_at(line);
      reply.map_header(8);
      write_pair("program", wallet.program, reply);
      write_pair("unit", wallet.unit, reply);
      write_pair("amount", money::format_decimal(lot.amount, wallet.scale), reply);
      write_instant("earned", lot.is_dated(), lot.earned_at, reply);
      write_instant("matures", lot.is_pending(), lot.matures_at, reply);
      write_instant("expires", lot.expires_at != ledger::kNever, lot.expires_at, reply);
      write_instant("warns", warns.has_value(), warns.value_or(0), reply);
      reply.bulk("lsn");
      if (lot.is_dated()) {
        reply.integer(static_cast<int64_t>(lot.origin.lsn()));
      } else {
        reply.null();
      }
    }
  }

  std::optional<event::TimeMs> warns_at(const shard::LotLine& line) const {
    if (line.lot.expires_at == ledger::kNever) return std::nullopt;
    return plan::warns_at(program_, line.wallet, line.lot.earned_at, line.lot.expires_at);
  }

  // Whether the lot is to be shown, as far as its notice time goes.
  bool is_warned(uint32_t query, const shard::LotLine& line) const {
    const std::optional<event::TimeMs>& asked = job_.queries[query].warned_at;
    if (!asked) return true;
    const event::TimeMs at = *asked == event::kWhenAdmitted ? job_.batch.asked[query].at : *asked;
    const std::optional<event::TimeMs> warns = warns_at(line);
    return warns && *warns <= at && at < line.lot.expires_at;
  }

  std::span<const shard::WalletView> views_of(uint32_t query) const {
    const size_t wallets = program_.wallets.size();
    return std::span(job_.answers.wallets).subspan(query * wallets, wallets);
  }

  static void write_pair(std::string_view name, std::string_view value, net::ReplyWriter& reply) {
    reply.bulk(name);
    reply.bulk(value);
  }

  static void write_instant(std::string_view name, bool is_there, event::TimeMs time,
                            net::ReplyWriter& reply) {
    reply.bulk(name);
    if (!is_there) return reply.null();
    reply.bulk(time < base::kTimeEnd ? base::format_timestamp(time) : "never");
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
  const pipeline::Admission& admission_;
  const pipeline::Job& job_;
  const Letters& letters_;
  Mail& mail_;
};

}  // namespace

void write_mail(const plan::Program& program, const pipeline::Admission& admission,
                const pipeline::Job& job, const Letters& letters, Mail* mail) {
  MailWriter(program, admission, job, letters, mail).write();
}

}  // namespace guerdon::server
