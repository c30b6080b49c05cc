#include "engine/feed/reference_file.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "engine/base/assert.h"
#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/event/text_rules.h"
#include "engine/feed/reference_table.h"
#include "engine/money/decimal.h"
#include "engine/money/exchange.h"
#include "engine/os/byte_source.h"

namespace guerdon::event {
namespace {

constexpr size_t kNoRow = ~size_t{0};

std::string shown(std::string_view text) { return printable(text, kExcerptShownMax); }

// ---- org

using RowsByName = absl::flat_hash_map<std::string_view, size_t>;

RowsByName index_agents(const std::vector<OrgEdge>& edges, ProblemList* problems) {
  RowsByName by_agent;
  for (size_t i = 0; i < edges.size(); ++i) {
    const auto [first, is_new] = by_agent.emplace(edges[i].agent, i);
    if (is_new) continue;
    problems->add(edges[i].line, "agent " + shown(edges[i].agent) + " has a row in line " +
                                     std::to_string(edges[first->second].line) +
                                     " already, and an agent has one manager; remove one of them");
  }
  return by_agent;
}

// Follows each row to its manager's row until it comes to one that an earlier walk has seen, or to
// one of its own: a cycle, told at its last line. Each row is walked over once.
void find_cycles(const std::vector<OrgEdge>& edges, const RowsByName& by_agent,
                 ProblemList* problems) {
  std::vector<size_t> manager(edges.size(), kNoRow);
  for (size_t i = 0; i < edges.size(); ++i) {
    const auto found = by_agent.find(edges[i].manager);
    if (found != by_agent.end()) manager[i] = found->second;
  }
  std::vector<size_t> walk_of(edges.size(), kNoRow);
  for (size_t start = 0; start < edges.size(); ++start) {
    size_t at = start;
    while (at != kNoRow && walk_of[at] == kNoRow) {
      walk_of[at] = start;
      at = manager[at];
    }
    if (at == kNoRow || walk_of[at] != start) continue;
    size_t closing = at;
    for (size_t i = manager[at]; i != at; i = manager[i]) closing = std::max(closing, i);
    problems->add(edges[closing].line,
                  "agent " + shown(edges[closing].agent) + " is below manager " +
                      shown(edges[closing].manager) +
                      ", who is below this agent; take one of them out of the circle");
  }
}

// Empty: it is whole.
std::string fault_of_edge(const OrgEdge& edge, int64_t* from, int64_t* until) {
  *from = base::kTimeMin;
  *until = base::kTimeEnd;
  for (const auto& [text, at] : {std::pair(&edge.from, from), std::pair(&edge.until, until)}) {
    if (text->empty() || base::parse_timestamp(*text, at)) continue;
    return shown(*text) + " is no time; write one such as 2026-03-01T00:00:00Z, or nothing";
  }
  if (*from >= *until) return "the edge ends before it begins; write a later time under until";
  if (edge.vacant.empty() || edge.vacant == "yes" || edge.vacant == "no") return "";
  return shown(edge.vacant) + " is neither yes nor no; write one of these under vacant, or nothing";
}

void check_edges(const std::vector<OrgEdge>& edges, ProblemList* problems) {
  struct Held {
    int64_t from;
    int64_t until;
    uint64_t line;
  };
  absl::flat_hash_map<std::string, std::vector<Held>> held;
  for (const OrgEdge& edge : edges) {
    int64_t from = 0;
    int64_t until = 0;
    std::string fault = fault_of_edge(edge, &from, &until);
    std::vector<Held>& others = held[edge.relation + '\n' + edge.agent];
    for (const Held& other : others) {
      if (!fault.empty() || other.from >= until || other.until <= from) continue;
      fault = shown(edge.agent) + " has a " + shown(edge.relation) + " in line " +
              std::to_string(other.line) +
              " at that time already, and one at a time is all there may be; end one of them";
    }
    if (fault.empty()) {
      others.push_back({from, until, edge.line});
    } else {
      problems->add(edge.line, std::move(fault));
    }
  }
}

// ---- targets

bool is_digits(std::string_view text, size_t n) {
  return text.size() == n &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_number_in(std::string_view text, size_t digits, int from, int to) {
  if (!is_digits(text, digits)) return false;
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value >= from && value <= to;
}

bool is_year(std::string_view text) { return is_number_in(text, 4, 1970, 2099); }

// "-Q3"
bool is_quarter(std::string_view text) {
  return text.starts_with("-Q") && is_number_in(text.substr(2), 1, 1, 4);
}

bool is_month(std::string_view text) {
  return text.size() == 7 && is_year(text.substr(0, 4)) && text[4] == '-' &&
         is_number_in(text.substr(5), 2, 1, 12);
}

bool is_day(std::string_view text) {
  int64_t ignored;
  std::string instant(text);
  instant += "T00:00:00Z";
  return text.size() == 10 && base::parse_timestamp(instant, &ignored);
}

bool is_period(std::string_view text) {
  if (text == "lifetime" || is_month(text) || is_day(text)) return true;
  if (text.size() < 4 || !is_year(text.substr(0, 4))) return false;
  std::string_view rest = text.substr(4);
  if (rest.starts_with("-W")) return is_number_in(rest.substr(2), 2, 1, 53);
  if (rest.starts_with('/')) {
    if (rest.size() < 3 || !is_digits(rest.substr(1, 2), 2)) return false;
    rest.remove_prefix(3);
  }
  return rest.empty() || is_quarter(rest);
}

// Empty where the value is good.
std::string fault_of_value(std::string_view text) {
  const size_t point = text.find('.');
  const size_t decimals = point == std::string_view::npos ? 0 : text.size() - point - 1;
  const int scale = static_cast<int>(std::min<size_t>(decimals, money::kScaleMax));
  int64_t minor = 0;
  switch (money::parse_decimal(text, scale, &minor)) {
    case money::DecimalError::kNone:
      return minor >= 0 ? "" : shown(text) + " is below zero; a target is zero or more";
    case money::DecimalError::kEmpty:
    case money::DecimalError::kNotANumber:
      return shown(text) +
             " is not a number; write digits, with a point before decimals, as in 12.50";
    case money::DecimalError::kTooManyDecimals:
      return shown(text) + " has more decimals than any unit; write at most " +
             std::to_string(money::kScaleMax);
    case money::DecimalError::kTooLarge:
      return shown(text) + " is larger than an amount may be";
  }
  GUERDON_UNREACHABLE();
}

// ---- rates

void check_rates(const std::vector<RateRow>& rows, ProblemList* problems) {
  absl::flat_hash_map<std::string, uint64_t> first_lines;
  for (const RateRow& row : rows) {
    int64_t since = 0;
    int64_t until = 0;
    if (!money::parse_rate(row.rate)) {
      problems->add(row.line, shown(row.rate) +
                                  " is no rate; write a number above 0 such as 1.25 or 4/3, of at "
                                  "most 15 digits");
    } else if (!base::parse_timestamp(row.effective, &since)) {
      problems->add(row.line, shown(row.effective) +
                                  " is no time; write one such as 2026-03-01T00:00:00Z, or "
                                  "milliseconds since 1970");
    } else if (!row.until.empty() && !base::parse_timestamp(row.until, &until)) {
      problems->add(row.line, shown(row.until) +
                                  " is no time; write one such as 2026-03-01T00:00:00Z, or nothing "
                                  "for the end of the day");
    } else if (!row.until.empty() && until <= since) {
      problems->add(row.line, "the rate ends before it begins; write a later time under until");
    } else {
      const std::string key = row.from + '\n' + row.to + '\n' + std::to_string(since);
      const auto [first, is_new] = first_lines.emplace(key, row.line);
      if (is_new) continue;
      problems->add(row.line, "line " + std::to_string(first->second) + " has a rate of " +
                                  shown(row.from) + " in " + shown(row.to) +
                                  " from the same time already; remove one of them");
    }
  }
}

}  // namespace

bool read_rates(std::string_view text, std::vector<RateRow>* rows,
                std::vector<FileProblem>* problems) {
  static constexpr WantedColumn kColumns[] = {
      {"from"}, {"to"}, {"rate"}, {"effective"}, {"until", true}};
  rows->clear();
  problems->clear();
  ProblemList list(problems);
  const std::vector<std::string> header = table_header(text, &list);
  if (!list.is_empty()) return false;
  const bool has_until = std::find(header.begin(), header.end(), "until") != header.end();
  const std::span<const WantedColumn> wanted = std::span(kColumns).first(has_until ? 5 : 4);
  for (TableRow& row : table_rows(text, header, wanted, &list)) {
    auto& cells = row.cells;
    rows->push_back({row.line, std::move(cells[0]), std::move(cells[1]), std::move(cells[2]),
                     std::move(cells[3]), has_until ? std::move(cells[4]) : ""});
  }
  check_rates(*rows, &list);
  list.sort_by_line();
  return list.is_empty();
}

namespace {

// The form with relations. What may be left out are columns that the header need not have.
void read_edges(std::string_view text, const std::vector<std::string>& header,
                std::vector<OrgEdge>* edges, ProblemList* list) {
  std::vector<WantedColumn> wanted = {{"relation"}, {"child"}, {"parent", true}};
  for (const char* const more : {"from", "until", "vacant"}) {
    if (std::find(header.begin(), header.end(), more) != header.end()) {
      wanted.push_back({more, true});
    }
  }
  for (TableRow& row : table_rows(text, header, wanted, list)) {
    OrgEdge& edge = edges->emplace_back();
    edge.line = row.line;
    edge.relation = std::move(row.cells[0]);
    edge.agent = std::move(row.cells[1]);
    edge.manager = std::move(row.cells[2]);
    for (size_t c = 3; c < wanted.size(); ++c) {
      std::string& into = wanted[c].name == "from"    ? edge.from
                          : wanted[c].name == "until" ? edge.until
                                                      : edge.vacant;
      into = std::move(row.cells[c]);
    }
  }
  check_edges(*edges, list);
}

}  // namespace

bool read_org(std::string_view text, std::vector<OrgEdge>* edges,
              std::vector<FileProblem>* problems) {
  static constexpr WantedColumn kColumns[] = {{"agent", false}, {"manager", true}};
  edges->clear();
  problems->clear();
  ProblemList list(problems);
  const std::vector<std::string> header = table_header(text, &list);
  if (!list.is_empty()) return false;
  if (std::find(header.begin(), header.end(), "relation") != header.end()) {
    read_edges(text, header, edges, &list);
    list.sort_by_line();
    return list.is_empty();
  }
  for (TableRow& row : table_rows(text, header, kColumns, &list)) {
    edges->push_back({row.line, std::move(row.cells[0]), std::move(row.cells[1]), "manager"});
  }
  find_cycles(*edges, index_agents(*edges, &list), &list);
  list.sort_by_line();
  return list.is_empty();
}

// What a row is of, by a hash of 128 bits: two that differ are not taken for the same by accident.
struct KeyHash {
  size_t operator()(const base::Hash128& key) const { return key.lo; }
};

class TargetRows::Reading {
 public:
  Reading(std::string_view text, bool finds_twice, std::vector<FileProblem>* problems)
      : list_(problems),
        header_(table_header(text, &list_)),
        by_month_(std::find(header_.begin(), header_.end(), "month") != header_.end()),
        finds_twice_(finds_twice) {
    static constexpr WantedColumn kByMonth[] = {{"agent"}, {"month"}, {"target"}, {"currency"}};
    static constexpr WantedColumn kByPeriod[] = {
        {"account"}, {"program"}, {"target"}, {"period"}, {"value"}};
    if (!list_.is_empty()) return;
    cutter_.emplace(text, header_,
                    by_month_ ? std::span<const WantedColumn>(kByMonth)
                              : std::span<const WantedColumn>(kByPeriod),
                    &list_);
  }

