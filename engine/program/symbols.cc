#include "engine/program/symbols.h"

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/event/schema.h"
#include "engine/event/text_rules.h"

namespace guerdon::plan {

namespace {
constexpr Symbol kFirst = 2;
constexpr size_t kSlotsAtFirst = 64;
}  // namespace

Symbols::Symbols() : slots_(kSlotsAtFirst) {}

size_t Symbols::probe(std::string_view text, uint64_t hash) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hash & mask;
  while (slots_[at].symbol != 0) {
    if (slots_[at].hash == hash && counted_text(slots_[at].symbol) == text) return at;
    at = (at + 1) & mask;
  }
  return at;
}

// What a text that is counted as this is known by.
Symbol Symbols::symbol_of(Symbol counted) const {
  const size_t place = counted - kFirst;
  return !is_apart_ || place < dense_ ? counted : numbers_[place - dense_];
}

Symbol Symbols::find(std::string_view text, uint64_t hash) const {
  const Symbol symbol = slots_[probe(text, hash)].symbol;
  return symbol == 0 ? kOtherSymbol : symbol_of(symbol);
}

Symbol Symbols::intern(std::string_view text, uint64_t hash) {
  const size_t at = probe(text, hash);
  if (slots_[at].symbol != 0) return symbol_of(slots_[at].symbol);
  if (is_apart_) add_number(kSymbolsMax + kFirst + static_cast<Symbol>(numbers_.size()));
  return symbol_of(add(at, text, hash));
}

void Symbols::number_apart() {
  if (!is_apart_) dense_ = texts_.size();
  is_apart_ = true;
}

void Symbols::add_number(Symbol symbol) {
  counted_.emplace(symbol, kFirst + static_cast<Symbol>(texts_.size()));
  numbers_.push_back(symbol);
}

void Symbols::number(const NumberedText& text) {
  const uint64_t hash = base::hash64(text.text);
  const size_t at = probe(text.text, hash);
  GUERDON_ASSERT(is_apart_ && slots_[at].symbol == 0);
  add_number(text.symbol);
  (void)add(at, text.text, hash);
}

std::vector<NumberedText> Symbols::apart() const {
  std::vector<NumberedText> all;
  for (size_t i = 0; i < numbers_.size(); ++i) {
    all.push_back({std::string(text(numbers_[i])), numbers_[i]});
  }
  return all;
}

std::vector<std::string> Symbols::provisional() const {
  std::vector<std::string> texts;
  for (NumberedText& each : apart()) {
    if (each.symbol >= kSymbolsMax + kFirst) texts.push_back(std::move(each.text));
  }
  return texts;
}

Symbol Symbols::add(size_t at, std::string_view text, uint64_t hash) {
  GUERDON_ASSERT(!is_full());
  if ((texts_.size() + 1) * 2 > slots_.size()) {
    grow();
    at = probe(text, hash);
  }
  const Symbol symbol = kFirst + static_cast<Symbol>(texts_.size());
  slots_[at] = {hash, symbol};
  texts_.push_back({bytes_.size(), static_cast<uint32_t>(text.size())});
  bytes_.append(text);
  return symbol;
}

Symbol Symbols::intern(std::string_view text) { return intern(text, base::hash64(text)); }

bool Symbols::is_interned(int64_t number) const {
  const size_t dense = is_apart_ ? dense_ : texts_.size();
  if (number >= kFirst && number - kFirst < static_cast<int64_t>(dense)) return true;
  return is_apart_ && number >= kFirst && number <= INT32_MAX &&
         counted_.contains(static_cast<Symbol>(number));
}

std::string_view Symbols::text(Symbol symbol) const {
  if (is_apart_ && symbol - kFirst >= dense_) return counted_text(counted_.at(symbol));
  return counted_text(symbol);
}

std::string_view Symbols::counted_text(Symbol symbol) const {
  GUERDON_ASSERT(symbol >= kFirst && symbol - kFirst < texts_.size());
  const Place& place = texts_[symbol - kFirst];
  return std::string_view(bytes_).substr(place.offset, place.size);
}

void Symbols::save(size_t first, snapshot::SnapshotWriter& out) const {
  GUERDON_ASSERT(first <= texts_.size());
  out.put_unsigned(texts_.size() - first);
  for (size_t i = first; i < texts_.size(); ++i) {
    out.put_text(text(kFirst + static_cast<Symbol>(i)));
  }
}

bool Symbols::load(snapshot::SectionReader& in) {
  uint64_t count = 0;
  if (!in.take_unsigned(kSymbolsMax - texts_.size(), &count)) return false;
  for (uint64_t i = 0; i < count; ++i) {
    std::string_view text;
    if (!in.take_text(event::kTextBytesMax, &text)) return false;
    if (event::check_text(text, event::kTextBytesMax) != event::TextFault::kNone) {
      return in.fail("a text value is none: " + event::printable(text, event::kTextBytesMax));
    }
    const size_t before = texts_.size();
    intern(text);
    if (texts_.size() == before) return in.fail("a text value stands there twice");
  }
  return true;
}

void Symbols::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.symbol == 0) continue;
    size_t at = slot.hash & mask;
    while (slots_[at].symbol != 0) at = (at + 1) & mask;
    slots_[at] = slot;
  }
}

}  // namespace guerdon::plan
