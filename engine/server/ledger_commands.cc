// Events and the commands of the log, clock and balances.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/csv_cell.h"
#include "engine/base/timestamp.h"
#include "engine/event/field.h"
#include "engine/event/identity.h"
#include "engine/event/named.h"
#include "engine/event/text_rules.h"
#include "engine/feed/problem.h"
#include "engine/money/decimal.h"
#include "engine/net/line_words.h"
#include "engine/runtime/audit.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/server/limits.h"

namespace guerdon::server {

namespace {

constexpr std::string_view kAtOption = "at=";
constexpr std::string_view kInOption = "in=";
constexpr std::string_view kUnitOption = "unit=";
constexpr std::string_view kProgramOption = "program=";

std::string shown(std::string_view word) {
  return word.empty() ? "an empty word" : event::printable(word, event::kExcerptShownMax);
}

// Those that are not blank, up to one more than a batch may have.
uint32_t count_lines(std::string_view text) {
  uint32_t lines = 0;
  while (!text.empty() && lines <= kBatchLinesMax) {
    const size_t size = std::min(text.find('\n'), text.size());
    if (!net::is_blank_line(text.substr(0, size))) ++lines;
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return lines;
}

void serve_batch_text(Intake& intake, std::string_view text) {
  int64_t number = 0;
  if (!event::read_count(text, false, &number)) {
    return intake.answer_error(
        "SYNTAX",
        "word 2: in an array this word is the lines themselves, not their number; send "
        "them in it, or BATCH and the number as a line");
  }
  if (count_lines(text) <= kBatchLinesMax) return intake.take_batch(text);
  intake.answer_error("TOOLONG", "word 2: more than " + std::to_string(kBatchLinesMax) +
                                     " lines; send them as several batches");
}

std::string certificate_text(const runtime::Core& core, const shard::Audit& found) {
  const pipeline::Admission& admission = core.admission();
  std::string text = "lsn            " + std::to_string(admission.last_lsn());
  text += "\nengine time    " + base::format_timestamp(admission.clock());
  text += "\nentries        " + std::to_string(core.tail().entries()) + "\n";
  text += runtime::audit_text(core.program(), found);
  text += "state_hash     " + core.state_hash().to_hex();
  text += "\nentries_hash   " + core.entries_hash().to_hex();
  return text + "\nok\n";
}

}  // namespace

void serve_event(Intake& intake, Words words) { intake.take_event(words); }
void serve_logged(Intake& intake, Words words) { intake.take_event(words); }

// In an array the lines are one long word; in a line their number, and they follow.
void serve_batch(Intake& intake, Words words) {
  if (intake.session().parser.is_array()) {
    return serve_batch_text(intake, words[1]);
  }
  const std::string limit = std::to_string(kBatchLinesMax);
  int64_t lines = 0;
  const auto reason = event::read_count(words[1], false, &lines);
  if (reason || lines < 1 || lines > kBatchLinesMax) {
    return intake.answer_error(
        "INVALID", "word 2: " + shown(words[1]) + " is no number of lines; write 1 to " + limit);
  }
  intake.open_batch(static_cast<uint32_t>(lines));
}

bool is_account(Intake& intake, Words words) {
  auto reason = event::read_text(words[1], event::kTextBytesMax);
  if (words[1].empty()) reason = event::Reason::kEmpty;  // nobody has this name
  if (!reason) return true;
  event::Refusal refusal;
  refusal.reason = *reason;
  refusal.bytes = static_cast<uint32_t>(words[1].size());
  refusal.limit = event::kTextBytesMax;
  intake.answer_error(
      event::outcome_word(event::outcome_of(*reason)),
      "word 2, account: " + event::explain(refusal, words[1].substr(0, event::kExcerptKeptMax)));
  return false;
}

namespace {

// A wallet, by its unit in word `at` (behind `field`, which may be left out where it is `unit=`)
// and, where several programs have that, by `program=` in the next. None: that is answered.
std::optional<uint16_t> wallet_of(Intake& intake, Words words, size_t at, std::string_view field) {
  const std::string place = "word " + std::to_string(at + 1) + ", " +
                            std::string(field.substr(0, field.size() - 1)) + ": ";
  std::string_view program;
  if (words.size() > at + 1) {
    if (!words[at + 1].starts_with(kProgramOption) ||
        words[at + 1].size() == kProgramOption.size()) {
      answer_misuse(intake, *find_command(words[0]), at + 2, "this is not how it goes on");
      return std::nullopt;
    }
    program = words[at + 1].substr(kProgramOption.size());
  }
  std::string_view unit = words[at];
  if (unit.starts_with(field)) unit.remove_prefix(field.size());
  const event::Named named =
      event::find_wallet(intake.shared().core.program().schema, unit, program);
  if (named.is_one()) return named.wallet();
  intake.answer_error(event::outcome_word(named.outcome), place + named.sentence);
  return std::nullopt;
}

}  // namespace

void serve_badges(Intake& intake, Words words) {
  if (is_account(intake, words)) intake.take_badges(words[1]);
}

void serve_balance(Intake& intake, Words words) {
  if (!is_account(intake, words)) return;
  if (words.size() == 2) return intake.take_balances(words[1]);
  if (is_word(words[2], "FULL")) {
    if (words.size() == 3) return intake.take_wallets(words[1]);
    return answer_misuse(intake, *find_command("BALANCE"), 4, "this word is one too many");
  }
  if (!words[2].starts_with(kInOption) || words[2].size() == kInOption.size()) {
    return answer_misuse(intake, *find_command("BALANCE"), 3, "this is not how it goes on");
  }
  const std::optional<uint16_t> wallet = wallet_of(intake, words, 2, kInOption);
  if (wallet) intake.take_balances_in(words[1], *wallet);
}

void serve_lots(Intake& intake, Words words) {
  if (!is_account(intake, words)) return;
  if (words.size() == 2) return intake.take_lots(words[1], std::nullopt);
  const std::optional<uint16_t> wallet = wallet_of(intake, words, 2, kUnitOption);
  if (wallet) intake.take_lots(words[1], *wallet);
}

void serve_expiring(Intake& intake, Words words) {
  if (!is_account(intake, words)) return;
  event::TimeMs at = event::kWhenAdmitted;
  if (words.size() > 2 && words.back().starts_with(kAtOption)) {
    const std::string_view time = words.back().substr(kAtOption.size());
    if (!base::parse_timestamp(time, &at)) {
      return intake.answer_error(
          "INVALID", "word " + std::to_string(words.size()) + ", at: " + shown(time) +
                         " is no time; write one such as 2026-03-01T00:00:00Z, or milliseconds "
                         "since 1970");
    }
    words = words.first(words.size() - 1);
  }
  if (words.size() == 2) return intake.take_lots(words[1], std::nullopt, at);
  const std::optional<uint16_t> wallet = wallet_of(intake, words, 2, kUnitOption);
  if (wallet) intake.take_lots(words[1], *wallet, at);
}

void serve_items(Intake& intake, Words) {
  const runtime::Core& core = intake.shared().core;
  intake.take_report([&core](net::ReplyWriter& reply) {
    const plan::Program& program = core.program();
    reply.array_header(program.items.size());
    for (uint32_t i = 0; i < program.items.size(); ++i) {
      const plan::ItemKind& item = program.items[i];
      const plan::WalletKind& wallet = program.wallets[item.wallet];
      reply.map_header(6);
      reply.bulk("program");
      reply.bulk(wallet.program);
      reply.bulk("item");
      reply.bulk(item.name);
      reply.bulk("title");
      reply.bulk(item.title);
      reply.bulk("price");
      reply.bulk(money::format_decimal(item.price, wallet.scale));
      reply.bulk("unit");
      reply.bulk(wallet.unit);
      reply.bulk("left");
      if (item.stock) {
        reply.integer(core.stock_of(i));
      } else {
        reply.null();
      }
    }
  });
}

void serve_holders(Intake& intake, Words words) {
  const runtime::Core& core = intake.shared().core;
  intake.take_report([&core, account = std::string(words[1])](net::ReplyWriter& reply) {
    const std::vector<event::Field>& fields = core.program().schema.known();
    std::vector<std::pair<std::string_view, calendar::Dated<std::string>>> all;
    for (uint32_t k = 0; k < fields.size(); ++k) {
      for (calendar::Dated<std::string>& each : core.known(account, k)) {
        all.emplace_back(fields[k].wire, std::move(each));
      }
    }
    reply.array_header(all.size());
    for (const auto& [attribute, known] : all) {
      reply.map_header(4);
      reply.bulk("attribute");
      reply.bulk(attribute);
      reply.bulk("value");
      reply.bulk(known.value);
      reply.bulk("from");
      reply.bulk(base::format_timestamp(known.from));
      reply.bulk("until");
      reply.bulk(known.until < base::kTimeEnd ? base::format_timestamp(known.until) : "never");
    }
  });
}

// The file is CSV: account, unit, paid. What came back has 0.
void serve_payouts(Intake& intake, Words words) {
  const runtime::Core& core = intake.shared().core;
  const std::optional<uint16_t> found = wallet_of(intake, words, 2, kUnitOption);
  if (!found) return;
  const std::string source = intake.session().source.name();
  intake.take_report(
      [&core, source, id = std::string(words[1]), wallet = *found](net::ReplyWriter& reply) {
        const event::WalletName& name = core.program().schema.wallets()[wallet];
        std::string file = "account,unit,paid\n";
        base::Int128 total = 0;
        int64_t returned = 0;
        const auto payouts = core.payouts(source, id, wallet);
        for (const auto& payout : payouts) {
          file += base::guarded_csv_cell(payout.account) + "," + base::guarded_csv_cell(name.unit) +
                  "," + money::format_decimal(payout.amount, name.scale) + "\n";
          total += payout.amount;
          returned += payout.amount == 0 ? 1 : 0;
        }
        reply.map_header(4);
        reply.bulk("accounts");
        reply.integer(static_cast<int64_t>(payouts.size()));
        reply.bulk("returned");
        reply.integer(returned);
        reply.bulk("total");
        reply.bulk(money::format_decimal(total, name.scale));
        reply.bulk("file");
        reply.bulk(file);
      });
}

void serve_source(Intake& intake, Words words) {
  if (!event::is_source_name(words[1])) {
    return intake.answer_error(
        "INVALID", "word 2: " + shown(words[1]) + " is no name of a source; write 1 to " +
                       std::to_string(event::kIdBytesMax) + " of A-Z a-z 0-9 . _ -");
  }
  intake.session().source = event::Source(words[1]);
  intake.answer_ok();
}

// By the wall clock it may be left out, and may be ahead no further than an event.
void serve_tick(Intake& intake, Words words) {
  const bool is_by_events = intake.shared().is_clock_of_events;
  event::TimeMs time = intake.now();
  if (words.size() == 2 && !base::parse_timestamp(words[1], &time)) {
    return intake.answer_error("INVALID",
                               "word 2: " + shown(words[1]) +
                                   " is no time; write one such as 2026-03-01T00:00:00Z, "
                                   "or milliseconds since 1970");
  }
  if (words.size() == 1 && is_by_events) {
    return intake.answer_error("SYNTAX",
                               "word 2: under --clock events a tick has a time; write TICK time");
  }
  if (!is_by_events && time > intake.now() + pipeline::kSkewMax) {
    return intake.answer_error("FUTURE",
                               "word 2: more than five minutes ahead of the server's clock; the "
                               "clock moves by itself");
  }
  intake.take_tick(time);
}

void serve_hash(Intake& intake, Words) {
  const runtime::Core& core = intake.shared().core;
  intake.take_report([&core](net::ReplyWriter& reply) {
    reply.map_header(3);
    reply.bulk("state_hash");
    reply.bulk(core.state_hash().to_hex());
    reply.bulk("entries_hash");
    reply.bulk(core.entries_hash().to_hex());
    reply.bulk("lsn");
    reply.integer(static_cast<int64_t>(core.admission().last_lsn()));
  });
}

// The certificate, or as an error what is off.
void serve_verify(Intake& intake, Words) {
  const runtime::Core& core = intake.shared().core;
  intake.take_report([&core](net::ReplyWriter& reply) {
    const shard::Audit found = core.audit();
    if (!found.difference.empty()) {
      return reply.error("INTERNAL", "the books are broken: " + found.difference);
    }
    reply.bulk(certificate_text(core, found));
  });
}

}  // namespace guerdon::server
