// What was taken back is as if it had never been: random plans and events, one of the events taken
// back at once or later, against an engine that never saw it.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <tuple>

#include "engine/base/timestamp.h"
#include "engine/bookkeeping/book_entries.h"
#include "engine/feed/command_reader.h"
#include "engine/history/derivation.h"
#include "engine/runtime/revisions.h"
#include "tests/durable/booked_core.h"
#include "tests/support/turns.h"

namespace guerdon::booked {
namespace {

// Events of objects that rules are kept for are refused: few plans have such.
constexpr law::DrawShape kShape{.plans_max = 3,
                                .events_min = 30,
                                .events_max = 120,
                                .objects_percent = 10,
                                .has_breaks = false};

using Event = reference::Event;
using Events = std::vector<Event>;

struct Told {
  std::string code;
  std::string sentence;
  int64_t entries = 0;
};

// Takes back an event of a trace, as the engine itself does.
Told reverse(runtime::Core& core, const Event& event, const std::string& id) {
  core.assembly().drain();
  pipeline::Job& job = core.assembly().take();
  event::CommandReader commands(core.program().schema);
  const std::vector<std::string> words = {
      "REVERSE",  "event=" + event.id, "event_source=" + event.source,
      "id=" + id, "reason=wrong",      "actor=somebody"};
  const std::vector<std::string_view> views(words.begin(), words.end());
  EXPECT_TRUE(commands.read(views, event::Source("desk"), job.batch)) << commands.fault().sentence;
  Told told;
  if (const auto fault = runtime::complete_reversal(core, job.batch)) {
    told = {std::string(fault->code), fault->sentence};
    job.batch.clear();
  }
  const uint64_t before = core.tail().entries();
  const auto was = core.admission().outcomes();
  core.assembly().submit(job);
  core.assembly().drain();
  told.entries = static_cast<int64_t>(core.tail().entries() - before);
  const auto& now = core.admission().outcomes();
  for (size_t o = 0; o < now.size() && told.code.empty(); ++o) {
    if (now[o] != was[o]) told.code = event::outcome_word(static_cast<event::Outcome>(o));
  }
  EXPECT_EQ(core.audit().difference, "");
  return told;
}

std::map<std::tuple<std::string, std::string, std::string>, int64_t> balances_of(
    const runtime::Core& core) {
  std::map<std::tuple<std::string, std::string, std::string>, int64_t> balances;
  for (const Balance& one : core.balances()) {
    balances[{one.account, one.program, one.unit}] = one.amount;
  }
  return balances;
}

// Measures that rules keep to take back.
std::set<uint32_t> pools_of(const plan::Program& program) {
  std::set<uint32_t> pools;
  for (const plan::TakeBackKind& kind : program.take_backs) {
    pools.insert(kind.value);
    pools.insert(kind.returned);
  }
  for (const plan::Clause& clause : program.clauses) {
    pools.insert(clause.earned);
    pools.insert(clause.taken_back);
  }
  return pools;
}

// Measures that keep a level: a refund, and a REVERSE is one, lowers it at the next review.
std::set<std::pair<uint32_t, uint32_t>> kept_levels(const plan::Program& program) {
  std::set<std::pair<uint32_t, uint32_t>> cells;
  for (const plan::ClosingKind& closing : program.closings) {
    for (const plan::ClosingKind::Rule& rule : closing.rules) {
      if (rule.kept == plan::kNowhere) continue;
      const plan::MeasureKind& kept = program.measures[rule.kept];
      cells.insert({kept.subject, kept.cell});
    }
  }
  return cells;
}

// Of all accounts, but for levels that are kept: measures of what events bring, all measures (of
// what rules credit, and those that rules keep to take back), or all that is kept of subjects. Of
// the first not the scores of challenges in periods that are closed: these are final, whatever is
// taken back.
enum class Which { kMeasures, kAllMeasures, kAll };
std::map<std::string, int64_t> cells_of(const runtime::Core& core, Which which) {
  const plan::Program& program = core.program();
  const bool only_measures = which != Which::kAll;
  std::set<std::pair<uint32_t, uint32_t>> measures;
  std::set<std::pair<uint32_t, uint32_t>> scores;
  const std::set<std::pair<uint32_t, uint32_t>> levels = kept_levels(program);
  const std::set<uint32_t> pools = pools_of(program);
  for (uint32_t m = 0; m < program.measures.size(); ++m) {
    const plan::MeasureKind& kind = program.measures[m];
    if (which == Which::kMeasures && (kind.is_earned || pools.contains(m))) continue;
    measures.insert({kind.subject, kind.cell});
    if (which == Which::kMeasures && kind.is_frozen) scores.insert({kind.subject, kind.cell});
  }
  shard::KeptSince since(program);
  since.move_to(core.admission().clock());
  std::map<std::string, int64_t> cells;
  const shard::AccountState& state = core.shard_of(0).state();
  state.accounts().visit_all([&](const shard::BlockHeader& account) {
    state.visit_frames(account, since, [&](const plan::FrameKey& key, const int64_t* values) {
      const plan::SubjectKind& subject = program.subjects[key.subject];
      for (uint32_t c = 0; c < subject.cells; ++c) {
        // When a score was changed last is that of the REVERSE.
        if (values[c] == 0 || subject.is_hidden(c) || levels.contains({key.subject, c})) continue;
        if (only_measures && !measures.contains({key.subject, c})) continue;
        if (scores.contains({key.subject, c}) && since.is_closed(subject, key.period)) continue;
        std::string name(state.accounts().name(account));
        name += " " + std::to_string(key.subject) + "." + subject.labels[c] + " " +
                std::to_string(key.period);
        for (size_t k = 0; k < subject.keys.size(); ++k) {
          const auto symbol = static_cast<plan::Symbol>(key.keys[k]);
          name += " ";
          name += subject.key_is_text[k] ? std::string(core.admission().symbols().text(symbol))
                                         : std::to_string(key.keys[k]);
        }
        cells[name] = values[c];
      }
    });
  });
  return cells;
}

// In its place a row that moves the clock and does nothing else.
Event quiet(Event event) {
  event.type = law::kQuietType;
  event.values.clear();
  return event;
}

// One that comes once, and late in the draw, so that something came before it.
std::optional<size_t> one_of(const Events& events, generate::Rng& rng) {
  std::map<std::pair<std::string, std::string>, int> times;
  for (const Event& event : events) ++times[{event.source, event.id}];
  for (int tries = 0; tries < 20; ++tries) {
    const size_t at = rng.below(events.size());
    const Event& event = events[at];
    if (event.source == law::kTickSource || event.type == law::kQuietType) continue;
    const bool is_id =
        !event.id.empty() && event.id.size() <= event::kIdBytesMax &&
        std::all_of(event.id.begin(), event.id.end(), [](char c) { return c > ' '; });
    if (is_id && times[{event.source, event.id}] == 1) return at;
  }
  return std::nullopt;
}

bool is_plain(const plan::Program& program) {
  return std::all_of(program.wallets.begin(), program.wallets.end(), [](const auto& wallet) {
    return !wallet.rules.mature && !wallet.rules.expire && wallet.rules.opens_on_first_credit;
  });
}

// A rule may read a measure of a wider subject than its own: a month's one the year's sum. It looks
// at that again when an event of its own subject comes, and when one is taken back: then, too, it
// finds what others have moved since.
bool may_look_wide(const plan::Program& program) {
  const std::set<uint32_t> pools = pools_of(program);
  for (const plan::Clause& clause : program.clauses) {
    if (clause.subject == plan::kNowhere) continue;
    const plan::SubjectKind& own = program.subjects[clause.subject];
    for (uint32_t m = 0; m < program.measures.size(); ++m) {
      const plan::MeasureKind& measure = program.measures[m];
      if (pools.contains(m)) continue;
      const plan::SubjectKind& read = program.subjects[measure.subject];
      if (read.plan == own.plan && read.owner == own.owner && measure.subject != clause.subject) {
        return true;
      }
    }
  }
  return false;
}

// A rule with `per` owes what it says for a subject that an event has named, also where all that it
// reads is zero: it is asked when one is taken back, and was not where none came.
bool owes_for_nothing(const std::map<std::string, int64_t>& with,
                      const std::map<std::string, int64_t>& without) {
  return std::any_of(with.begin(), with.end(), [&](const auto& cell) {
    const bool is_posted = cell.first.find(" posted") != std::string::npos;
    return is_posted && cell.second != 0 && !without.contains(cell.first);
  });
}

// What has expired goes when its account is next visited, and one of the two may not have been.
bool has_dates(const plan::Program& program) {
  return std::any_of(
      program.wallets.begin(), program.wallets.end(),
      [](const plan::WalletKind& wallet) { return wallet.rules.expire.has_value(); });
}

// Nor is a period closed for an account that was not visited.
bool are_closed_alike(const runtime::Core& core, const runtime::Core& twin) {
  const std::map<std::string, int64_t> with = cells_of(core, Which::kAll);
  const std::map<std::string, int64_t> without = cells_of(twin, Which::kAll);
  return std::all_of(with.begin(), with.end(), [&](const auto& cell) {
    const auto other = without.find(cell.first);
    return cell.first.find("closed through ") == std::string::npos || other == without.end() ||
           other->second == cell.second;
  });
}

// Whether closing a period moves measures: how often running a target was reached, what of it is
// left over, and which level is kept.
bool counts_at_close(const plan::Program& program) {
  return std::ranges::any_of(program.closings, [](const plan::ClosingKind& closing) {
    return std::ranges::any_of(closing.rules, [](const plan::ClosingKind::Rule& rule) {
      return rule.count != plan::kNowhere || rule.carried != plan::kNowhere ||
             rule.kept != plan::kNowhere;
    });
  });
}

// Who was once a member of what is closed stays one, though nothing is left of why.
void leave_out_members(std::map<std::string, int64_t>& cells,
                       const std::map<std::string, int64_t>& others) {
  std::erase_if(cells, [&](const auto& cell) {
    return cell.first.find("closed through ") != std::string::npos && !others.contains(cell.first);
  });
}

// Of a penalty that is owed more was taken than without the event where the event brought what
// could be taken, and a wallet forgave the rest: what then goes back is forgiven, too.
void leave_out_forgiven(std::map<std::string, int64_t>& cells,
                        std::map<std::string, int64_t>& others) {
  const std::map<std::string, int64_t> all = cells;
  for (const auto& [name, value] : all) {
    const int64_t posted = value;
    const size_t at = name.find(" posted");
    if (at == std::string::npos) continue;
    std::string taken = name;
    taken.replace(at, 7, " taken");
    const auto is_short = [&](const auto& of) {
      const auto found = of.find(taken);
      return found != of.end() && found->second < posted;
    };
    if (!is_short(cells) && !is_short(others)) continue;
    cells.erase(taken);
    others.erase(taken);
  }
}

int share_of(int whole) { return static_cast<int>(support::share(static_cast<uint64_t>(whole))); }

bool sums_credits(const plan::Program& program) {
  return std::any_of(program.measures.begin(), program.measures.end(),
                     [](const plan::MeasureKind& measure) { return measure.is_earned; });
}

// From here on the third of the seeds that instrumented builds try has plain plans, too.
constexpr uint64_t kFirst = 800;

// Taken back at once: balances, measures and what was posted of what is owed are as they would be;
// where no wallet has dates, so is all else that a shard keeps.
TEST(ReversalTest, TakenBackAtOnceItHasNeverBeen) {
  std::map<std::string, int> told;
  int with_entries = 0;
  int compared = 0;
  int plain = 0;
  const auto seeds =
      static_cast<uint64_t>(support::longer("GUERDON_REVERSAL_SEEDS", support::part(260)));
  for (uint64_t seed = kFirst; seed < kFirst + seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generate::Rng rng(seed);
    // Of a few plans nearly always one looks wide, and of those with goals or levels many.
    law::DrawShape shape = kShape;
    if (seed % 2 == 0) {
      shape.plans_max = 1;
      shape.has_goals = seed % 4 == 0;
    }
    const generate::Case drawn = law::random_case(rng, shape);
    const std::optional<size_t> at = one_of(drawn.events, rng);
    if (!at) continue;
    Events with(drawn.events.begin(), drawn.events.begin() + static_cast<std::ptrdiff_t>(*at) + 1);
    Events without = with;
    without.back() = quiet(without.back());
    Folder folder = begun(drawn.plans);
    Folder other = folder.copy();
    const auto core = open(folder, drawn.plans, {});
    const auto twin = open(other, drawn.plans, {}, false);
    ASSERT_TRUE(feed(*core, with));
    ASSERT_TRUE(feed(*twin, without));
    const Told answer = reverse(*core, with.back(), "r");
    ++told[answer.code];
    if (answer.code != "OK") {
      EXPECT_EQ(answer.entries, 0);
      continue;
    }
    if (answer.entries > 0) ++with_entries;
    const bool owes_more =
        owes_for_nothing(cells_of(*core, Which::kAll), cells_of(*twin, Which::kAll));
    const bool is_alike = are_closed_alike(*core, *twin);
    if (!is_alike && counts_at_close(core->program())) continue;
    // Then measures of what rules credit are more, too.
    if (!owes_more || !sums_credits(core->program())) {
      ASSERT_EQ(cells_of(*core, Which::kAllMeasures), cells_of(*twin, Which::kAllMeasures));
    }
    if (may_look_wide(core->program()) || owes_more) continue;
    if (!is_alike) continue;
    ++compared;
    if (!has_dates(core->program())) {
      ASSERT_EQ(balances_of(*core), balances_of(*twin));
    }
    std::map<std::string, int64_t> cells = cells_of(*core, Which::kAll);
    std::map<std::string, int64_t> others = cells_of(*twin, Which::kAll);
    const auto in_all = cells.size();
    leave_out_members(cells, others);
    leave_out_forgiven(cells, others);
    ASSERT_EQ(cells, others);
    if (cells.size() != in_all) continue;
    if (!is_plain(core->program())) continue;
    ++plain;
    const auto hash = [](const runtime::Core& one) {
      return one.shard_of(0).content_hash(one.admission().symbols(), one.admission().clock());
    };
    ASSERT_EQ(hash(*core), hash(*twin));
  }
  for (const auto& [code, times] : told) std::printf("%s %d\n", code.c_str(), times);
  EXPECT_GT(told["OK"], share_of(40));
  EXPECT_GT(with_entries, share_of(25));
  EXPECT_GT(compared, share_of(12));
  EXPECT_GT(plain, share_of(4));
  std::printf("%d with entries, %d compared, %d plain\n", with_entries, compared, plain);
}

// Taken back after others: measures of what events bring are sums, and their order does not show.
// That of what rules credit may: one of them may read what another event has moved since.
TEST(ReversalTest, TakenBackLaterItsMeasuresHaveNeverBeen) {
  std::map<std::string, int> told;
  int with_measures = 0;
  const auto seeds =
      static_cast<uint64_t>(support::longer("GUERDON_REVERSAL_SEEDS", support::part(130)));
  for (uint64_t seed = 1'001; seed <= 1'000 + seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generate::Rng rng(seed);
    const generate::Case drawn = law::random_case(rng, kShape);
    const std::optional<size_t> at = one_of(drawn.events, rng);
    if (!at) continue;
    Events without = drawn.events;
    without[*at] = quiet(without[*at]);
    Folder folder = begun(drawn.plans);
    Folder other = folder.copy();
    const auto core = open(folder, drawn.plans, {});
    const auto twin = open(other, drawn.plans, {}, false);
    ASSERT_TRUE(feed(*core, drawn.events));
    ASSERT_TRUE(feed(*twin, without));
    const Told answer = reverse(*core, drawn.events[*at], "r");
    ++told[answer.code];
    if (answer.code != "OK") continue;
    ASSERT_EQ(cells_of(*core, Which::kMeasures), cells_of(*twin, Which::kMeasures));
    if (!core->program().measures.empty()) ++with_measures;
    // Once only, under whatever id; the same again is answered as the first.
    const std::string state = core->state_hash().to_hex();
    EXPECT_EQ(reverse(*core, drawn.events[*at], "other").code, "CONFLICT");
    EXPECT_EQ(reverse(*core, drawn.events[*at], "r").code, "DUP");
    EXPECT_EQ(core->state_hash().to_hex(), state);
  }
  for (const auto& [code, times] : told) std::printf("%s %d\n", code.c_str(), times);
  EXPECT_GT(told["OK"], share_of(12));
  EXPECT_GT(with_measures, share_of(10));
}

constexpr const char* kOwed = R"(plan owed
  penalties on
unit GBP, 2 decimals
unit points, 0 decimals
event purchase, cancel
  account, seller : account
  amount : GBP
  sku : text
measure spent per account per month = sum of amount on purchase less amount on cancel
measure cancels per account per month = number of cancel
measure pieces per account per sku = number of purchase
measure sold per seller per month = sum of amount on purchase
wallet GBP
  short owe the rest
rule cashback per account per month
  credit account 5% of spent
  at most 40.00
rule goal per account per month
  when spent >= 250.00
  credit account 500 points
rule careless per account per month
  when cancels >= 2
  debit account 1.50 GBP * cancels
  at most 30.00
rule kinds per account per sku
  credit account 10 points per full 2 of pieces
  at most 100
rule ladder per seller per month
  credit seller by sold
    below 200.00 : none
    below 900.00 : 7.00 GBP
    otherwise    : 30.00 GBP
rule point_by_point
  on purchase
  credit account 1 point per full 10.00 of amount
rule fine
  on cancel
  debit account 2% of amount
rule capped
  on purchase
  credit account 3% of amount
  at most 9.00 per account per month
  at most 15.00 per account
rule of_quarters per account per month
  credit account 4% of spent
  at most 20.00 per account per quarter
)";

// What rules credit for orders is summed by week; a visit that names no order moves no such sum.
TEST(ReversalTest, APeriodOfWhatOnlyOrdersMoveIsNotItsOwn) {
  const std::string plan = R"(plan visits
unit points, 0 decimals
event visit
  account : account
  amount : points
  visited as "order" : object
measure all per account = sum of amount on visit
measure gained per account per week = points earned by gift
rule gift per visited
  credit account 1 point
)";
  const auto visit = [](const std::string& id, const std::string& time, const std::string& order) {
    return Event{"till", id, "visit", time, {{"account", "a"}, {"amount", "3"}, {"order", order}}};
  };
  const Events events = {visit("1", "2026-01-05T10:00:00Z", ""),
                         visit("2", "2026-01-05T10:00:00Z", "o"),
                         visit("3", "2026-05-05T10:00:00Z", "p")};
  Folder folder = begun({plan});
  const auto core = open(folder, {plan}, {});
  ASSERT_TRUE(feed(*core, events));
  EXPECT_EQ(reverse(*core, events[0], "r1").code, "OK");
  EXPECT_EQ(reverse(*core, events[1], "r2").code, "INVALID");
}

