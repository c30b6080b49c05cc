// `plan fmt`: a plan in its one canonical form. There are no options.
//
//   * two spaces a level, one between words, none where none belongs: `min(a, b)`, `5%`, `3/2`
//   * one empty line between declarations, none inside; declarations of one line and one kind that
//     stand together (`param`, `unit`) may stay together
//   * the colons of neighbouring rows stand below each other
//   * `rounded` stands before `as`
//   * if a declaration writes one number with `_`, all its numbers of five digits and more have it
//   * comments stay above what they speak of, or two spaces behind it
//   * no line is moved, joined or cut: a line that would grow over 160 characters stays as it is
//
// A formatted plan is a fixed point, and formatting never changes print_tree of the plan.
#pragma once

#include <string>

#include "engine/syntax/source.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

// REQUIRES: tree is what parse made of source, without an error.
std::string format_plan(const SourceText& source, const tree::Plan& tree);

}  // namespace guerdon::plan
