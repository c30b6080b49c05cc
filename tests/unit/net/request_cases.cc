#include "tests/unit/net/request_cases.h"

#include <memory>

#include "engine/base/assert.h"
#include "engine/net/request_parser.h"

namespace guerdon::net {
namespace {

using Step = RequestParser::Step;

slow::Outcome outcome_of(const RequestParser& parser, Step step) {
  if (step == Step::kError) return {true, false, {}, parser.error()};
  const auto words = parser.words();
  GUERDON_ASSERT(!words.empty());
  return {false, parser.is_array(), {words.begin(), words.end()}, {}};
}

// Takes all outcomes of the input; gives what was consumed.
size_t take_outcomes(RequestParser* parser, std::string_view input,
                     std::vector<slow::Outcome>* outcomes) {
  size_t consumed = 0;
  for (;;) {
    const Step step = parser->next(input.substr(consumed));
    consumed += parser->consumed();
    GUERDON_ASSERT(consumed <= input.size());
    if (step == Step::kMore) break;
    outcomes->push_back(outcome_of(*parser, step));
    const bool closes = step == Step::kError && parser->error().closes();
    GUERDON_ASSERT(closes == parser->is_closed());
  }
  GUERDON_ASSERT(input.size() - consumed <= RequestParser::kPendingMax);
  return consumed;
}

}  // namespace

std::vector<slow::Outcome> parse_in_pieces(std::string_view bytes, std::span<const size_t> cuts) {
  RequestParser parser(kLongWord);
  std::vector<slow::Outcome> outcomes;
  size_t consumed = 0;
  for (size_t piece = 0; piece <= cuts.size(); ++piece) {
    const size_t end = piece == cuts.size() ? bytes.size() : cuts[piece];
    const size_t size = end - consumed;
    const auto copy = std::make_unique<char[]>(size);
    bytes.copy(copy.get(), size, consumed);
    consumed += take_outcomes(&parser, std::string_view(copy.get(), size), &outcomes);
  }
  return outcomes;
}

std::vector<slow::Outcome> parse_whole(std::string_view bytes) {
  return parse_in_pieces(bytes, {});
}

std::vector<slow::Outcome> parse_by_bytes(std::string_view bytes) {
  RequestParser parser(kLongWord);
  std::vector<slow::Outcome> outcomes;
  size_t consumed = 0;
  for (size_t end = 1; end <= bytes.size(); ++end) {
    consumed += take_outcomes(&parser, bytes.substr(consumed, end - consumed), &outcomes);
  }
  return outcomes;
}

std::vector<size_t> draw_cuts(size_t size, size_t count, uint64_t seed) {
  std::vector<size_t> cuts;
  size_t at = 0;
  for (size_t i = 0; i < count; ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    at += (seed >> 33) % (2 * size / count + 2);
    if (at > size) break;
    cuts.push_back(at);
  }
  return cuts;
}

std::string difference(const std::vector<slow::Outcome>& expected,
                       const std::vector<slow::Outcome>& actual) {
  for (size_t i = 0; i < expected.size() || i < actual.size(); ++i) {
    if (i < expected.size() && i < actual.size() && expected[i] == actual[i]) continue;
    const std::string want = i < expected.size() ? slow::to_string(expected[i]) : "nothing";
    const std::string got = i < actual.size() ? slow::to_string(actual[i]) : "nothing";
    return "outcome " + std::to_string(i) + "\n  expected " + want.substr(0, 500) +
           "\n  actual   " + got.substr(0, 500);
  }
  return {};
}

std::string array_of(const std::vector<std::string>& words) {
  std::string text = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) {
    text += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  }
  return text;
}

}  // namespace guerdon::net
