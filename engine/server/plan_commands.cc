// PLAN: versions of plans.
#include <memory>
#include <utility>

#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/server/plan_words.h"

namespace guerdon::server {

void serve_plan(Intake& intake, Words words) {
  if (words.size() == 1) {
    const plan::Program& program = intake.shared().core.program();
    return intake.answer([&](net::ReplyWriter& reply) { write_versions(program, reply); });
  }
  const bool is_dry = words.size() == 3;
  if (is_dry && words[2] != "dry=yes") {
    return answer_misuse(intake, *find_command("PLAN"), 3, "this is not how it goes on");
  }
  intake.take_publication(words[1], is_dry);
}

Publisher::AtRestOf Intake::at_rest() {
  return [this](AtRest step, Filling filling) {
    LateMail mail;
    mail.follow.step = std::move(step);
    mail.follow.filling = std::move(filling);
    push_late(std::move(mail));
  };
}

// What the publisher does not do itself comes back to this loop as what the book's desk has found
// does. A publication that was begun is ended, whether or not its connection is still there.
void Intake::take_publication(std::string_view text, bool is_dry) {
  LateMail begun;
  begun.to = at_hand_.connection->id();
  begun.protocol = session().protocol;
  Publisher::Request request;
  request.text = text;
  request.is_dry = is_dry;
  request.at_rest = at_rest();
  request.answer = [this, begun](Report report) {
    LateMail mail = begun;
    mail.follow.report = std::move(report);
    mail.follow.is_due = true;
    push_late(std::move(mail));
  };
  if (!shared_.publisher->push(std::move(request))) {
    return answer_error("BUSY", "retry-after=1000 too many plans are being published; ask again");
  }
  ++session().under_way;
  session().waits_for_book = true;
  throttle(*at_hand_.connection, session());
}

}  // namespace guerdon::server