  bool next(TargetRow* row) {
    while (cutter_ && cutter_->next(&cut_)) {
      read(row);
      std::string fault = fault_of(*row);
      if (fault.empty()) return true;
      list_.add(row->line, std::move(fault));
    }
    return false;
  }

 private:
  void read(TargetRow* row) {
    auto& c = cut_.cells;
    row->line = cut_.line;
    row->account.swap(c[0]);
    if (by_month_) {
      row->period.swap(c[1]);
      row->value.swap(c[2]);
      row->currency.swap(c[3]);
    } else {
      row->program.swap(c[1]);
      row->target.swap(c[2]);
      row->period.swap(c[3]);
      row->value.swap(c[4]);
    }
  }

  std::string fault_of(const TargetRow& row) {
    if (by_month_ ? !is_month(row.period) : !is_period(row.period)) {
      return shown(row.period) + (by_month_ ? " is not a month; write it as 2019-03"
                                            : " is not a period; write 2019-03-31, 2019-W13, "
                                              "2019-03, 2019-Q1, 2019 or lifetime");
    }
    std::string fault = fault_of_value(row.value);
    if (!fault.empty() || !finds_twice_) return fault;
    base::HashBuilder key;
    key.text(row.account).text(row.program).text(row.target).text(row.period);
    const auto [first, is_new] = first_lines_.emplace(key.finish(), row.line);
    if (is_new) return "";
    return shown(row.account) + " has a target for " + shown(row.period) + " in line " +
           std::to_string(first->second) + " already; remove one of them";
  }