constexpr size_t kBetween = 20;  // events between those that are taken back

Events drawn_events(generate::Rng& rng) {
  Events events;
  int64_t time = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
  for (size_t i = 0; i < 3 * kBetween; ++i) {
    time += rng.between(0, 18) * 3'600'000;
    Event event{"till",
                "e" + std::to_string(i),
                rng.chance(75) ? "purchase" : "cancel",
                base::format_timestamp(time),
                {}};
    const auto name = [&](const char* of) { return of + std::to_string(rng.below(4)); };
    event.values = {{"account", name("a")},
                    {"seller", rng.chance(80) ? name("a") : ""},
                    {"amount", std::to_string(1 + rng.below(120)) + ".50"},
                    {"sku", rng.chance(90) ? name("s") : ""}};
    events.push_back(std::move(event));
  }
  return events;
}

// Of these rules any order gives the same: limits by month, thresholds, steps, penalties that are
// owed, what is paid at the event. Several are taken back, in any order, long after they came.
TEST(ReversalTest, OfWhatIsOwedNoOrderShows) {
  for (uint64_t seed = 1; seed <= support::longer("GUERDON_REVERSAL_SEEDS", 12); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    generate::Rng rng(seed);
    const Events events = drawn_events(rng);
    Events without = events;
    Folder folder = begun({kOwed});
    Folder other = folder.copy();
    const auto core = open(folder, {kOwed}, {});
    const auto twin = open(other, {kOwed}, {}, false);
    std::vector<ledger::Entry> made;
    core->tail().set_sink(
        [&](const ledger::Entry& entry, const ledger::EntryLot*) { made.push_back(entry); });
    int64_t entries = 0;
    std::set<size_t> wrong;
    for (size_t from = 0; from < events.size(); from += kBetween) {
      const size_t to = from + kBetween;
      ASSERT_TRUE(feed(*core, {events.begin() + static_cast<std::ptrdiff_t>(from),
                               events.begin() + static_cast<std::ptrdiff_t>(to)}));
      for (int i = 0; i < 3; ++i) {
        const size_t at = rng.below(to);
        if (!wrong.insert(at).second) continue;
        without[at] = quiet(without[at]);
        const Told told = reverse(*core, events[at], "r" + std::to_string(at));
        ASSERT_EQ(told.code, "OK") << told.sentence;
        entries += told.entries;
      }
    }
    // What came behind them follows from the log with them.
    for (const ledger::Entry& entry : made) {
      if (entry.kind == static_cast<uint8_t>(ledger::Kind::kReverse)) continue;
      std::string account;
      ASSERT_TRUE(core->shard_of(0).state().accounts().find_name(entry.account, &account));
      const history::Derivation told =
          history::derive(core->program(), *folder.log, account,
                          bookkeeping::book_entry_of(core->program(), entry), {}, {});
      ASSERT_NE(told.fields.front().first, "problem") << entry.lsn << told.fields.front().second;
    }
    EXPECT_GT(entries, 8);
    ASSERT_TRUE(feed(*twin, without));
    EXPECT_EQ(cells_of(*core, Which::kAll), cells_of(*twin, Which::kAll));
    const auto nets_of = [](const runtime::Core& one) {
      std::map<std::string, int64_t> net;
      const shard::Shard& shard = one.shard_of(0);
      shard.state().accounts().visit_all([&](const shard::BlockHeader& account) {
        for (uint16_t w = 0; w < one.program().wallets.size(); ++w) {
          const shard::WalletView view = shard.wallets().view(account, w, one.admission().clock());
          const int64_t amount = view.posted - view.debt;
          std::string name(shard.state().accounts().name(account));
          if (amount != 0) net[name + " " + one.program().wallets[w].unit] = amount;
        }
      });
      return net;
    };
    EXPECT_EQ(nets_of(*core), nets_of(*twin));
  }
}

}  // namespace
}  // namespace guerdon::booked
