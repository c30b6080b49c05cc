// The plans of an engine with all versions that were published, and the programs that were made of
// them, one after the other.
//
//   PlanHistory history(std::move(checked), std::move(program));
//   std::optional<Publication> next = history.prepare(source, &error, &warnings);
//   next->numbered = ... numbers for next->texts, given by who interns texts ...
//   if (!history.compile(&*next, &error)) ...
//   const plan::Program& program = history.take(std::move(*next), lsn);
//
// What takes time is prepare() and compile(): they change nothing, so they may run while the engine
// goes on. In between it is asked for numbers of the texts that the version names first, as
// everybody who keeps such texts knows them by these.
//
// Programs stay, since what was made under one may be looked at later: each goes on from the one
// before it (plan::compile_again).
//
// Thread-safety: take() on one thread, while nobody else looks; the others any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "engine/program/program.h"
#include "engine/syntax/source.h"

namespace guerdon::plan {

// A version on its way.
struct Publication {
  size_t plan = 0;  // of Program::plans
  Plan merged;
  std::vector<std::string> texts;  // that have no numbers yet
  std::vector<NumberedText> numbered;
  std::unique_ptr<Program> program;  // by compile()

  const PlanVersion& version() const { return merged.versions.back(); }
};

class PlanHistory {
 public:
  // REQUIRES: the program is made of these plans.
  PlanHistory(std::vector<Plan> plans, Program program);

  // That of now. It stays where it is, as those before it do.
  const Program& program() const { return *programs_.back(); }

  // Checks a further version of a plan. Nothing: diagnostics or a sentence in *error. Warnings go
  // to *warnings unless it is null.
  std::optional<Publication> prepare(const SourceText& source, std::string* error,
                                     std::string* warnings = nullptr) const;
  // REQUIRES: it was prepared since the last take(); its texts are numbered.
  bool compile(Publication* publication, std::string* error) const;
  // It holds from the record of this LSN on.
  const Program& take(Publication publication, uint64_t lsn);

 private:
  std::vector<const Plan*> with(const Publication& publication) const;

  std::vector<Plan> plans_;
  std::vector<std::unique_ptr<const Program>> programs_;
};

}  // namespace guerdon::plan
