#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef GUERDON_PLANTED
#include <atomic>
#endif

// Bugs planted on purpose, so that the property harness can be measured: a harness that does not
// find them has no claim to find the ones nobody planted. Each is one deviation from a law of the
// engine, at the place where such a bug would naturally be made:
//
//   if (base::planted(base::PlantedBug::kShardIdInEntry)) hash.u32(shard_id);
//
// In the product, planted() is a constant false and the branch folds away; only a build made with
// GUERDON_PLANTED=1 can switch one on, for the whole process, before the engine is built.

// clang-format off
#define GUERDON_PLANTED_BUGS(X)                                                            \
  X(kBatchBoundaryShows)       /* where a batch ends changes a result */                   \
  X(kOrderByHashMap)           /* output in the order of a hash map's buckets */           \
  X(kShardIdInEntry)           /* the shard's number leaks into an entry */                \
  X(kCounterUpdatedLate)       /* a rule reads a counter before this event is in it */     \
  X(kDuplicateForgottenAtBatch) /* keys are checked within one batch only */               \
  X(kPrizeByShard)             /* the best of each shard wins, not the best of all */      \
  X(kSweepSkipsLastShard)      /* due work of the last shard is not done */                \
  X(kEntryNumberPerShard)      /* entries are numbered by shard, not by account */         \
  X(kBudgetUnordered)          /* a batch grants whatever its asks come to together */     \
  X(kRoomOneShort)             /* room is set aside for one less than a visit may ask */   \
  X(kRouteDropsSecondRole)     /* the second participant's shard is not visited */         \
  X(kClockPerShard)            /* each shard has its own idea of engine time */            \
  X(kStaleAfterGrowth)         /* a pointer is used after its table has grown */           \
  X(kCommandNumbersByJob)      /* a command's entries are numbered by what its job made */ \
  X(kStockPerShard)            /* a redemption takes from the stock of its own shard */    \
  X(kPaysForNothing)           /* who grants a badge pays nothing for it */                \
  X(kBadgeOverBudget)          /* a badge is given whatever the budget has that pays */    \
  X(kSpendsSavedOlder)         /* a snapshot has spends as made a day before they were */  \
  X(kJackpotUnsaved)           /* a snapshot has nothing of what is carried over */        \
  /* In rules, of all engines alike: for the reference engine to find. */                  \
  X(kUpToLeavesOutBound)       /* a row `up to` a bound does not have the bound itself */  \
  X(kRoundsTheStep)            /* what is owed is rounded by the step, not in all */       \
  X(kIndexMissesBound)         /* a rule is not found where its threshold is just met */   \
  X(kLessAdds)                 /* a flow that takes from a measure adds to it */           \
  X(kLimitForgetsReturned)     /* what comes back makes no room under a limit */           \
  X(kWindowHoldsAtEnd)         /* `until` an instant holds at the instant */               \
  X(kRatchetFalls)             /* what keeps what it paid takes it back */                 \
  X(kAnyBeforeExact)           /* a row that says `any` comes before one that is named */  \
  X(kPartAtNextRate)           /* a part of a graduated amount has the next part's rate */ \
  X(kMissingIsZero)            /* an attribute that is missing is 0 */                     \
  X(kPiecesRoundedUp)          /* what is left over counts as one more full piece */       \
  X(kTreeOfNow)                /* who stands above is looked up at the clock, not at the event */ \
  X(kVacantPassedUp)           /* a vacant post's rate goes to the next above, always */   \
  X(kLayersInOneRun)           /* rules run in file order, whatever they read of others */ \
  X(kGroupTakesLast)           /* of a group's rules the last that pays is taken */        \
  X(kGroupCapPerRule)          /* `all up to` caps each rule, not what they come to */     \
  X(kMultiplierUnasked)        /* a multiplier applies whatever its `when` says */         \
  X(kMultipliersAddWhole)      /* those that add add all of it, not what is above 1 */     \
  X(kRewardLinesCount)         /* lines that carry a flag are folded with the others */    \
  X(kLowestFromZero)           /* the lowest of lines is never above 0 */                  \
  X(kCorrectsBehindFrom)       /* an event at a version's first instant is not corrected */ \
  X(kTieByHash)                /* ties by name go by the hash of the name */               \
  X(kOneGoalIsEnough)          /* the first goal of a challenge is reached: a success */   \
  X(kTieIsCut)                 /* of those who tie for the last rank some get nothing */   \
  X(kShareLosesRest)           /* what is left over of a pool that is shared is lost */    \
  X(kAnyScoreIsEnough)         /* prizes go to scores below the least for any prize */     \
  X(kJackpotWonAgain)          /* what was carried over and won is carried over again */   \
  X(kLeaverWins)               /* who takes part no more by the end may still win */       \
  X(kDaysFromBegin)            /* who joins late has the goals of all days */               \
  X(kMoreUnmoved)              /* a goal moves, its points do not: ties go by the old */   \
  X(kSettleAfterEvent)         /* prizes come behind the event that closes the period */   \
  X(kCorrectionUncounted)      /* a correction leaves out what one before it has posted */ \
  X(kValueCountedOn)           /* a value is counted where as many others are as may be */   \
  X(kPickedFirst)              /* the first value there is stays the highest */            \
  X(kWindowOneMore)            /* a window of 30 days has 31 */                            \
  X(kLevelOfNow)               /* a level goes by this period in place of the last one */  \
  X(kLastUncaptured)           /* an order goes by what is kept at each of its events */ \
  X(kClosesAtRecord)           /* a period is closed as of the record that finds it due */ \
  X(kCloseSkipsIdle)           /* who has no event in a period is not closed for it */     \
  X(kGoneBeforeClose)          /* what is kept goes before its period is closed */         \
  X(kGraceForgotten)           /* a period is closed at its end, whatever the grace */     \
  X(kLateByOnePeriod)          /* an event is late by one of its periods alone */          \
  X(kLateEarns)                /* what comes late for a closed period is no correction */  \
  X(kPercentRoundsUp)          /* 99.5 percent of a goal are 100 */                        \
  X(kGoalUnasked)              /* a goal that comes behind the sales changes nothing */    \
  X(kMissedGoesOn)             /* a period that was missed does not break a streak */      \
  X(kStreakCountedLate)        /* a close counts streaks behind what it pays */            \
  X(kReviewLowersNone)         /* a review that lowers by one level lowers none */         \
  X(kAverageRounded)           /* an average is rounded down before it is compared */      \
  X(kAverageOnBound)           /* an average asks a table as the whole number below it */   \
  X(kNoneReaches)              /* without a sample an average is at most anything */       \
  X(kWithinRoundsUp)           /* who needs 121 where 120 are allowed has 100 percent */   \
  X(kBadgeGivenAgain)          /* what is given once is given whenever a rule says so */   \
  X(kReopenedIsLate)           /* what comes for a period that is open again is late */    \
  X(kClosedAgainLate)          /* it is closed again with the next one, not before it */   \
  X(kStreakGoesOn)             /* closing a period again counts it once more in a streak */ \
  X(kPrizeStays)               /* who wins no more when it is closed again keeps a prize */ \
  X(kStagedForgotten)          /* a touch forgets the goals of a file that was committed */ \
  X(kStagedAtRecord)           /* they hold from the touch on, and not from the COMMIT */   \
  X(kShortPaysWhatIsLeft)      /* a budget that is to pay nothing pays what is left */     \
  X(kBudgetKeepsReversed)      /* what REVERSE takes back does not go back to its budget */ \
  X(kTakesBackUngranted)       /* what is owed less is taken, granted by its budget or not */ \
  X(kCreditedUnclipped)        /* who goes by what another gets goes by what he asked for */
