// The printed form of a tree: what `plan print --tree` shows and golden tests compare.
//
//   (rule cashback
//     (on purchase)
//     (credit account (by amount)
//       (row (up-to threshold) (of 5% amount))
//       (row otherwise (of 7% amount))))
//
// One declaration after another in the order of the file, what stands below a line indented by two
// spaces. Expressions are in prefix form on one line. Layout, comments, brackets and `_` in numbers
// are gone, so two plans with the same form mean the same.
#pragma once

#include <string>
#include <string_view>

#include "engine/syntax/tree.h"

namespace guerdon::plan {

std::string print_tree(const tree::Plan& plan);

// One expression of it.
std::string print_expr(const tree::Expr& expr);

// `(above seller manager 2)`, `(each-above seller manager up-to 5)`, with what stands below it.
std::string print_above(const tree::Name& who, const tree::Above& above);

// Shared with the printed form of checked plans: a text in quotes, with `\` before `"` and `\`;
// several words as one, "up-to"; and "=", "!=", "<", ...
std::string quote(std::string_view text);
std::string hyphenated(std::string_view words);
std::string_view comparison_sign(tree::Comparison comparison);

}  // namespace guerdon::plan
