// Text values as small numbers.
//
// Number 0 means missing, 1 means "a text that nobody needs to tell apart"; texts that are interned
// count from 2 in the order in which they came. The compiler interns what plans name; admission
// interns further values of the attributes whose identity matters (subject keys), in log order.
// Texts that a version of a plan names first are numbered ahead of its record, so an engine and its
// replay may give them other numbers: a snapshot tells them, and none ever reaches a hash, an entry
// or an answer, which hold the text.
//
// The symbols of a program that goes on from another are numbered apart: behind those of the first
// one a text has the number that it is given. "Counted" is its place here.
//
// Open addressing over 16-byte slots {hash, number}; the text is compared, so two texts with one
// hash stay two. Thread-safety: one writer; readers may run beside it only on other instances, or
// under a lock that the writer holds where it adds a text (Admission::symbol_text).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/snapshot/section_reader.h"
#include "engine/snapshot/snapshot_writer.h"

namespace guerdon::plan {

using Symbol = uint32_t;

inline constexpr Symbol kMissingSymbol = 0;
inline constexpr Symbol kOtherSymbol = 1;
inline constexpr uint32_t kSymbolsMax = 1u << 24;

struct NumberedText {
  std::string text;
  Symbol symbol = 0;
};

// The texts of numbers, for who does not hold the symbols.
class SymbolTexts {
 public:
  virtual ~SymbolTexts() = default;
  // REQUIRES: symbol was interned.
  virtual std::string symbol_text(Symbol symbol) const = 0;
};

class Symbols {
 public:
  Symbols();

  // From now on a text that is new gets no number of its own by intern(), but one that none can
  // have; number() gives it its own beforehand.
  void number_apart();
  void number(const NumberedText& text);
  // Those texts that have no number of their own.
  std::vector<std::string> provisional() const;
  // Those that were numbered apart, with their numbers.
  std::vector<NumberedText> apart() const;

  // `hash` is base::hash64(text).
  Symbol find(std::string_view text, uint64_t hash) const;  // kOtherSymbol when not interned
  Symbol intern(std::string_view text, uint64_t hash);      // REQUIRES: !is_full() or known
  Symbol intern(std::string_view text);

  bool is_full() const { return texts_.size() >= kSymbolsMax; }
  // Whether there is a text of this number.
  bool is_interned(int64_t number) const;
  // REQUIRES: symbol was interned.
  std::string_view text(Symbol symbol) const;
  size_t size() const { return texts_.size(); }

  // The texts from the `first`th on, in their order; and those again, behind what is there. False:
  // the section is none that was saved, and the symbols are not to be used.
  void save(size_t first, snapshot::SnapshotWriter& out) const;
  bool load(snapshot::SectionReader& in);

 private:
  struct Slot {
    uint64_t hash = 0;
    Symbol symbol = 0;  // 0: free
  };
  struct Place {
    uint64_t offset = 0;
    uint32_t size = 0;
  };

  size_t probe(std::string_view text, uint64_t hash) const;  // its slot, or the free one for it
  Symbol add(size_t slot, std::string_view text, uint64_t hash);
  Symbol symbol_of(Symbol counted) const;
  std::string_view counted_text(Symbol counted) const;
  void add_number(Symbol symbol);
  void grow();

  std::vector<Slot> slots_;   // a power of two, at most half full; symbols as they are counted
  std::vector<Place> texts_;  // of symbol number + 2
  std::string bytes_;
  bool is_apart_ = false;
  size_t dense_ = 0;                  // is_apart_: so many texts are numbered as they are counted
  std::vector<Symbol> numbers_;       // of those behind them
  std::map<Symbol, Symbol> counted_;  // the way back
};

// Of symbols to which nobody adds meanwhile; they must outlive it.
class TextsOf : public SymbolTexts {
 public:
  explicit TextsOf(const Symbols& symbols) : symbols_(symbols) {}
  std::string symbol_text(Symbol symbol) const override {
    return std::string(symbols_.text(symbol));
  }

 private:
  const Symbols& symbols_;
};

}  // namespace guerdon::plan
