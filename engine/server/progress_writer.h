// The answer to PROGRESS: a map for each target, and of one with further keys for each of these.
#pragma once

#include "engine/accounts/progress_view.h"
#include "engine/event/batch.h"
#include "engine/net/reply.h"
#include "engine/pipeline/admission.h"
#include "engine/program/program.h"

namespace guerdon::server {

// Rows that are shown of one target: the first by their keys.
inline constexpr size_t kProgressShownMax = 1'000;

// `admission` has the texts of keys; it may go on meanwhile.
void write_progress(const plan::Program& program, const pipeline::Admission& admission,
                    const shard::Progress& progress, const event::Asked& asked,
                    net::ReplyWriter& reply);

}  // namespace guerdon::server
