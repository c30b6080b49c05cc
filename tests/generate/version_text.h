#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/plan/checked.h"
#include "tests/generate/rng.h"

// The text of a plan, block by block, and what may be otherwise in a further version of it. Only
// the generators of this folder use it.

namespace guerdon::generate {

// A line of the first depth with what stands below it.
using Block = std::vector<std::string>;

std::vector<Block> blocks_of(const std::string& text);
std::string text_of(const std::vector<Block>& blocks);

bool is_a(const Block& block, const std::string& word);
// The places of blocks that begin with one of these words.
std::vector<size_t> all_of(const std::vector<Block>& blocks, const std::vector<std::string>& words);
// `rule7` of `rule rule7 per account`.
std::string name_of(const Block& block);
void erase_lines(Block& block, const std::string& start);

// `plan p0 version 2 from 2026-03-01`: the day is one on which periods begin, mostly; some days
// behind that of the version before.
std::string header_of(Rng& rng, const plan::Plan& before, int64_t number);

// Each: false where there was nothing to change.

// The whole part of one number.
bool change_number(Rng& rng, Block& block);
bool change_condition(Rng& rng, Block& block);
bool rename_rule(std::vector<Block>& blocks, size_t number, int64_t version);
// One like it, with other numbers.
bool add_rule(Rng& rng, std::vector<Block>& blocks, size_t number, int64_t version);
// One thing, whatever it is.
bool change_something(Rng& rng, std::vector<Block>& blocks, int64_t version);

// What is open is pinned to its version, or split where the day lets it.
void draft_policies(Rng& rng, std::vector<Block>& blocks);

}  // namespace guerdon::generate