  ProblemList list_;
  const std::vector<std::string> header_;
  const bool by_month_;
  const bool finds_twice_;
  std::optional<TableCutter> cutter_;  // none: there is no header
  TableRow cut_;
  absl::flat_hash_map<base::Hash128, uint64_t, KeyHash> first_lines_;
};

TargetRows::TargetRows(std::string_view text, bool finds_twice, std::vector<FileProblem>* problems)
    : reading_(std::make_unique<Reading>(text, finds_twice, problems)) {}

TargetRows::~TargetRows() = default;

bool TargetRows::next(TargetRow* row) { return reading_->next(row); }

bool read_targets(std::string_view text, std::vector<TargetRow>* rows,
                  std::vector<FileProblem>* problems) {
  rows->clear();
  problems->clear();
  TargetRows reading(text, true, problems);
  for (TargetRow row; reading.next(&row);) rows->push_back(row);
  return problems->empty();
}

bool load_reference(const std::string& path, std::string* text, std::string* error) {
  const auto source = os::open_source(path, error);
  if (source == nullptr) return false;
  text->clear();
  std::string piece(64 * 1024, '\0');
  for (;;) {
    const std::ptrdiff_t n = source->read(piece.data(), piece.size());
    if (n == 0) return true;
    if (n < 0) {
      *error = source->error();
      return false;
    }
    text->append(piece, 0, static_cast<size_t>(n));
    if (text->size() > kReferenceBytesMax) {
      *error = path + " holds more than " + std::to_string(kReferenceBytesMax) +
               " bytes; a reference file may not";
      return false;
    }
  }
}

}  // namespace guerdon::event
