// Trees of the reference engine: every edge that was ever said.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/plan/checked.h"
#include "tests/reference/results.h"

namespace guerdon::reference {

class Trees {
 public:
  // What an ORG says; refused, or said.
  Result say(const Command& command);
  // "": nobody.
  std::string above(const plan::Climb& climb, const std::string& relation, std::string account,
                    TimeMs time) const;
  // What was found for an object, by its id and the name of who stands above: below whom, and who.
  std::map<std::pair<std::string, std::string>, std::pair<std::string, std::string>> stood;

 private:
  // The last that holds at an instant is what holds then.
  struct Edge {
    std::string relation;
    std::string child;
    std::string parent;  // empty: nobody
    bool is_vacant = false;
    TimeMs from = 0;
    TimeMs until = 0;
  };

  const Edge* edge_at(const std::string& relation, const std::string& child, TimeMs time) const;
  bool goes_round(const std::string& relation) const;

  std::vector<Edge> edges_;
};

// Whether the attribute names the account that goes by this name on the wire: of those above, each
// in turn.
bool names_role(const plan::Plan& plan, int attribute, const std::string& wire);
// Whether it is who stands above somebody.
bool is_climbed(const std::vector<plan::Plan>& plans, const std::string& wire);

}  // namespace guerdon::reference
