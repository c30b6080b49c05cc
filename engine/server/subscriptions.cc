// SUBSCRIBE: what is posted goes to who has asked for it, as it becomes durable.
//
// The stream of notices is the book, read on from a place: a subscriber is somebody for whom
// ENTRIES is asked again whenever there may be more, and who has taken what was sent before. So
// nothing is kept for him but a place, and nobody waits for one who is slow.
#include <algorithm>
#include <utility>

#include "engine/history/entries_page.h"
#include "engine/history/explanation.h"
#include "engine/history/register_query.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"

namespace guerdon::server {

namespace {

using bookkeeping::BookDesk;

// A fact of accounts of this name says how who has one would be told.
constexpr std::string_view kChannel = "channel";

std::vector<std::string_view> views_of(const std::vector<std::string>& words) {
  return {words.begin(), words.end()};
}

// While all stages are at rest.
std::optional<std::string> channel_of(const runtime::Core& core, const std::string& account) {
  const std::vector<plan::KnownKind>& kinds = core.program().known;
  for (size_t k = 0; k < kinds.size(); ++k) {
    if (kinds[k].field.wire != kChannel) continue;
    const event::TimeMs now = core.admission().clock();
    for (const auto& known : core.known(account, static_cast<uint32_t>(k))) {
      if (known.from <= now && now < known.until) return known.value;
    }
  }
  return std::nullopt;
}

// While all stages are at rest.
history::NoticedAccount noticed(const runtime::Core& core, const book::BookEntry& entry) {
  history::NoticedAccount account;
  const shard::AccountTable& accounts = core.shard_of(entry.account).state().accounts();
  (void)accounts.find_name(entry.account, &account.name);
  const shard::BlockHeader* const block = accounts.find(entry.account, account.name);
  if (block != nullptr) {
    const shard::Wallets& wallets = core.shard_of(entry.account).wallets();
    account.balance = wallets.view(*block, entry.wallet, core.admission().clock()).posted;
  }
  account.channel = channel_of(core, account.name);
  return account;
}

// ---- On the desk's thread

// Where it begins. The answer waits until all that the book has is durable.
Follow first_place(Subscription& subscription, history::EntriesQuery query, bool has_place,
                   const BookDesk::Reading& reading, net::ReplyWriter& reply) {
  history::EntriesPage page;
  std::string problem = reading.problem;
  query.filter.limit = 0;
  if (reading.book == nullptr || !history::read_entries(query, *reading.book, &page, &problem)) {
    history::write_problem(problem, reply);
    return {};
  }
  if (has_place && query.after > page.end) {
    reply.error("INVALID", "after: the book ends at " + std::to_string(page.end) +
                               "; give a place that a notice of this server had, or leave it out");
    return {};
  }
  subscription.has_begun = true;
  subscription.after = has_place ? query.after : page.end;
  return Report(
      [after = subscription.after](net::ReplyWriter& answer) { answer.status("OK", {after}); });
}

// Where a disk refuses for a while nothing is lost: it is asked again at the next commit. What a
// version of a plan has begun meanwhile the filter does not know: it is asked again, too.
Follow next_page(const Shared& shared, Subscription& subscription, history::EntriesQuery query,
                 const plan::Program& program, const BookDesk::Reading& reading,
                 net::ReplyWriter& reply) {
  const runtime::Core& core = shared.core;
  history::EntriesPage page;
  std::string problem = reading.problem;
  query.after = subscription.after;
  query.filter.limit = kNoticesMax;
  if (reading.book == nullptr || !history::read_entries(query, *reading.book, &page, &problem)) {
    subscription.has_more = false;
    subscription.is_over = shared.desk->keeper().is_given_up();
    if (subscription.is_over) history::write_problem(problem, reply);
    return {};
  }
  if (&core.program() != &program) return {};
  subscription.has_more = page.next != book::kNoPosition;
  subscription.after = subscription.has_more ? page.next : std::max(query.after, page.end);
  if (page.entries.empty()) return {};
  return Report([&core, page = std::move(page)](net::ReplyWriter& answer) {
    const auto account = [&core](const book::BookEntry& entry) { return noticed(core, entry); };
    history::write_notices(core.program(), page, account, answer);
  });
}

}  // namespace

void serve_subscribe(Intake& intake, Words words) {
  history::EntriesQuery query;
  bool has_place = false;
  const plan::Program& program = intake.shared().core.program();
  const auto fault = history::read_subscription(program, words, &query, &has_place);
  if (fault) return intake.answer_error(fault->code, fault->sentence);
  if (intake.shared().desk == nullptr) {
    return intake.answer_error("NOBOOK",
                               "no book is kept; start the server with --data and --book");
  }
  intake.take_subscription(words);
}

void serve_unsubscribe(Intake& intake, Words) { intake.end_subscription(); }

void Intake::take_subscription(std::span<const std::string_view> words) {
  const net::ConnectionId id = at_hand_.connection->id();
  const bool is_known =
      std::find(subscribers_.begin(), subscribers_.end(), id) != subscribers_.end();
  if (!is_known && subscribers_.size() >= kSubscribersMax) {
    return answer_error("LIMIT", std::to_string(kSubscribersMax) +
                                     " connections are subscribed here; end one, or share one");
  }
  if (!is_known) subscribers_.push_back(id);
  has_subscribers_.store(true, std::memory_order_relaxed);
  session().subscription = std::make_shared<Subscription>();
  session().subscription->words.assign(words.begin(), words.end());
  take_notices(session().subscription);
}

void Intake::end_subscription() {
  session().subscription = nullptr;
  answer_ok();
}

// Behind each round: for whom there may be more, and who has taken what he was sent.
void Intake::push_notices() {
  if (is_draining_) return;
  const uint64_t durable_lsn = shared_.core.durable_lsn();
  std::erase_if(subscribers_,
                [&](net::ConnectionId id) { return !ask_for_notices(id, durable_lsn); });
  has_subscribers_.store(!subscribers_.empty(), std::memory_order_relaxed);
}

// False: it is none any more. Between two pages the connection's own requests have a turn.
bool Intake::ask_for_notices(net::ConnectionId id, uint64_t durable_lsn) {
  net::Connection* const connection = loop_->find(id);
  if (connection == nullptr) return false;
  Session& session = *sessions_[id.slot];
  if (session.subscription == nullptr || !session.takes_more) return false;
  if (session.under_way != 0) return true;  // it may be the desk's
  Subscription& subscription = *session.subscription;
  if (subscription.is_over || !subscription.has_begun) {  // or the desk had too much to do
    session.subscription = nullptr;
    return false;
  }
  const bool is_behind = subscription.has_more || subscription.asked_lsn < durable_lsn;
  const bool has_taken = connection->to_send().size() < kNoticeBytesMax;
  if (!is_behind || !has_taken) return true;
  if (!std::exchange(subscription.has_rested, true)) {
    loop_->wake();
    return true;
  }
  if (!has_job()) return true;
  at_hand_ = {connection, &session};
  take_notices(session.subscription);
  at_hand_ = {};
  return true;
}

// The next page. Where the desk has too much to do it is asked again.
void Intake::take_notices(std::shared_ptr<Subscription> subscription) {
  subscription->asked_lsn = shared_.core.durable_lsn();
  subscription->has_more = true;
  subscription->has_rested = false;
  const uint32_t asks_again = subscription->has_begun ? Letter::kAsksAgain : 0;
  const auto report = [&shared = shared_, subscription = std::move(subscription)]() -> LateAnswer {
    history::EntriesQuery query;
    bool has_place = false;
    const plan::Program* const program = &shared.core.program();
    const std::vector<std::string_view> words = views_of(subscription->words);
    // What was right once is so under each later program.
    (void)history::read_subscription(*program, words, &query, &has_place);
    return [&shared, subscription, query, has_place, program](const BookDesk::Reading& reading,
                                                              net::ReplyWriter& reply) {
      return subscription->has_begun
                 ? next_page(shared, *subscription, query, *program, reading, reply)
                 : first_place(*subscription, query, has_place, reading, reply);
    };
  };
  take_late(report, asks_again);
}

}  // namespace guerdon::server
