#pragma once

#include "tests/generate/rng.h"
#include "tests/generate/shrink.h"

namespace guerdon::law {

// The law about order: the same events in another order that keeps each account's order give the
// same state. Both of its sides are made from one case, as plans of today's language never look
// from one account to another but within an object; so all others are order-insensitive, but
// challenges with `ties earliest`: no law is asked of these.
//
// `quietened` takes what may depend on order out of the case: one trace, no id twice, no ticks,
// rows of tables first, and times that only rise, twenty events at one instant. `reordered` changes
// places of neighbours that have one time, and no account or object in common.
generate::Case quietened(const generate::Case& drawn);
generate::Case reordered(generate::Rng& rng, const generate::Case& quiet);

}  // namespace guerdon::law
