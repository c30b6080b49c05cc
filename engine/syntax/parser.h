// Tokens -> tree: the second stage of the plan compiler.
//
// The grammar is the one of docs/plan-language.md, and it is LL(2) on the tokens of one line. The
// parser looks no name up and knows no types; what it accepts is shaped right and may still mean
// nothing. After a mistake it goes on at the next line, so one run tells several; a line with a
// mistake may be missing from the tree, so a tree is of use only if there are no errors.
//
// Expressions nest at most 64 deep: deeper ones are refused, so that no later stage need count.
#pragma once

#include <vector>

#include "engine/syntax/diagnostic.h"
#include "engine/syntax/lexer.h"
#include "engine/syntax/source.h"
#include "engine/syntax/tree.h"

namespace guerdon::plan {

inline constexpr int kNestingMax = 64;

// REQUIRES: tokens are those of lex(source).
tree::Plan parse(const SourceText& source, const std::vector<Token>& tokens,
                 Diagnostics& diagnostics);

}  // namespace guerdon::plan
