#include <array>
#include <span>
#include <vector>

#include "engine/base/hash.h"
#include "engine/event/command.h"
#include "engine/feed/command_reader.h"
#include "engine/program/rates.h"
#include "engine/runtime/reference_rates.h"

namespace guerdon::runtime {

namespace {

using event::OrgEdge;
using event::Outcome;
using plan::OrgTrees;

class EdgesOfFile {
 public:
  EdgesOfFile(Core& core, std::string_view text, std::vector<event::FileProblem>* problems)
      : core_(core),
        problems_(*problems),
        reader_(core.program().schema),
        source_("org"),
        file_(base::hash128(text).to_hex()) {}

  // Whether each row that was not taken before would be.
  bool try_all(const std::vector<OrgEdge>& edges) {
    OrgTrees trial = core_.admission().trees();
    event::Batch batch;
    for (const OrgEdge& edge : edges) {
      if (problems_.size() == event::kProblemsMax) break;
      if (is_known(edge)) continue;
      batch.clear();
      std::string fault =
          read(edge, batch) ? fault_of(edge, batch, trial) : without_word(reader_.fault().sentence);
      if (!fault.empty()) problems_.push_back({edge.line, std::move(fault)});
    }
    return problems_.empty();
  }

  // False: *error; the rest is taken when the file is given again.
  bool take_all(const std::vector<OrgEdge>& edges, size_t* fresh, std::string* error) {
    std::vector<const OrgEdge*> open;
    for (const OrgEdge& edge : edges) {
      if (!is_known(edge)) open.push_back(&edge);
    }
    *fresh = open.size();
    for (std::span<const OrgEdge* const> rest(open); !rest.empty();) {
      if (!core_.has_room()) {
        *error = core_.log_error();
        return false;
      }
      const uint64_t before = taken();
      const size_t count = std::min<size_t>(rest.size(), event::kBatchRecordsMax);
      pipeline::Job& job = core_.assembly().take();
      for (const OrgEdge* const edge : rest.first(count)) (void)read(*edge, job.batch);
      core_.assembly().submit(job);
      core_.assembly().drain();
      if (taken() != before + count) {
        *error =
            "not all edges were set: the ids of rows are remembered no longer than those of "
            "events, and as of now they are refused as too old; raise --keys";
        return false;
      }
      rest = rest.subspan(count);
    }
    return true;
  }

 private:
  // Records so far that were done.
  uint64_t taken() const { return core_.admission().outcomes()[static_cast<size_t>(Outcome::kOk)]; }

  std::string id_of(const OrgEdge& edge) const { return file_ + "-" + std::to_string(edge.line); }

  bool is_known(const OrgEdge& edge) {
    size_t place = 0;
    if (core_.admission().keys().find(source_.keys().key(id_of(edge)), &place) != nullptr) {
      return true;
    }
    return stands(edge);
  }

  // Ids are forgotten, edges are not: what holds always and was said is not said again, else it
  // would meet, or take back, the transfers and vacancies that ORG has said since.
  bool stands(const OrgEdge& edge) {
    if (!edge.from.empty()) return false;
    event::Batch batch;
    if (!read(edge, batch)) return false;  // told when it is tried
    const plan::OrgTrees& trees = core_.admission().trees();
    const std::optional<plan::OrgEdge> made =
        trees.edge_of(batch, event::CommandView(batch, batch.records.back()));
    return made && trees.says(*made);
  }

  bool read(const OrgEdge& edge, event::Batch& batch) {
    std::vector<std::string> words = {"ORG", "account=" + edge.agent, "relation=" + edge.relation,
                                      "id=" + id_of(edge)};
    if (!edge.manager.empty()) words.push_back("parent=" + edge.manager);
    if (!edge.from.empty()) words.push_back("effective=" + edge.from);
    if (!edge.until.empty()) words.push_back("until=" + edge.until);
    if (!edge.vacant.empty()) words.push_back("vacant=" + edge.vacant);
    const std::vector<std::string_view> views(words.begin(), words.end());
    return reader_.read(views, source_, batch);
  }

  // By what admission does with it; it holds for the rows behind it.
  static std::string fault_of(const OrgEdge& edge, const event::Batch& batch, OrgTrees& trial) {
    const event::CommandView command(batch, batch.records.back());
    const std::optional<plan::OrgEdge> made = trial.edge_of(batch, command);
    if (!made) return "no plan declares the relation " + edge.relation + "; declare it there";
    switch (trial.fault_of(*made)) {
      case OrgTrees::Fault::kNone:
        trial.set(*made);
        return "";
      case OrgTrees::Fault::kSecondParent:
        return edge.agent + " has another " + edge.relation +
               " already, by what was said before this file; write under `from` since when this "
               "one holds";
      case OrgTrees::Fault::kCycle:
        return edge.agent + " stands above " + edge.manager +
               " at some time, by the rows before this one or what was said before; take one of "
               "them out of the circle";
      case OrgTrees::Fault::kBackwards:
        return "the edge ends before it begins; write a later time under until";
      case OrgTrees::Fault::kFull:
        return "with this row there are more edges than may be, of " + edge.agent + " or of all";
      case OrgTrees::Fault::kTooDeep:
        return "the tree above " + edge.manager + " is too deep to be looked through";
    }
    return "";
  }

  Core& core_;
  std::vector<event::FileProblem>& problems_;
  event::CommandReader reader_;
  const event::Source source_;
  const std::string file_;
};

}  // namespace

bool take_org(Core& core, std::string_view text, size_t* rows, size_t* fresh,
              std::vector<event::FileProblem>* problems, std::string* error) {
  std::vector<OrgEdge> read;
  *rows = *fresh = 0;
  if (!event::read_org(text, &read, problems)) return false;
  if (core.program().schema.relations().empty()) return true;
  *rows = read.size();
  EdgesOfFile file(core, text, problems);
  if (!file.try_all(read)) return false;
  if (!file.take_all(read, fresh, error)) return false;
  if (core.flush()) return true;
  *error = core.log_error();
  return false;
}

}  // namespace guerdon::runtime
