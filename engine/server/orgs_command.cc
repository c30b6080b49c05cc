// ORGS: who stands above an account.
#include <optional>
#include <string>
#include <vector>

#include "engine/base/timestamp.h"
#include "engine/program/rates.h"
#include "engine/server/command.h"
#include "engine/server/intake.h"
#include "engine/server/named_words.h"

namespace guerdon::server {

namespace {

struct OrgLevel {
  std::string relation;
  std::string account;
  calendar::Dated<plan::OrgTrees::Stretch> edge;  // that leads there
  bool is_vacant = false;
};

// Up to as many levels as a plan may climb, vacant posts among them.
void add_org_levels(const runtime::Core& core, uint32_t relation, std::string account,
                    base::TimeMs at, std::vector<OrgLevel>& all) {
  const plan::OrgTrees& trees = core.admission().trees();
  const auto edge_at = [&](const std::string& name) {
    std::optional<calendar::Dated<plan::OrgTrees::Stretch>> found;
    for (auto& each : trees.stretches(relation, name)) {
      if (each.from <= at && at < each.until) found = each;
    }
    return found;
  };
  const size_t first = all.size();
  while (all.size() - first < plan::kClimbLevelsMax) {
    const auto edge = edge_at(account);
    if (!edge || edge->value.parent.empty()) return;
    account = edge->value.parent;
    const auto own = edge_at(account);
    all.push_back(
        {core.program().schema.relations()[relation], account, *edge, own && own->value.is_vacant});
  }
}

}  // namespace

void serve_orgs(Intake& intake, Words words) {
  const runtime::Core& core = intake.shared().core;
  std::string relation;
  std::optional<base::TimeMs> at;
  for (size_t w = 2; w < words.size(); ++w) {
    constexpr std::string_view kRelation = "relation=";
    constexpr std::string_view kAt = "at=";
    base::TimeMs time = 0;
    if (words[w].starts_with(kRelation)) {
      relation = words[w].substr(kRelation.size());
    } else if (words[w].starts_with(kAt) &&
               base::parse_timestamp(words[w].substr(kAt.size()), &time)) {
      at = time;
    } else {
      return intake.answer_error("INVALID", "word " + std::to_string(w + 1) +
                                                ": write relation=NAME, or at= and a time such as "
                                                "2026-03-01T00:00:00Z");
    }
  }
  intake.take_report(
      [&core, account = std::string(words[1]), relation, at](net::ReplyWriter& reply) {
        const std::vector<std::string>& names = core.program().schema.relations();
        const base::TimeMs when = at.value_or(core.admission().clock());
        std::vector<OrgLevel> all;
        std::vector<size_t> levels;  // as `all`
        for (uint32_t r = 0; r < names.size(); ++r) {
          if (!relation.empty() && names[r] != relation) continue;
          const size_t first = all.size();
          add_org_levels(core, r, account, when, all);
          for (size_t i = first; i < all.size(); ++i) levels.push_back(i - first + 1);
        }
        reply.array_header(all.size());
        for (size_t i = 0; i < all.size(); ++i) {
          const OrgLevel& each = all[i];
          reply.map_header(6);
          reply.bulk("relation");
          reply.bulk(each.relation);
          reply.bulk("level");
          reply.integer(static_cast<int64_t>(levels[i]));
          reply.bulk("account");
          reply.bulk(each.account);
          reply.bulk("vacant");
          reply.bulk(each.is_vacant ? "yes" : "no");
          reply.bulk("from");
          reply.bulk(each.edge.from > base::kTimeMin ? base::format_timestamp(each.edge.from)
                                                     : "always");
          reply.bulk("until");
          reply.bulk(each.edge.until < base::kTimeEnd ? base::format_timestamp(each.edge.until)
                                                      : "never");
        }
      });
}

}  // namespace guerdon::server
