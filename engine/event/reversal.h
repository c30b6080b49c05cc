// What a REVERSE takes back, complete in the record that says it.
//
//   reversal := lsn | object's lsn | number of deeds | deeds | the event, as a record of the log
//   deed     := role | what + 3 * number | amount | entry
//
// What an event did to measures and by rules that pay at the event is kept nowhere: it follows from
// the log before it. Who takes a REVERSE looks it up once (history/reversal_builder.h) and puts it
// into the record, so that whoever applies that, now or in a replay, reads nothing else: neither
// the book nor another place of the log. The event has the roles that its object was known by.
//
// A CORRECT has its event so, too (history/correction_builder.h): what was posted for it so far, by
// rules that a version of a plan corrects, and what the version makes of it. `entry` is of what
// came at the event itself; of an amount that came with an earlier CORRECT it is none.
//
// What comes back is checked as all of a log is; whether numbers are those of the program is the
// program's to say (pipeline/admission.cc).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/event/batch.h"
#include "engine/event/schema.h"

namespace guerdon::event {

// Beside it a record has its own fields (record_codec.h, kRecordBytesMax).
inline constexpr size_t kReversalBytesMax = 14 * 1024;
inline constexpr size_t kDeedsMax = 4'096;

// `batch` has the event as its record `record`, with identity; its texts are as parsed. `at`: the
// engine time that it had. Appends to `out`; false: it takes more than kReversalBytesMax.
bool put_reversal(const Schema& schema, const Batch& batch, uint32_t record, TimeMs at,
                  const Reversal& reversal, std::string* out);

// Reads one, and puts the event's values and texts into the batch; its identity makes the key and
// is not kept. False: it is none, and what was added to the batch is of no use.
bool get_reversal(const Schema& schema, std::string_view bytes, Batch& batch, Reversal* reversal);

// What a command's slot CommandField::kReverses holds, put into Batch::reversals; the value
// kReversalNumber says where. False: it is none.
bool add_reversal(const Schema& schema, const Record& command, Batch& batch);

// Of a command that has none: null.
const Reversal* find_reversal(const Batch& batch, const Record& command);

// Gives a REVERSE what it takes back, as put_reversal() wrote it. False: it is none.
bool give_reversal(const Schema& schema, std::string_view bytes, Record& command, Batch& batch);

// Adds a CORRECT for the version that was published at this LSN: `bytes` as put_reversal() wrote
// them, or empty where all is corrected. False: they are none.
bool add_correction(const Schema& schema, uint64_t publication, std::string_view bytes,
                    Batch& batch);

}  // namespace guerdon::event
