#include "engine/book/problem.h"

namespace guerdon::book {

std::string Problem::sentence() const {
  std::string place = file;
  const bool has_place = fault == Fault::kDamage || fault == Fault::kDifference;
  if (has_place) place += " at " + std::to_string(offset);
  if (first_lsn != 0 || last_lsn != 0) {
    place += ", LSN " + std::to_string(first_lsn == 0 ? 1 : first_lsn);
    place += last_lsn == 0 ? " and later" : "";
    if (last_lsn > first_lsn) place += " to " + std::to_string(last_lsn);
  }
  return place.empty() ? what : place + ": " + what;
}

}  // namespace guerdon::book
