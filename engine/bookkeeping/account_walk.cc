#include "engine/bookkeeping/account_walk.h"

#include <algorithm>
#include <charconv>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/bookkeeping/book_entries.h"

namespace guerdon::bookkeeping {

namespace {

constexpr char kBetween = '.';

// Of what stands before it, and of whom.
std::string check_of(std::string_view text, uint64_t account) {
  std::string checked(text);
  checked += kBetween;
  checked += std::to_string(account);
  return std::to_string(base::hash64(checked) & 0xffff'ffff);
}

// Takes a number and what ends it off the front.
template <typename Number>
bool take_number(std::string_view* text, Number* number) {
  const char* const end = text->data() + text->size();
  const auto [at, failed] = std::from_chars(text->data(), end, *number);
  if (failed != std::errc() || at == end || *at != kBetween) return false;
  text->remove_prefix(static_cast<size_t>(at - text->data()) + 1);
  return true;
}

}  // namespace

AccountWalk::Step AccountWalk::next(size_t ahead) {
  for (;;) {
    if (at_ == page_.entries.size()) {
      if (place_.next == book::kNoPosition) return Step::kEnd;
      const size_t limit = std::clamp<size_t>(ahead, 1, kPageMax);
      if (!reader_.walk(place_.account, place_.next, limit, &page_)) return Step::kProblem;
      at_ = 0;
    }
    const book::PlacedEntry& placed = page_.entries[at_++];
    place_.next = placed.previous;
    ++steps_;
    if (placed.entry.lsn > place_.as_of_lsn) continue;
    GUERDON_ASSERT(placed.entry.wallet < place_.balances.size());
    int64_t& balance = place_.balances[placed.entry.wallet];
    balance_ = balance;
    if (moves_balance(static_cast<ledger::Note>(placed.entry.note))) {
      // Round, where who asks has made the balances up.
      balance = static_cast<int64_t>(static_cast<uint64_t>(balance) -
                                     static_cast<uint64_t>(placed.entry.amount));
    }
    return Step::kEntry;
  }
}

std::string place_text(const WalkPlace& place, const book::BookEntry& last) {
  std::string text = std::to_string(last.lsn) + kBetween + std::to_string(last.n) + kBetween +
                     std::to_string(place.next) + kBetween;
  for (const int64_t balance : place.balances) text += std::to_string(balance) + kBetween;
  return text + check_of(text, place.account);
}

std::optional<WalkPlace> read_place(std::string_view text, uint64_t account, size_t wallets) {
  const size_t end = text.rfind(kBetween);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view checked = text.substr(0, end + 1);
  if (text.substr(end + 1) != check_of(checked, account)) return std::nullopt;
  WalkPlace place;
  place.account = account;
  place.balances.resize(wallets);
  std::string_view rest = checked;
  uint64_t lsn = 0;
  uint32_t n = 0;
  bool is_read =
      take_number(&rest, &lsn) && take_number(&rest, &n) && take_number(&rest, &place.next);
  for (int64_t& balance : place.balances) is_read = is_read && take_number(&rest, &balance);
  if (!is_read || !rest.empty() || place.next == book::kNoPosition) return std::nullopt;
  return place;
}

}  // namespace guerdon::bookkeeping
