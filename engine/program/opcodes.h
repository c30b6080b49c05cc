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
//   h what is known (a subject) · p at which instant (a clock's first, or one of those below)
//   t table · u column · i set · b branch list · c clause · k take back · J target
//   N where to go on when the row says `none`
//   w window of time · y clock · q share
//   l layer · o moment: 0 before the event, 1 after it, 2 the period before · e cell of the
//   object's frame K constant: the denominator of B and C · V constant: in place of a missing value
#define GUERDON_OPCODES(X)                                                                     \
  X(kEnd, "")               /* done: yes */                                                    \
  X(kNo, "")                /* done: no; the event does not count for this plan */             \
  X(kJump, "J")             /* go on at target */                                              \
  X(kConst, "Ax")           /* A = constant x */                                               \
  X(kAttribute, "AsJ")      /* A = the event's value; missing: target */                       \
  X(kAttributeOr, "AsV")    /* the same; missing: A = constant V */                            \
  X(kHeld, "AhpJ")          /* A = what is known of the account; missing: target */            \
  X(kBefore, "AmJ")         /* A = measure before the event; missing: target */                \
  X(kAfter, "AmJ")          /* A = measure after the event; missing: target */                 \
  X(kLast, "AmJ")           /* A = measure in the period before; missing: target */            \
  X(kRolled, "AmJo")        /* A = measure of its window, y: before, after; missing: target */ \
  X(kAdd, "ABC")            /* A = B + C */                                                    \
  X(kSubtract, "ABC")       /* A = B - C */                                                    \
  X(kMultiply, "ABC")       /* A = B * C */                                                    \
  X(kScale, "ABx")          /* A = B * constant x */                                           \
  X(kMin, "ABC")            /* the smaller */                                                  \
  X(kMax, "ABC")            /* the larger */                                                   \
  X(kWhole, "ABx")          /* A = B / constant x, toward zero */                              \
  X(kGoal, "BJ")            /* B is a goal; it is not above 0: target */                       \
  X(kPercent, "ABC")        /* A = B in percent of C, down, from 0 to kCountMax */             \
  X(kSamples, "BJ")         /* B is a number of samples; it is not above 0: target */          \
  X(kPercentWithin, "ABC")  /* A = B in percent of C, down, at most 100; so of C <= 0 */       \
  X(kHalves, "ABC")         /* A = twice B / C, down, and 1 more where that is not whole */    \
  X(kLookup, "ABtuJN")      /* A = column u of the row for the keys from B; no row: J */       \
  X(kAlong, "ABtuJN")       /* the same along the line from the row's point to the next */     \
  X(kShare, "ABCqJ")        /* A = share q of C by the weights from B; they are 0: J */        \
  X(kEachPart, "ABCtuK")    /* A = G(C + B) - G(C) over the parts of table t */                \
  X(kBranch, "Btb")         /* go on at the branch of the row for keys from B */               \
  X(kUnlessEqual, "BCJ")    /* go on at target unless B = C; */                                \
  X(kUnlessNotEqual, "BCJ") /* ... B != C */                                                   \
  X(kUnlessLess, "BCJ")     /* ... B < C */                                                    \
  X(kUnlessAtMost, "BCJ")   /* ... B <= C */                                                   \
  X(kUnlessIn, "BiJ")       /* ... B is in set i */                                            \
  X(kUnlessOut, "BiJ")      /* ... B is not in set i */                                        \
  X(kUnlessRow, "BtJ")      /* ... table t has a row that names key B */                       \
  X(kUnlessNoRow, "BtJ")    /* ... it has none */                                              \
  X(kUnlessSince, "pxJ")    /* ... it is, at the instant, constant x or later */               \
  X(kUnlessHas, "sJ")       /* ... the event carries the attribute */                          \
  X(kUnlessLacks, "sJ")     /* ... it does not */                                              \
  X(kUnlessWithin, "wpJ")   /* ... the instant is within window w */                           \
  X(kUnlessClosed, "yJ")    /* ... the event's period of the clock is closed */                \
  X(kMove, "Bm")            /* add B to measure m */                                           \
  X(kMoveBack, "Bm")        /* take B from measure m */                                        \
  X(kObject, "cJ")          /* an object of clause c: as it opened; there is none: target */   \
  X(kOpen, "c")             /* it opens now, unless it has before */                           \
  X(kYield, "B")            /* what a line comes to is B */                                    \
  X(kCaptured, "AmoeJ")     /* A = measure m as the object has it in e, once it is open */     \
  X(kCapture, "moe")        /* e = measure m, unless it was open before */                     \
  X(kSettle, "l")           /* what is of a layer below l falls, and its groups give */        \
  X(kPost, "Bc")            /* one-shot: post B, rounded, for clause c */                      \
  X(kOwe, "Bc")             /* entitlement: owe B, rounded, for clause c */                    \
  X(kEarn, "Bc")            /* one-shot: as kPost, and note what it posts */                   \
  X(kEarnOn, "Bk")          /* B is what take back k may have returned */                      \
  X(kTakeBack, "Bc")        /* take back for clause c what it paid on B */                     \
  X(kReturn, "Bk")          /* B is returned of what take back k has */

inline constexpr uint16_t kLastPeriod = 2;  // a moment

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
// one for each key. What needs more is refused (CodeWriter::too_deep).
inline constexpr int kTermRegisters = 80;

// Behind them stand what an effect has come to while it is multiplied, and the sum of multipliers.
inline constexpr int kAmountRegister = kTermRegisters;
inline constexpr int kFactorRegister = kTermRegisters + 1;
inline constexpr int kRegisters = kTermRegisters + 2;

// In place of a clock: the instant of the event; that at which the object opened, or would now.
inline constexpr uint16_t kAtEvent = UINT16_MAX;
inline constexpr uint16_t kAtOpening = UINT16_MAX - 1;

std::string_view op_name(Op op);      // "Add" for kAdd
std::string_view op_operands(Op op);  // the letters above

struct Instruction {
  Op op = Op::kEnd;
  uint8_t a = 0;
  uint8_t b = 0;
  uint8_t c = 0;
  uint32_t x = 0;  // x s m h t i w q c k l of the operand letters
  uint16_t y = 0;  // u p o
  uint16_t reserved = 0;
  uint32_t z = 0;       // b e; N: index into Program::code
  uint32_t target = 0;  // J: index into Program::code; K, V
};
static_assert(sizeof(Instruction) == 20);

}  // namespace guerdon::plan
