// Wallets and their lines. No line is an expression: `90 days after earning` and `30% of total for
// 15 minutes` have words in them that would belong to one.

#include <algorithm>
#include <span>
#include <utility>

#include "engine/base/assert.h"
#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

using tree::ExprPtr;
using tree::WalletLine;
using tree::WalletLineKind;

tree::Wallet Parser::parse_wallet() {
  tree::Wallet wallet;
  read_name(wallet.unit, "the unit whose wallets these are");
  end_line();
  const bool sound = !failed_;
  const int errors = diagnostics_.errors();
  read_block([&] { parse_wallet_line(wallet); });
  if (sound && diagnostics_.errors() == errors && wallet.lines.empty()) {
    failed_ = false;
    fail(kGrammar, wallet.unit.span, "wallet `" + wallet.unit.text + "` says nothing",
         "write a line below it, indented: `expire 90 days after earning`");
  }
  return wallet;
}

void Parser::parse_wallet_line(tree::Wallet& wallet) {
  WalletLine line;
  line.span = here();
  if (read_wallet_line(line) && at_line_end()) {
    line.span = join(line.span, last());
    const auto same = [&](const WalletLine& other) { return other.kind == line.kind; };
    if (std::any_of(wallet.lines.begin(), wallet.lines.end(), same)) {
      fail(
          kGrammar, line.span,
          "this wallet has a line `" + std::string(tree::wallet_line_word(line.kind)) + "` already",
          "leave one of the two");
    } else {
      wallet.lines.push_back(std::move(line));
    }
  }
  end_line();
  refuse_block();
}

bool Parser::read_wallet_line(WalletLine& line) {
  const auto word = std::find_if(tree::kWalletLineWords.begin(), tree::kWalletLineWords.end(),
                                 [&](std::string_view each) { return at_word(each); });
  if (word == tree::kWalletLineWords.end()) {
    refuse_clause(LaterPlace::kWallet, "a line of a wallet",
                  {tree::kWalletLineWords.begin(), tree::kWalletLineWords.end()},
                  "a wallet has open, mature, expire, warn, merge, spend, returns, hold, short");
    return false;
  }
  line.kind = static_cast<WalletLineKind>(word - tree::kWalletLineWords.begin());
  next();
  switch (line.kind) {
    case WalletLineKind::kOpen:
      return expect_words("on first credit");
    case WalletLineKind::kMature:
      return read_duration(line.amount) && expect_words("after earning");
    case WalletLineKind::kExpire:
      return read_duration(line.amount) && expect_words("after earning") && read_end_of_day(line);
    case WalletLineKind::kWarn:
      return read_duration(line.amount) && expect_words("before expiry");
    case WalletLineKind::kMerge:
      return expect_words("lots of one day");
    case WalletLineKind::kSpend:
      return read_order(line);
    case WalletLineKind::kReturns:
      return read_returns(line);
    case WalletLineKind::kHold:
      return read_hold(line);
    case WalletLineKind::kShort:
      return read_short(line);
  }
  GUERDON_UNREACHABLE();
}

bool Parser::expect_words(std::string_view words) {
  while (!words.empty()) {
    const size_t end = std::min(words.find(' '), words.size());
    if (!expect_word(words.substr(0, end))) return false;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return true;
}

bool Parser::at_words(std::string_view words) const {
  for (size_t ahead = 0; !words.empty(); ++ahead) {
    const size_t end = std::min(words.find(' '), words.size());
    if (!at_word(words.substr(0, end), ahead)) return false;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return true;
}

bool Parser::read_phrase(std::span<const std::string_view> phrases, size_t& number) {
  std::string expected;
  size_t begun = 0;  // phrases that begin as the line goes on
  for (size_t i = 0; i < phrases.size(); ++i) {
    if (at_words(phrases[i])) {
      number = i;
      return expect_words(phrases[i]);
    }
    if (at_word(phrases[i].substr(0, phrases[i].find(' '))) && begun++ == 0) number = i;
    expected += i == 0 ? "`" : i + 1 == phrases.size() ? "` or `" : "`, `";
    expected += phrases[i];
  }
  return begun == 1 ? expect_words(phrases[number]) : fail_expected(expected + "`");
}

// A duration, or the name of one.
bool Parser::read_duration(ExprPtr& duration) {
  return read_literal_or_name(duration, "a duration, such as `90 days`");
}

bool Parser::read_literal_or_name(ExprPtr& value, std::string_view what) {
  if (at(TokenKind::kNumber)) {
    value = parse_number();
    return value != nullptr;
  }
  tree::Name name;
  if (!read_name(name, what)) return false;
  value = std::make_unique<tree::Expr>();
  value->kind = tree::ExprKind::kName;
  value->span = name.span;
  value->text = name.text;
  return true;
}

bool Parser::read_end_of_day(WalletLine& line) {
  line.end_of_day = at_word("at");
  return !line.end_of_day || expect_words("at the end of the day");
}

bool Parser::read_returns(WalletLine& line) {
  if (at_word("keep")) return expect_words("keep their dates");
  if (!at_word("get")) return fail_expected("`keep their dates` or `get`");
  next();
  return read_duration(line.amount) && expect_words("of grace");
}

bool Parser::read_hold(WalletLine& line) {
  if (!at_word("at") && !at_word("for")) return fail_expected("`at most` or `for`");
  if (at_word("at")) {
    if (!expect_words("at most")) return false;
    if (!read_literal_or_name(line.amount, "a share, such as `30%`")) return false;
    if (accept_word("of") && !read_name(line.of.emplace(), "the name of an attribute")) {
      return false;
    }
  }
  return !accept_word("for") || read_duration(line.lives);
}

bool Parser::read_order(WalletLine& line) {
  size_t number = 0;
  if (!read_phrase(tree::kSpendOrderWords, number)) return false;
  line.order = static_cast<tree::SpendOrder>(number);
  return true;
}

bool Parser::read_short(WalletLine& line) {
  size_t number = 0;
  if (!read_phrase(tree::kShortfallWords, number)) return false;
  line.shortfall = static_cast<tree::Shortfall>(number);
  if (line.shortfall != tree::Shortfall::kGoDownTo) return true;
  line.amount = parse_unary();
  return line.amount != nullptr;
}

}  // namespace guerdon::plan
