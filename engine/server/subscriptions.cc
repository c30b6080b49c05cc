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
  if (block != nullptr) account.balance = shard::cells_of(block)[entry.wallet];
  account.channel = channel_of(core, account.name);
  return account;
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
  const bool is_one = std::find(subscribers_.begin(), subscribers_.end(), id) != subscribers_.end();
  if (!is_one && subscribers_.size() >= kSubscribersMax) {
    return answer_error("LIMIT", std::to_string(kSubscribersMax) +
                                     " connections are subscribed here; end one, or share one");
  }
  if (!is_one) subscribers_.push_back(id);
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

// False: it is none any more.
bool Intake::ask_for_notices(net::ConnectionId id, uint64_t durable_lsn) {
  net::Connection* const connection = loop_->find(id);
  if (connection == nullptr) return false;
  Session& session = *sessions_[id.slot];
  const bool is_one = session.subscription != nullptr && !session.subscription->is_over;
  if (!is_one || !session.takes_more) return false;
  const bool is_behind =
      session.subscription->has_more || session.subscription->asked_lsn < durable_lsn;
  const bool has_taken = connection->to_send().size() < kNoticeBytesMax;
  if (!is_behind || !has_taken || session.under_way != 0) return true;
  at_hand_ = {connection, &session};
  take_notices(session.subscription);
  at_hand_ = {};
  return true;
}

// The next page. Where the desk has too much to do it is asked again.
void Intake::take_notices(std::shared_ptr<Subscription> subscription) {
  subscription->asked_lsn = shared_.core.durable_lsn();
  subscription->has_more = true;
  const runtime::Core& core = shared_.core;
  auto report = [&core, subscription = std::move(subscription)]() -> LateAnswer {
    history::EntriesQuery query;
    bool has_place = false;
    const std::vector<std::string_view> words = views_of(subscription->words);
    // What was right once is so under each later program.
    (void)history::read_subscription(core.program(), words, &query, &has_place);
    query.filter.limit = kNoticesMax;
    return [&core, subscription, query, has_place](const BookDesk::Reading& reading,
                                                   net::ReplyWriter& reply) mutable -> Follow {
      history::EntriesPage page;
      std::string problem = reading.problem;
      const bool is_first = !subscription->has_begun;
      if (!is_first) query.after = subscription->after;
      if (reading.book == nullptr ||
          !history::read_entries(query, *reading.book, &page, &problem)) {
        history::write_problem(problem, reply);
        subscription->is_over = true;
        return {};
      }
      if (is_first) {
        subscription->has_begun = true;
        subscription->after = has_place ? query.after : page.end;
        reply.status("OK", {subscription->after});
        return {};
      }
      subscription->has_more = page.next != book::kNoPosition;
      subscription->after = subscription->has_more ? page.next : page.end;
      if (page.entries.empty()) return {};
      return Report([&core, page = std::move(page)](net::ReplyWriter& answer) {
        const auto account = [&core](const book::BookEntry& entry) { return noticed(core, entry); };
        history::write_notices(core.program(), page, account, answer);
      });
    };
  };
  take_late(std::move(report), Letter::kAsksAgain);
}

}  // namespace guerdon::server
