// The instructions of a compiled plan: one list that makes the enum, the names, the verifier's
// operand table and the printed form.
//
// The machine has registers of 128 bits. Code is straight-line: every jump goes forward, so the
// cost of a piece of code is at most its length. Numbers are numerators over denominators that the
// compiler knows; none are kept at run time.
//
// Operands: a, b, c are registers; x and y index the program's pools; `target` is where to go on.
#pragma once

#include <cstdint>
#include <string_view>

namespace guerdon::plan {

// X(name, operands): operands in order, one letter each:
//   A result register · B, C argument registers · x constant · s slot of the event · m measure
//   h what is known (a subject) · p at which instant (a clock's first; kAtEvent: the event's)
//   t table · u column · i set · b branch list · c clause · J target
//   N where to go on when the row says `none`
//   K constant: the denominator of B and C · V constant: in place of a missing value
#define GUERDON_OPCODES(X)                                                              \
  X(kEnd, "")               /* done: yes */                                             \
  X(kNo, "")                /* done: no; the event does not count for this plan */      \
  X(kJump, "J")             /* go on at target */                                       \
  X(kConst, "Ax")           /* A = constant x */                                        \
  X(kAttribute, "AsJ")      /* A = the event's value; missing: target */                \
  X(kAttributeOr, "AsV")    /* the same; missing: A = constant V */                     \
  X(kHeld, "AhpJ")          /* A = what is known of the account; missing: target */     \
  X(kBefore, "AmJ")         /* A = measure before the event; missing: target */         \
  X(kAfter, "AmJ")          /* A = measure after the event; missing: target */          \
  X(kAdd, "ABC")            /* A = B + C */                                             \
  X(kSubtract, "ABC")       /* A = B - C */                                             \
  X(kMultiply, "ABC")       /* A = B * C */                                             \
  X(kScale, "ABx")          /* A = B * constant x */                                    \
  X(kMin, "ABC")            /* the smaller */                                           \
  X(kMax, "ABC")            /* the larger */                                            \
  X(kWhole, "ABx")          /* A = B / constant x, toward zero */                       \
  X(kLookup, "ABtuJN")      /* A = column u of the row for keys B, B+1; no row: to J */ \
  X(kEachPart, "ABCtuK")    /* A = G(C + B) - G(C) over the parts of table t */         \
  X(kBranch, "Btb")         /* go on at the branch of the row for keys B, B+1 */        \
  X(kUnlessEqual, "BCJ")    /* go on at target unless B = C; */                         \
  X(kUnlessNotEqual, "BCJ") /* ... B != C */                                            \
  X(kUnlessLess, "BCJ")     /* ... B < C */                                             \
  X(kUnlessAtMost, "BCJ")   /* ... B <= C */                                            \
  X(kUnlessIn, "BiJ")       /* ... B is in set i */                                     \
  X(kUnlessOut, "BiJ")      /* ... B is not in set i */                                 \
  X(kUnlessRow, "BtJ")      /* ... table t has a row that names key B */                \
  X(kUnlessNoRow, "BtJ")    /* ... it has none */                                       \
  X(kUnlessHas, "sJ")       /* ... the event carries the attribute */                   \
  X(kUnlessLacks, "sJ")     /* ... it does not */                                       \
  X(kMove, "Bm")            /* add B to measure m */                                    \
  X(kMoveBack, "Bm")        /* take B from measure m */                                 \
  X(kPost, "Bc")            /* one-shot: post B, rounded, for clause c */               \
  X(kOwe, "Bc")             /* entitlement: owe B, rounded, for clause c */

enum class Op : uint8_t {
#define GUERDON_OPCODE_NAME(name, operands) name,
  GUERDON_OPCODES(GUERDON_OPCODE_NAME)
#undef GUERDON_OPCODE_NAME
};

inline constexpr int kOps = 0
#define GUERDON_OPCODE_ONE(name, operands) +1
    GUERDON_OPCODES(GUERDON_OPCODE_ONE)
#undef GUERDON_OPCODE_ONE
    ;

// An expression nests at most 64 deep (the parser's limit); a level takes one register, a look-up
// two.
inline constexpr int kRegisters = 80;

// In place of a clock: what is known at the instant of the event.
inline constexpr uint16_t kAtEvent = UINT16_MAX;

std::string_view op_name(Op op);      // "Add" for kAdd
std::string_view op_operands(Op op);  // the letters above

struct Instruction {
  Op op = Op::kEnd;
  uint8_t a = 0;
  uint8_t b = 0;
  uint8_t c = 0;
  uint32_t x = 0;  // x s m h t i c of the operand letters
  uint16_t y = 0;  // u p
  uint16_t reserved = 0;
  uint32_t z = 0;       // b; N: index into Program::code
  uint32_t target = 0;  // J: index into Program::code; K, V
};
static_assert(sizeof(Instruction) == 20);

}  // namespace guerdon::plan
