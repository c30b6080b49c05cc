#include "tools/load/lane.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/event/text_rules.h"
#include "engine/net/request_parser.h"

namespace guerdon::load {
namespace {

constexpr size_t kNameShownMax = 96;
constexpr size_t kNameWords = 3;  // EVENT, type, id

}  // namespace

LaneBuilder::LaneBuilder(uint32_t lanes, Deal deal, SendForm form, uint32_t batch, uint32_t ahead)
    : deal_(deal), form_(form), batch_(batch), ahead_(ahead), lanes_(lanes), open_(lanes) {
  GUERDON_ASSERT(lanes >= 1 && lanes <= kConnectionsMax);
  GUERDON_ASSERT(batch >= 1 && batch <= kBatchEventsMax);
}

void LaneBuilder::add_source(std::string_view name) {
  for (size_t i = 0; i < lanes_.size(); ++i) {
    close_batch(i);
    const size_t begun = lanes_[i].bytes.size();
    append_request(form_, {"SOURCE", name}, &lanes_[i].bytes);
    close(lanes_[i], begun, {});
  }
}

void LaneBuilder::add(const WireEvent& event) {
  const size_t which = lane_of(event);
  ++events_;
  if (form_ == SendForm::kBatch) return add_line(which, event);
  Lane& lane = lanes_[which];
  const size_t begun = lane.bytes.size();
  if (form_ == SendForm::kLines) {
    append_event_line(event, &lane.bytes);
  } else {
    append_event_array(event, &lane.bytes);
  }
  close(lane, begun, {0, 1, events_, events_});
}

size_t LaneBuilder::lane_of(const WireEvent& event) const {
  if (deal_ == Deal::kTurn) return events_ % lanes_.size();
  return base::hash64(event.account.empty() ? event.id : event.account) % lanes_.size();
}

std::vector<Lane> LaneBuilder::finish() {
  for (size_t i = 0; i < lanes_.size(); ++i) close_batch(i);
  return std::move(lanes_);
}

void LaneBuilder::add_line(size_t lane, const WireEvent& event) {
  OpenBatch& batch = open_[lane];
  if (ahead_ != 0 && events_ - batch.request.first >= ahead_) close_batch(lane);
  append_event_line(event, &batch.lines);
  if (batch.request.events == 0) batch.request.first = events_;
  batch.request.last = events_;
  if (++batch.request.events == batch_) close_batch(lane);
}

void LaneBuilder::close_batch(size_t lane) {
  OpenBatch& batch = open_[lane];
  const Request request = std::exchange(batch.request, {});
  if (request.events == 0) return;
  const size_t begun = lanes_[lane].bytes.size();
  append_request(form_, {"BATCH", std::to_string(request.events)}, &lanes_[lane].bytes);
  lanes_[lane].bytes += batch.lines;
  close(lanes_[lane], begun, request);
  batch.lines.clear();
}

void LaneBuilder::close(Lane& lane, size_t begun, Request request) {
  const size_t bytes = lane.bytes.size() - begun;
  GUERDON_ASSERT(bytes <= UINT32_MAX);
  request.bytes = static_cast<uint32_t>(bytes);
  lane.requests.push_back(request);
}

std::string event_name(std::string_view request, uint64_t line) {
  net::RequestParser parser;
  for (uint64_t at = 0;; ++at) {
    if (parser.next(request) != net::RequestParser::Step::kRequest) return "";
    if (at == line) break;
    request.remove_prefix(parser.consumed());
  }
  std::string name;
  for (size_t i = 0; i < std::min(parser.words().size(), kNameWords); ++i) {
    name.append(i == 0 ? "" : " ").append(parser.words()[i]);
  }
  return event::printable(name, kNameShownMax);
}

}  // namespace guerdon::load
