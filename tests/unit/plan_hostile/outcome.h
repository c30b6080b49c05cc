#pragma once

#include <string>

namespace guerdon::plan::hostile {

// What became of a text as a plan, through every stage of the compiler.
struct Outcome {
  bool is_loaded = false;     // lexed, parsed, checked
  bool is_compiled = false;   // and made a program that passes the verifier
  bool has_place = false;     // the first message names line and column, and has a caret
  std::string said;           // diagnostics as people read them
  std::string compile_error;  // a sentence where a checked plan was refused
};

Outcome outcome_of(const std::string& text);

}  // namespace guerdon::plan::hostile
