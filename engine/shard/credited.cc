// What rules credit at an event, for who is paid by it at the same one, maybe in another shard
// (plan/shop.h, Credited): a visit that others go by hands over what it has let its account have,
// and one that goes by it waits for that (event/handovers.h).
#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/planted.h"
#include "engine/money/limits.h"
#include "engine/shard/shard.h"

namespace guerdon::shard {

namespace {

// Of one clause, whatever the wallet makes of it.
int64_t let_have(const plan::Clause& clause, const plan::Ask& ask) {
  const bool is_clipped =
      plan::is_limited(clause) && !base::planted(base::PlantedBug::kCreditedUnclipped);
  return std::max<int64_t>(is_clipped ? ask.passed : ask.amount, 0);
}

}  // namespace

// The event as it was sent, and beside that what others are credited, for the run to come. Who is
// not named is credited nothing. False: somebody's shard has not come so far.
bool Shard::take_credited(const Work& work, const Visit& visit) {
  const plan::EventProgram* const type = crediting_type(*program_, work.batch, visit);
  if (type == nullptr || !type->roles[visit.role].asks_credited) return true;
  const event::Record& record = work.batch.records[work.batch.log[visit.item].record];
  const size_t slots = program_->schema.type(record.type).slots.size();
  const int64_t* const values = work.batch.values.data() + record.values;
  credited_values_.assign(values, values + slots);
  credited_present_ = record.present;
  for (const plan::CreditedSlot& each : type->credited) {
    const bool asks =
        std::find(each.askers.begin(), each.askers.end(), visit.role) != each.askers.end();
    if (!asks) continue;
    int64_t sum = 0;
    for (uint32_t t = 0; t < each.tellers.size(); ++t) {
      if ((record.present >> type->roles[each.tellers[t]].slot & 1) == 0) continue;
      const event::Handover* const told = work.handovers->find(visit.item, each.first + t);
      if (told == nullptr) return false;
      sum = money::saturating_add(sum, told->amount, money::kBalanceMax);
    }
    credited_values_[each.slot] = sum;
    credited_present_ |= uint64_t{1} << each.slot;
  }
  return true;
}

// Of the run that was. REQUIRES: nothing has been run since.
void Shard::tell_credited(const Work& work, const Visit& visit) {
  const plan::EventProgram* const type = crediting_type(*program_, work.batch, visit);
  if (type == nullptr || !type->roles[visit.role].tells_credited) return;
  for (const plan::CreditedSlot& each : type->credited) {
    for (uint32_t t = 0; t < each.tellers.size(); ++t) {
      if (each.tellers[t] != visit.role) continue;
      int64_t sum = 0;
      for (const plan::Ask& ask : machine_.asks()) {
        if (!std::binary_search(each.clauses.begin(), each.clauses.end(), ask.clause)) continue;
        const int64_t amount = let_have(program_->clauses[ask.clause], ask);
        sum = money::saturating_add(sum, amount, money::kBalanceMax);
      }
      work.handovers->release(visit.item, each.first + t, {sum});
    }
  }
}

}  // namespace guerdon::shard
