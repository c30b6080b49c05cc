// A program whose operands name something that is not there never runs. The plans of the golden
// files make every instruction there is; each operand of each is broken in turn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "engine/program/program.h"
#include "tests/unit/program/compiled.h"
#include "tests/unit/syntax/front_end.h"

namespace guerdon::plan {
namespace {

using ::testing::HasSubstr;

Program every_instruction() {
  std::vector<std::string> texts;
  for (const auto& plan : plans_in("tests/golden/plan/program")) texts.push_back(read_file(plan));
  return compiled(texts);
}

bool is_sound(const Program& program) {
  std::string problem;
  const bool sound = verify(program, &problem);
  EXPECT_EQ(sound, problem.empty());
  return sound;
}

uint32_t size_of(size_t n) { return static_cast<uint32_t>(n); }

uint32_t most_cells_of_object(const Program& program) {
  uint32_t cells = 0;
  for (const SubjectKind& subject : program.subjects) {
    if (subject.is_object) cells = std::max(cells, subject.cells);
  }
  return cells;
}

std::vector<uint16_t> none_of_clocks(const Program& program) {
  return {static_cast<uint16_t>(program.clocks.size()), kAtEvent, kAtOpening};
}

// Values that this operand must not have, each as the whole instruction.
std::vector<Instruction> broken(const Program& program, uint32_t at, char letter) {
  const Instruction& good = program.code[at];
  std::vector<Instruction> list;
  const auto add = [&](auto member, auto value) {
    list.push_back(good);
    list.back().*member = value;
  };
  const std::map<char, size_t> pools = {
      {'x', program.constants.size()},  {'m', program.measures.size()},
      {'t', program.tables.size()},     {'i', program.sets.size()},
      {'k', program.take_backs.size()}, {'w', program.windows.size()},
      {'c', program.clauses.size()},    {'l', kLayersMax},
      {'s', event::kSlotsMax}};
  if (const auto pool = pools.find(letter); pool != pools.end()) {
    add(&Instruction::x, size_of(pool->second));
    return list;
  }
  switch (const uint32_t end = size_of(program.code.size()); letter) {
    case 'A':
      add(&Instruction::a, uint8_t{kRegisters});
      break;
    case 'B':
      add(&Instruction::b, uint8_t{kRegisters});
      break;
    case 'C':
      add(&Instruction::c, uint8_t{kRegisters});
      break;
    case 'J':
    case 'N':
      for (const uint32_t to : {0u, at, end, kNowhere})
        add(letter == 'J' ? &Instruction::target : &Instruction::z, to);
      break;
    case 'K':
    case 'V':
      add(&Instruction::target, size_of(program.constants.size()));
      break;
    case 'b':
      add(&Instruction::z, size_of(program.branches.size()));
      break;
    case 'u':
      add(&Instruction::y, static_cast<uint16_t>(program.tables[good.x].column_count()));
      break;
    case 'h':
      add(&Instruction::x, size_of(program.subjects.size()));
      for (uint32_t s = 0; s < program.subjects.size(); ++s)
        if (!program.subjects[s].holds_known) add(&Instruction::x, s);
      break;
    case 'p':
      add(&Instruction::y, static_cast<uint16_t>(program.clocks.size()));
      add(&Instruction::y, static_cast<uint16_t>(kAtOpening - 1));
      break;
    case 'y':
      for (const uint16_t y : none_of_clocks(program)) add(&Instruction::y, y);
      break;
    case 'o':
      add(&Instruction::y, static_cast<uint16_t>(kLastPeriod + 1));
      break;
    case 'e':
      add(&Instruction::z, kSeenCell);
      add(&Instruction::z, most_cells_of_object(program));
      break;
    case 'q':
      add(&Instruction::x, size_of(program.shares.size()));
      add(&Instruction::b, static_cast<uint8_t>(kRegisters - program.shares[good.x].of + 1));
      break;
    default:
      ADD_FAILURE() << "an operand letter that this test does not know: " << letter;
  }
  return list;
}

TEST(VerifyTest, ThePlansOfThisTestMakeEveryInstruction) {
  std::set<Op> made;
  for (const Instruction& i : every_instruction().code) made.insert(i.op);
  for (int op = 0; op < kOps; ++op) {
    EXPECT_TRUE(made.contains(static_cast<Op>(op))) << op_name(static_cast<Op>(op));
  }
}

TEST(VerifyTest, EachOperandMustNameSomethingThatIsThere) {
  Program program = every_instruction();
  ASSERT_TRUE(is_sound(program));
  for (uint32_t at = 0; at < program.code.size(); ++at) {
    const Instruction good = program.code[at];
    for (const char letter : op_operands(good.op)) {
      for (const Instruction& bad : broken(program, at, letter)) {
        program.code[at] = bad;
        std::string problem;
        EXPECT_FALSE(verify(program, &problem)) << op_name(good.op) << ", operand " << letter;
        EXPECT_THAT(problem, HasSubstr("instruction " + std::to_string(at) + " "));
        program.code[at] = good;
      }
    }
  }
  EXPECT_TRUE(is_sound(program));
}

TEST(VerifyTest, AnInstructionThatIsNone) {
  Program program = every_instruction();
  program.code[3].op = static_cast<Op>(kOps);
  EXPECT_FALSE(is_sound(program));
}

TEST(VerifyTest, BranchesGoForwardOneForEachRowAndOneForNone) {
  Program program = every_instruction();
  ASSERT_FALSE(program.branches.empty());
  std::vector<CodeAt>& branches = program.branches.front();
  const std::vector<CodeAt> good = branches;
  branches.pop_back();
  EXPECT_FALSE(is_sound(program));
  branches = good;
  branches.push_back(good.back());
  EXPECT_FALSE(is_sound(program));
  for (const CodeAt to : {CodeAt{0}, size_of(program.code.size())}) {
    branches = good;
    branches.front() = to;
    EXPECT_FALSE(is_sound(program));
  }
  branches = good;
  EXPECT_TRUE(is_sound(program));
}

// What is wrong with a program while this clause is changed.
template <typename Change>
std::string problem_of_clause(Program& program, size_t number, Change change) {
  const Clause was = program.clauses[number];
  change(program.clauses[number], program);
  std::string problem;
  EXPECT_FALSE(verify(program, &problem));
  program.clauses[number] = was;
  return problem;
}

TEST(VerifyTest, AClauseNamesWhatIsThereAndHasADenominator) {
  Program program = every_instruction();
  for (size_t c = 0; c < program.clauses.size(); ++c) {
    const std::string named = "clause " + std::to_string(c) + " ";
    const auto refuses = [&](auto change) {
      EXPECT_THAT(problem_of_clause(program, c, change), HasSubstr(named));
    };
    refuses([](Clause& clause, Program&) { clause.den = 0; });
    refuses([](Clause& clause, Program& all) {
      clause.wallet = static_cast<uint16_t>(all.wallets.size());
    });
    refuses(
        [](Clause& clause, Program& all) { clause.kind = static_cast<uint8_t>(all.kinds.size()); });
    refuses([](Clause& clause, Program&) { clause.verb = static_cast<Verb>(3); });
    for (size_t l = 0; l < program.clauses[c].limits.size(); ++l) {
      refuses([l](Clause& clause, Program& all) {
        clause.limits[l].subject = size_of(all.subjects.size());
      });
      refuses([l](Clause& clause, Program& all) {
        clause.limits[l].cell = all.subjects[clause.limits[l].subject].cells;
      });
      refuses([l](Clause& clause, Program&) { clause.limits[l].most = 0; });
    }
    if (program.clauses[c].subject == kNowhere) continue;
    refuses([](Clause& clause, Program& all) { clause.subject = size_of(all.subjects.size()); });
    refuses(
        [](Clause& clause, Program& all) { clause.posted = all.subjects[clause.subject].cells; });
    refuses([](Clause& clause, Program&) { clause.verb = Verb::kBurn; });
    if (program.clauses[c].verb != Verb::kDebit) continue;
    refuses([](Clause& clause, Program&) { clause.taken = kNowhere; });
  }
}

TEST(VerifyTest, WhatIsOwedHasASubjectAndWhatIsPostedHasNone) {
  Program program = every_instruction();
  for (size_t c = 0; c < program.clauses.size(); ++c) {
    const bool owed = program.clauses[c].subject != kNowhere;
    const std::string problem = problem_of_clause(program, c, [&](Clause& clause, Program&) {
      clause.subject = owed ? kNowhere : 0;
      clause.posted = 0;
      if (clause.verb == Verb::kDebit) clause.taken = owed ? kNowhere : 0;
    });
    const Clause& clause = program.clauses[c];
    const bool is_never_owed =
        clause.verb == Verb::kBurn || clause.take_back != kNowhere || clause.budget != kNowhere;
    EXPECT_THAT(problem, HasSubstr(is_never_owed ? "clause " : "instruction "));
  }
}

TEST(VerifyTest, WhatIsTakenBackIsKeptInMeasures) {
  const Program good = every_instruction();
  ASSERT_FALSE(good.take_backs.empty());
  const auto refuses = [&](const std::string& what, auto change) {
    Program program = good;
    change(program);
    std::string problem;
    EXPECT_FALSE(verify(program, &problem));
    EXPECT_THAT(problem, HasSubstr(what));
  };
  for (size_t t = 0; t < good.take_backs.size(); ++t) {
    const uint32_t none = size_of(good.measures.size());
    refuses("take back ", [&](Program& program) { program.take_backs[t].value = none; });
    if (good.take_backs[t].returned == kNowhere) continue;
    refuses("take back ", [&](Program& program) { program.take_backs[t].returned = none; });
  }
  for (size_t c = 0; c < good.clauses.size(); ++c) {
    if (good.clauses[c].take_back == kNowhere) continue;
    refuses("clause ", [&](Program& program) {
      program.clauses[c].take_back = size_of(program.take_backs.size());
    });
    refuses("clause ", [&](Program& program) {
      program.clauses[c].earned = size_of(program.measures.size());
    });
    refuses("instruction ", [&](Program& program) { program.clauses[c].take_back = kNowhere; });
    if (good.take_backs[good.clauses[c].take_back].returned == kNowhere) continue;
    refuses("clause ", [&](Program& program) { program.clauses[c].taken_back = kNowhere; });
  }
}

TEST(VerifyTest, AWalletHasAPlanAndRulesThatAgree) {
  Program program = every_instruction();
  WalletKind& wallet = program.wallets.back();
  const WalletKind good = wallet;
  wallet.plan = size_of(program.plans.size());
  EXPECT_FALSE(is_sound(program));
  wallet = good;
  wallet.rules.floor = -1;
  EXPECT_FALSE(is_sound(program));
  wallet.rules.shortfall = Shortfall::kGoDownTo;
  EXPECT_TRUE(is_sound(program));
}

TEST(VerifyTest, ValuesAreCountedInWhatIsKeptForTheSame) {
  const Program program = every_instruction();
  const auto values =
      std::find_if(program.measures.begin(), program.measures.end(),
                   [](const MeasureKind& kind) { return kind.counted_in != kNowhere; });
  ASSERT_NE(values, program.measures.end());
  const auto place = static_cast<size_t>(values - program.measures.begin());
  const auto is_sound_with = [&](auto change) {
    Program broken = program;
    change(broken, broken.measures[place]);
    return is_sound(broken);
  };
  EXPECT_TRUE(is_sound_with([](Program&, MeasureKind&) {}));
  EXPECT_FALSE(is_sound_with([](Program&, MeasureKind& kind) { kind.values_max = 0; }));
  EXPECT_FALSE(is_sound_with([](Program&, MeasureKind& kind) { ++kind.values_max; }));
  EXPECT_FALSE(is_sound_with([](Program& broken, MeasureKind& kind) {
    kind.counted_in = size_of(broken.measures.size());
  }));
  EXPECT_FALSE(is_sound_with([&](Program&, MeasureKind& kind) {
    kind.counted_in = size_of(place);  // in itself
  }));
  EXPECT_FALSE(is_sound_with([](Program& broken, MeasureKind& kind) {
    broken.measures[kind.counted_in].is_of_values = false;
  }));
  EXPECT_FALSE(is_sound_with([](Program& broken, MeasureKind& kind) {
    broken.measures[kind.counted_in].subject = kind.subject;
  }));
  EXPECT_FALSE(is_sound_with(
      [](Program& broken, MeasureKind& kind) { kind.subject = size_of(broken.subjects.size()); }));
  EXPECT_FALSE(is_sound_with(
      [](Program& broken, MeasureKind& kind) { kind.cell = broken.subjects[kind.subject].cells; }));
}

TEST(VerifyTest, ATargetNamesWhatIsThereAndItsPartsAscend) {
  const Program program = every_instruction();
  ASSERT_FALSE(program.targets.empty());
  const auto is_sound_with = [&](auto change) {
    Program broken = program;
    change(broken.targets.front());
    return is_sound(broken);
  };
  using Kind = TargetKind;
  const uint32_t measures = size_of(program.measures.size());
  EXPECT_TRUE(is_sound_with([](Kind& kind) { kind.milestones = {1, 50, 1'000}; }));
  EXPECT_FALSE(is_sound_with([](Kind& kind) { kind.milestones = {50, 50}; }));
  EXPECT_FALSE(is_sound_with([](Kind& kind) { kind.milestones = {0}; }));
  EXPECT_FALSE(is_sound_with([](Kind& kind) { kind.milestones = {1'001}; }));
  EXPECT_FALSE(is_sound_with([](Kind& kind) { kind.bands.clear(); }));
  EXPECT_FALSE(is_sound_with([](Kind& kind) { kind.bands = {{"red", 90}}; }));
  EXPECT_FALSE(is_sound_with([](Kind& kind) {
    kind.bands = {{"red", 90}, {"orange", 90}, {"green", progress::Band::kNoEnd}};
  }));
  EXPECT_FALSE(is_sound_with([&](Kind& kind) { kind.measure = measures; }));
  EXPECT_FALSE(is_sound_with([&](Kind& kind) { kind.told = measures; }));
  EXPECT_FALSE(is_sound_with([&](Kind& kind) { kind.samples = measures; }));
  const auto without_samples = [&](bool is_average, bool at_most) {
    return is_sound_with([&](Kind& kind) {
      kind.samples = kNowhere;
      kind.is_average = is_average;
      kind.at_most = at_most;
    });
  };
  EXPECT_TRUE(without_samples(false, false));
  EXPECT_FALSE(without_samples(true, false));
  EXPECT_FALSE(without_samples(false, true));
  uint32_t for_others = 0;  // a measure that is kept for other names, or another period
  const auto subject_of = [&](uint32_t measure) {
    const SubjectKind& subject = program.subjects[program.measures[measure].subject];
    return std::pair(subject.keys, subject.clock);
  };
  while (subject_of(for_others) == subject_of(program.targets.front().measure)) ++for_others;
  EXPECT_FALSE(is_sound_with([&](Kind& kind) { kind.told = for_others; }));
  EXPECT_FALSE(is_sound_with([&](Kind& kind) { kind.plan = size_of(program.plans.size()); }));
  EXPECT_FALSE(is_sound_with([&](Kind& kind) { kind.goal = size_of(program.code.size()); }));
}

TEST(VerifyTest, TheCodeEnds) {
  Program program = every_instruction();
  program.code.push_back({.op = Op::kNo});
  EXPECT_TRUE(is_sound(program));
  program.code.push_back({.op = Op::kConst});
  std::string problem;
  EXPECT_FALSE(verify(program, &problem));
  EXPECT_EQ(problem, "the code does not end");
}

TEST(VerifyTest, NoCodeAtAllIsSound) { EXPECT_TRUE(is_sound(Program{})); }

TEST(OpcodeTest, EachHasItsNameAndItsLetters) {
  EXPECT_EQ(op_name(Op::kEnd), "End");
  EXPECT_EQ(op_name(Op::kEachPart), "EachPart");
  EXPECT_EQ(op_operands(Op::kAdd), "ABC");
  EXPECT_EQ(op_operands(Op::kEnd), "");
}

}  // namespace
}  // namespace guerdon::plan
