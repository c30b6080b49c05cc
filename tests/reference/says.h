#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/plan/checked.h"

// What the parts of a plan say, as texts in which names stand for nothing that is not written out
// beside them: two plans mean the same by a part exactly when its texts are equal. Names of rules
// and measures are left out, but for those of rules in groups, whose order hangs on them.

namespace guerdon::reference {

class Says {
 public:
  // Borrows the plan.
  explicit Says(const plan::Plan& plan);

  // A measure that a term names is what `measure` says of its number.
  using Named = std::function<std::string(int)>;

  std::string attribute(int index) const;
  // Of what rules credit, which stands in earned_by, nothing is said of these.
  std::string measure(const plan::Measure& measure) const;
  std::string group(const plan::Group& group) const;
  std::string rule(const plan::Rule& rule, const Named& measure) const;

 private:
  std::string term(const plan::TermPtr& term, const Named& measure = nullptr) const;
  std::string behind(const plan::Term& term, const Named& measure) const;
  std::string fold(const plan::LineFold& fold) const;
  std::string table(int index) const;
  std::string subject(const plan::Subject& subject) const;
  std::string events(const std::vector<int>& events) const;
  std::string unit(int index) const;
  std::string effect(const plan::Effect& effect, const Named& measure) const;

  const plan::Plan& plan_;
  std::map<std::string, std::string> tables_;  // as printed
};

}  // namespace guerdon::reference