// clang-format on

namespace guerdon::base {

enum class PlantedBug : uint8_t {
  kNone,
#define GUERDON_PLANTED_ENUM(name) name,
  GUERDON_PLANTED_BUGS(GUERDON_PLANTED_ENUM)
#undef GUERDON_PLANTED_ENUM
};

// Names in the order of the enum, "kNone" first.
inline constexpr auto kPlantedBugNames =
    std::to_array<std::string_view>({"kNone",
#define GUERDON_PLANTED_NAME(name) #name,
                                     GUERDON_PLANTED_BUGS(GUERDON_PLANTED_NAME)
#undef GUERDON_PLANTED_NAME
    });
inline constexpr size_t kPlantedBugCount = kPlantedBugNames.size();  // kNone included

// Of a rule's meaning: no variant of an engine differs from another by it.
constexpr bool is_of_rules(PlantedBug bug) { return bug >= PlantedBug::kUpToLeavesOutBound; }

constexpr std::string_view planted_bug_name(PlantedBug bug) {
  return kPlantedBugNames[static_cast<size_t>(bug)];
}

#ifdef GUERDON_PLANTED

// Relaxed: it is set before the threads that read it are started, and their start orders it.
inline std::atomic<PlantedBug> planted_bug{PlantedBug::kNone};

inline void plant(PlantedBug bug) { planted_bug.store(bug, std::memory_order_relaxed); }
inline bool planted(PlantedBug bug) {
  return planted_bug.load(std::memory_order_relaxed) == bug && bug != PlantedBug::kNone;
}

#else

constexpr bool planted(PlantedBug) { return false; }

#endif

}  // namespace guerdon::base
