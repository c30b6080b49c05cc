// Writes the answers of a complete job.
#pragma once

#include "engine/pipeline/admission.h"
#include "engine/pipeline/job.h"
#include "engine/program/program.h"
#include "engine/server/letters.h"
#include "engine/server/reply_gate.h"

namespace guerdon::server {

// REQUIRES: the job is complete, and a barrier where there are reports. `letters` are its own.
void write_mail(const plan::Program& program, const pipeline::Admission& admission,
                const pipeline::Job& job, const Letters& letters, Mail* mail);

}  // namespace guerdon::server
