#include <string>

#include "engine/syntax/tree_printer.h"

namespace guerdon::plan {

std::string print_above(const tree::Name& who, const tree::Above& above) {
  std::string text = above.is_each ? "(each-above " : "(above ";
  text += who.text + " " + above.relation.text;
  if (!above.is_each) text += " " + std::to_string(above.level);
  if (above.up_to > 0) text += " up-to " + std::to_string(above.up_to);
  for (const tree::LevelRow& row : above.rows) {
    text += " (level " + std::to_string(row.level) + " " + print_expr(*row.amount) + ")";
  }
  if (above.is_differential) text += " differential";
  if (above.passes) text += *above.passes ? " vacant-passes" : " vacant-forfeits";
  return text + ")";
}

}  // namespace guerdon::plan
