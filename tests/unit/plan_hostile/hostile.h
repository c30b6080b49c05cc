#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

// Plans that nobody means well with. Each is compiled, or refused with a place and advice, in time
// and memory that its size bounds.

namespace guerdon::plan::hostile {

struct Hostile {
  std::string name;
  std::string text;
};

using Plans = std::vector<Hostile>;

// The head of a plan that all others stand below: unit money, event buy with account a, amount x,
// count n, texts t and u, flag f.
std::string head();
// `head()` and a rule `r` on buy with these lines, each indented.
std::string rule(const std::string& lines);
std::string rule_paying(const std::string& amount);  // ... that credits this amount

// `part` as often as fits into `bytes`.
std::string repeated(const std::string& part, size_t bytes);
// write(0) write(1) ... as long as it fits into 1 MiB together with what stands before.
std::string numbered(const std::string& before, const std::function<std::string(size_t)>& write,
                     size_t count_max = SIZE_MAX);

// By what they overdo.
Plans sizes();     // bytes, lines, words
Plans nesting();   // depth, and names that stand for names
Plans counts();    // of declarations, rules, rows, columns, keys, values
Plans products();  // things that are each within bounds, times one another
Plans numbers();   // at and beyond the limits
Plans written();   // bytes that are no text, words in the wrong place

}  // namespace guerdon::plan::hostile
