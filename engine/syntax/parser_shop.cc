// What a catalogue has, and at which rates units are exchanged: `item` and `exchange`.

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/syntax/parser_state.h"

namespace guerdon::plan {

using tree::ExchangeLine;
using tree::ExchangeLineKind;
using tree::ItemLine;
using tree::ItemLineKind;

bool Parser::read_date(std::optional<tree::Date>& date) {
  if (!at(TokenKind::kDate)) {
    return fail_expected("a date, such as `2026-07-01`",
                         "four digits, two and two, with `-` between and no spaces");
  }
  date = {plan::read_date(text()), here()};
  next();
  return true;
}

// ---- item ----

tree::Item Parser::parse_item() {
  tree::Item item;
  if (read_name(item.name, "the name of the item") && at(TokenKind::kText)) {
    item.title = read_text(text());
    next();
  }
  end_line();
  const bool sound = !failed_;
  const int errors = diagnostics_.errors();
  read_block([&] { parse_item_line(item); });
  const auto is_price = [](const ItemLine& line) { return line.kind == ItemLineKind::kPrice; };
  if (sound && diagnostics_.errors() == errors &&
      std::none_of(item.lines.begin(), item.lines.end(), is_price)) {
    failed_ = false;
    fail(kGrammar, item.name.span, "item `" + item.name.text + "` has no price",
         "write it in a line below, indented: `price 4000 points`");
  }
  return item;
}

void Parser::parse_item_line(tree::Item& item) {
  ItemLine line;
  line.span = here();
  if (read_item_line(line) && at_line_end()) {
    line.span = join(line.span, last());
    const auto same = [&](const ItemLine& other) {
      return other.kind == line.kind && line.kind != ItemLineKind::kAtMost;
    };
    if (std::any_of(item.lines.begin(), item.lines.end(), same)) {
      fail(kGrammar, line.span,
           "this item has a line `" + std::string(tree::item_line_word(line.kind)) + "` already",
           "leave one of the two");
    } else {
      item.lines.push_back(std::move(line));
    }
  }
  end_line();
  refuse_block();
}

bool Parser::read_item_line(ItemLine& line) {
  const auto word = std::find_if(tree::kItemLineWords.begin(), tree::kItemLineWords.end(),
                                 [&](std::string_view each) { return at_word(each); });
  if (word == tree::kItemLineWords.end()) {
    refuse_clause(LaterPlace::kItem, "a line of an item",
                  {tree::kItemLineWords.begin(), tree::kItemLineWords.end()},
                  "an item has price, gives, stock, at most, from, until, when");
    return false;
  }
  line.kind = static_cast<ItemLineKind>(word - tree::kItemLineWords.begin());
  if (line.kind != ItemLineKind::kUntil) next();
  switch (line.kind) {
    case ItemLineKind::kPrice:
    case ItemLineKind::kGives:
      return read_literal_or_name(line.amount, "an amount, such as `4000 points`");
    case ItemLineKind::kStock:
      return read_integer(line.number, "how many there are");
    case ItemLineKind::kAtMost:
      return read_item_limit(line);
    case ItemLineKind::kFrom:
      return read_date(line.from) && read_item_window(line);
    case ItemLineKind::kUntil:
      return read_item_window(line);
    case ItemLineKind::kWhen:
      line.amount = parse_expr();
      return line.amount != nullptr;
  }
  GUERDON_UNREACHABLE();
}

bool Parser::read_item_limit(ItemLine& line) {
  if (!expect_word("most")) return false;
  if (accept_word("once")) {
    line.number = 1;
  } else if (!read_integer(line.number, "`once`, or a number and `times`") ||
             !expect_word("times")) {
    return false;
  }
  if (!at_word("per")) return fail_expected("`per` and the account: `per account per year`");
  return read_subject(line.per);
}

bool Parser::read_item_window(ItemLine& line) {
  return !accept_word("until") || read_date(line.until);
}

// ---- exchange ----

tree::Exchange Parser::parse_exchange() {
  tree::Exchange exchange;
  if (read_name(exchange.from, "the unit that is given") && expect_word("to")) {
    read_name(exchange.to, "the unit that is got");
  }
  end_line();
  const bool sound = !failed_;
  const int errors = diagnostics_.errors();
  read_block([&] { parse_exchange_line(exchange); });
  const auto is_rate = [](const ExchangeLine& line) {
    return line.kind == ExchangeLineKind::kRate || line.kind == ExchangeLineKind::kFrom;
  };
  if (sound && diagnostics_.errors() == errors &&
      std::none_of(exchange.lines.begin(), exchange.lines.end(), is_rate)) {
    failed_ = false;
    fail(kGrammar, join(exchange.from.span, exchange.to.span), "this exchange has no rate",
         "write it in a line below, indented: `rate 100 points = 1.00 EUR`, or `rate from file`");
  }
  return exchange;
}

void Parser::parse_exchange_line(tree::Exchange& exchange) {
  ExchangeLine line;
  line.span = here();
  if (read_exchange_line(line) && at_line_end()) {
    line.span = join(line.span, last());
    const auto same = [&](const ExchangeLine& other) {
      return other.kind == line.kind && line.kind != ExchangeLineKind::kFrom;
    };
    if (std::any_of(exchange.lines.begin(), exchange.lines.end(), same)) {
      fail(kGrammar, line.span,
           "this exchange has a line `" + std::string(tree::exchange_line_word(line.kind)) +
               "` already",
           "leave one of the two, or write from when the other holds: `from 2026-07-01 : ...`");
    } else {
      exchange.lines.push_back(std::move(line));
    }
  }
  end_line();
  refuse_block();
}

bool Parser::read_exchange_line(ExchangeLine& line) {
  const auto word = std::find_if(tree::kExchangeLineWords.begin(), tree::kExchangeLineWords.end(),
                                 [&](std::string_view each) { return at_word(each); });
  if (word == tree::kExchangeLineWords.end()) {
    refuse_clause(LaterPlace::kItem, "a line of an exchange",
                  {tree::kExchangeLineWords.begin(), tree::kExchangeLineWords.end()},
                  "an exchange has rate, from, spread, stale, show");
    return false;
  }
  line.kind = static_cast<ExchangeLineKind>(word - tree::kExchangeLineWords.begin());
  next();
  switch (line.kind) {
    case ExchangeLineKind::kRate:
      return at_word("from") ? expect_words("from file") : read_rate(line);
    case ExchangeLineKind::kFrom:
      return read_date(line.from) && expect(TokenKind::kColon, "`:` and the rate") &&
             read_rate(line);
    case ExchangeLineKind::kSpread:
      return read_literal_or_name(line.amount, "a ratio, such as `0.5%`");
    case ExchangeLineKind::kStale:
      return expect_words("up to") && read_duration(line.amount);
    case ExchangeLineKind::kShow:
      return expect_word("only");
  }
  GUERDON_UNREACHABLE();
}

// `100 points = 1.00 EUR`.
bool Parser::read_rate(ExchangeLine& line) {
  constexpr std::string_view kAmount = "a number and its unit: `100 points = 1.00 EUR`";
  if (!at(TokenKind::kNumber)) return fail_expected(kAmount);
  line.give = parse_number();
  if (line.give == nullptr || !expect(TokenKind::kEqual, "`=`")) return false;
  if (!at(TokenKind::kNumber)) return fail_expected(kAmount);
  line.take = parse_number();
  return line.take != nullptr;
}

}  // namespace guerdon::plan
