// What PLAN answers: the versions there are, what one would change, and what is wrong with it.
#pragma once

#include <string>
#include <string_view>

#include "engine/net/reply.h"
#include "engine/plan/checked.h"
#include "engine/program/program.h"

namespace guerdon::server {

// What diagnostics call a text that came by the wire.
inline constexpr std::string_view kPlanTextName = "text";

// An array of maps: plan, version, from, lsn, hash.
void write_versions(const plan::Program& program, net::ReplyWriter& reply);

// A map of what the last version of a merged plan changes: plan, version, from, rules, warnings.
void write_changes(const plan::Plan& merged, std::string_view warnings, net::ReplyWriter& reply);

// The first error of rendered diagnostics with its place, "line 3, column 5: ..."; a sentence as
// it is.
std::string diagnostics_in_words(std::string_view rendered);

}  // namespace guerdon::server
