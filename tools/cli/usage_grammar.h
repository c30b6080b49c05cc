// The usage of a command, as COMMAND DOCS gives it, read as a grammar: what may come next?
//
//   usage   = choice
//   choice  = row *("|" row)
//   row     = *(item ["..."])                       three dots: the item may come again
//   item    = WORD | name | "[" choice "]"          what is in brackets may be left out
//
//   UsageGrammar grammar("CLIENT ID | GETNAME | SETNAME name");
//   grammar.after({"CLIENT"})              ID, GETNAME, SETNAME
//   grammar.after({"client", "setname"})   name
//
// Words in capitals stand for themselves, all else for a value. The alternatives of the outermost
// choice all follow the command's name, as a person reads them. Usages are written for people, and
// some are half prose: whatever stands there is read as well as may be, and nothing is an error.
//
// It is the automaton of Glushkov: a state a word of the usage, and from each the words that may
// follow it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace guerdon::cli {

class UsageGrammar {
 public:
  explicit UsageGrammar(std::string_view usage);

  // What may stand behind these words, each once, in the usage's order; the first word is the
  // command. Nothing where they do not fit.
  std::vector<std::string> after(std::span<const std::string> words) const;

  // All `name=` of the usage: they may come in any order.
  std::vector<std::string> attributes() const;

 private:
  using States = std::vector<size_t>;  // sorted, each once

  // A part of the usage: the words that it may begin and end with, and whether it may be left out.
  struct Part {
    States first;
    States last;
    bool may_be_empty = true;
  };

  class Reader;

  bool fits(size_t state, std::string_view word) const;

  std::vector<std::string> words_;  // 0: the command
  std::vector<States> follow_;
};

// Whether it stands for itself: `SETNAME`, `3`; not `name`, `name=value`.
bool is_literal(std::string_view word);

// Of ASCII letters, upper and lower case are one.
bool begins_alike(std::string_view text, std::string_view begin);
bool is_alike(std::string_view a, std::string_view b);

}  // namespace guerdon::cli
