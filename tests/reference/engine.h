#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/base/hash.h"
#include "engine/base/timestamp.h"
#include "engine/plan/checked.h"
#include "tests/reference/bounds.h"
#include "tests/reference/came.h"
#include "tests/reference/evaluate.h"
#include "tests/reference/facts.h"
#include "tests/reference/results.h"
#include "tests/reference/slow_wallet.h"
#include "tests/reference/trees.h"
#include "tests/reference/value.h"

// The slow twin of the engine: one thread, ordered maps, every term walked as it stands, nothing
// kept that could be found again; wallets are slow_wallet.h. It shares with the engine the checked
// tree with the dates of a credit, the calendar's periods and durations, the parsing of decimals
// and times, and the hash that says in which slice of a sweep an account is; and nothing else.
// Linked only into tests and fuzz targets.
//
// A plan of several versions is never merged: each text stands for itself, and which of them acts
// is asked of each subject anew (versions.cc).
//
// Decided here, where the semantics leave it open:
//   * Of several bad values the first as sent names the refusal; of several plans that find that
//     one bad, the first.
//   * A number too large is OVERFLOW even where its sign is not allowed. "-0" is 0.
//   * A missing `at most` is a missing amount.
//   * What a rule per object reads of its object is known from the publication on of the first
//     version in which some rule per object reads it.
//   * A limit goes on in another version where effect, subject and kind are the same.
//   * What a rule that was left out has paid is taken back by its last version.

namespace guerdon::reference {

using base::TimeMs;

class Engine {
 public:
  // The plans take LSN 1, 2, 3 ... REQUIRES: no two of one name or one program.
  explicit Engine(std::vector<plan::Plan> plans);

  // A further version of one of the plans, which takes an LSN; and a CORRECT for each event that it
  // looks at again, and one behind them (corrections.cc). REQUIRES: it can be one
  // (engine/versions), and holds from a day that is ahead, or corrects all that it changes.
  void publish(plan::Plan next);

  Result apply(const Event& event);

  // What was refused by state is refused again, with the LSN of the first.
  Result apply(const Command& command);

  // A TICK record: the clock goes to `time`, if that is later. REQUIRES: within [kTimeMin,
  // kTimeEnd).
  void tick(TimeMs time);

  // Told of each rule that an event comes to, for the account of one role: what its terms see. Of
  // an entitlement once an effect.
  // Plans are numbered as they came, versions too.
  using Observer =
      std::function<void(const std::string& account, size_t plan, size_t rule, const Scope& scope)>;
  void observe(Observer observer) { observer_ = std::move(observer); }

  // In the order they were written.
  const std::vector<Entry>& entries() const { return entries_; }
  const std::vector<EntryLot>& lots() const { return lots_; }  // one an entry

  // Those that are not zero.
  std::map<Wallet, int64_t> balances() const;

  // Those that are not zero and not too late at the clock.
  std::map<MeasureKey, int64_t> measures() const;

  // Of all periods that are through; of one kind the newest 1,024.
  std::vector<Seal> seals() const;

  uint64_t last_lsn() const { return last_lsn_; }
  // CORRECT records, those that ended the work for a version included.
  uint64_t corrections() const { return corrections_; }
  // Nothing before the first record that carries a time.
  std::optional<TimeMs> clock() const { return clock_; }

 private:
  // A rule or a measure: plan, number. Of several versions that say the same: in the first.
  using Id = std::pair<size_t, size_t>;

  // One version of a rule, that of the plan in which it last changed.
  struct RuleVersion {
    Id id;
    Id lineage;                      // its first version
    Id keeper;                       // of an object: the version in whose sums it posts
    std::vector<std::string> names;  // that it had; the last one counts
    std::string says;                // but for its name
    TimeMs since = calendar::kTimeBeginning;
    TimeMs before = calendar::kTimeEternity;
    int layer = 0;
    std::set<std::string> events;  // at which it runs, as on the wire
  };

  // All versions of one plan.
  struct Family {
    std::vector<size_t> plans;           // as they came
    std::vector<std::string> names;      // of attributes, those first declared first
    std::vector<RuleVersion> rules;      // in the order in which they run in a layer
    std::map<Id, std::string> measures;  // what each says
    // From which LSN on attributes of objects are known, and objects at all.
    std::map<std::string, uint64_t> known_since;
    std::optional<uint64_t> has_objects_since;
    std::set<Id> retro;  // lineages that its last version changes, begins or ends, and corrects
  };

  // What a version corrects: what these lineages have paid since its day.
  struct Correction {
    size_t plan = 0;  // the version
    TimeMs from = 0;
    std::set<Id> lineages;
    // Of its rules per account and period: those for which an event was looked at again, by type
    // and role of that.
    std::set<
        std::tuple<std::string, std::string, Id, std::string, int32_t, std::vector<std::string>>>
        periods = {};
    // By id, those of events that have such a rule: before the publication.
    struct Order {
      uint64_t newest = 0;    // LSN of its newest event
      bool is_since = false;  // one of its events is since the day
    };
    std::map<std::string, Order> orders = {};
  };

  // What a rule that pays at events has posted for one of them, at the event or by a CORRECT.
  struct Posting {
    uint64_t event = 0;  // its LSN
    std::string role;
    Id rule;
    size_t effect = 0;
    int64_t amount = 0;
    ledger::Origin entry{};  // that came at the event; else none
  };

  // Of a measure or of an effect of an entitlement: plan, number, effect (0 for a measure),
  // account, further keys, index of the period. What a lineage keeps: those of its first version.
  using SubjectKey =
      std::tuple<size_t, size_t, size_t, std::string, std::vector<std::string>, int32_t>;

  // What a plan makes of the event in hand.
  struct Reading {
    int type = -1;  // index into Plan::events; below 0: not declared in this version
    bool has_lines = false;
    std::vector<Value> attributes;  // one an attribute of the plan, whichever version declares it
  };

  // An account that an event names, by its name on the wire. Or, where the plan `of_plan` (of
  // families_) does not declare it in this type, the one that the object has, which its rules per
  // object pay.
  struct Role {
    std::string wire;
    int of_plan = -1;
    bool operator==(const Role&) const = default;
  };

  // Who had a role of the object before, as a plan has seen it.
  struct Former {
    Role role;
    size_t family = 0;
    std::string account;
  };

  // What is known of an object: all that was accepted of it.
  struct Object {
    struct Past {
      uint64_t lsn = 0;
      std::string type;
      size_t plans = 0;  // how many there were
      TimeMs time = 0;
      TimeMs at = 0;
      std::vector<Reading> readings;
    };
    std::string id;
    std::optional<int64_t> version;
    TimeMs latest = 0;
    std::map<std::string, std::string> roles;
    std::vector<Past> events;  // the one in hand, too
  };

  // The event in hand, read under every plan.
  struct Current {
    const Event* event = nullptr;
    TimeMs time = 0;
    Came came = {};
    std::vector<Reading> readings;  // one a plan
    std::vector<Role> roles;        // in their order
    Object* object = nullptr;       // its own
    std::vector<Former> formers = {};
  };

  struct Seen {
    std::vector<std::pair<std::string, std::string>> payload;  // sorted
    Result again;                                              // what a second one is answered
  };

  // Values of the measures of one owner around the event in hand.
  struct Moved {
    Value before;
    Value after;
    Value last = Missing{};  // of the period before
  };

  // What an event did, remembered for whoever takes it back.
  struct Done {
    struct Moved {
      SubjectKey measure;
      int64_t by = 0;
      bool is_kept = false;  // of kept_, not of measures_
    };
    // By an entitlement that takes nothing back.
    struct Kept {
      SubjectKey subject;
      Int128 by = 0;
    };
    // By a rule that pays at the event.
    struct Paid {
      size_t plan = 0;
      size_t rule = 0;
      size_t effect = 0;
      std::string account;
      Int128 amount = 0;  // signed: what the wallet got, or paid a debt with; owed, or lost
      ledger::Origin entry{};
      std::optional<Granted> granted = {};  // of it, by a budget
    };
    Event event;
    TimeMs time = 0;
    Came came;
    uint64_t lsn = 0;
    std::map<std::string, std::vector<Moved>> moved;  // by role
    std::map<std::string, std::vector<Paid>> paid;    // by role
    std::map<std::string, std::vector<Kept>> kept;    // by role
    std::map<std::string, std::vector<Paid>> asked;   // by role: of limits, whatever they left
    bool is_beyond = false;  // some of it went to suspense, or a wallet may have been closed
  };

  // Versions of plans: versions.cc.
  void join(size_t p);
  std::optional<Id> lineage_for(const Family& family, const plan::Rule& rule) const;
  void add_measures(Family& family, size_t p, const std::vector<Id>& lineages);
  void add_rules(Family& family, size_t p);
  bool is_same_group(const Family& family, size_t p, size_t g,
                     const std::vector<RuleVersion*>& same) const;
  void find_layers(Family& family);
  void find_events(Family& family);
  std::vector<Id> feeders_of(Id measure) const;  // lineages
  std::vector<const RuleVersion*> shared_feeders(const Family& family, Id measure) const;
  Family& family_of(size_t p) { return families_.at(family_number_.at(p)); }
  const Family& family_of(size_t p) const { return families_.at(family_number_.at(p)); }
  const RuleVersion& version_of(size_t p, size_t r) const;
  Id measure_id(size_t p, int m) const { return measure_id_.at({p, static_cast<size_t>(m)}); }
  const plan::Rule& rule_at(Id id) const { return plans_[id.first].rules[id.second]; }
  const plan::Measure& measure_at(Id id) const { return plans_[id.first].measures[id.second]; }
  const std::string& name_of(size_t p, int attribute) const;
  int attribute_in(size_t p, const std::string& name) const;  // below 0: there is none
  const plan::Attribute& attribute_of(const Family& family, const std::string& name) const;
  size_t attribute_number(size_t p, int attribute) const;  // one for all versions
  // The event type in the first of the first `plans` plans that is of the family and declares it.
  const plan::EventType* declared(const Family& family, const std::string& type,
                                  size_t plans = SIZE_MAX, size_t* p = nullptr) const;
  bool declares(const Family& family, const std::string& type, const std::string& attribute,
                size_t plans = SIZE_MAX) const;
  std::string object_name(const Family& family, const std::string& type, size_t plans) const;
  void share(std::vector<Reading>& readings) const;
  // Rules of one group, or the one rule.
  std::vector<const RuleVersion*> mates_of(const RuleVersion& rule) const;
  // The first instant that says which version acts.
  TimeMs instant_of(const Current& current, size_t p, size_t r) const;
  bool acts(size_t p, size_t r, TimeMs instant) const;
  bool takes_back(const Current& current, size_t p, size_t r) const;

  bool is_declared(const std::string& type) const;
  // Sets *code where a value is refused.
  Current read(const Event& event, TimeMs time, std::string* code) const;
  Reading read_under(const plan::Plan& plan, const Event& event, TimeMs time, Fault* fault) const;
  std::vector<Role> roles_of(const Event& event) const;
  std::vector<size_t> in_order() const;  // plans, those of a family together
  void add_object_roles(size_t f, const std::string& type, std::vector<Role>& roles) const;
  Value value_of(const Current& current, const Family& family, const std::string& name) const;

  // Goals that TARGET says: goals.cc.
  std::optional<std::pair<size_t, const plan::Target*>> target_of(const Command& command) const;
  bool is_asked_goal(const Command& command) const;
  std::string fault_of_goal(const Command& command) const;
  Result set_goal(const Command& command);
  std::set<Id> rules_of_goal(const Family& family, size_t p, const plan::Target& target) const;
  void owe_for_goal(size_t p, const plan::Target& target, const std::string& account,
                    const std::vector<std::string>& keys, int32_t period);

  // Files of goals: staged_goals.cc. A row that is committed, and when it was.
  struct DueGoal {
    Command row;
    TimeMs at = 0;
  };
  static bool is_of_file(const Command& command);
  std::string may_be_of_file(const Command& command, TimeMs at);
  Result take_of_file(const Command& command, TimeMs occurred);
  bool ranks_what_is_earned() const;
  const DueGoal* due_goal(const std::string& account) const;
  void say_due_goal(const std::string& account);

  // Tables from files: file_tables.cc.
  Result set_row(const Command& command);
  std::string row_for(const plan::Plan& plan, const plan::TableAsk& ask,
                      const std::vector<std::string>& keys, TimeMs time) const;
  void find_in_tables(Event& event, TimeMs time) const;
  static std::string found_name(const plan::Plan& plan, const plan::Attribute& attribute);
  static Value found(const plan::Plan& plan, const plan::Attribute& attribute, const Event& event);

  // Objects: objects.cc; and who stands above whom: trees.cc.
  Result say_edge(const Command& command, TimeMs occurred);
  void climb(Event& event, TimeMs time);
  bool is_role(const Family& family, const std::string& name, const std::string& wire) const;
  Current as_role(const Current& current, const std::string& wire, const std::string& who) const;
  std::string object_of(const Event& event) const;
  bool has_two_objects(const Event& event) const;
  std::optional<int64_t> version_of(const Event& event) const;
  std::string check_object(const Event& event, TimeMs time) const;  // "": accepted; else the code
  // Fills in roles.
  void bring(Event& event, TimeMs time);
  void note_event(Current& current);
  bool has_object_rules(const Event& event) const;
  std::vector<Former> formers_of(const Current& current, const Object& object) const;
  std::vector<std::string> payees_of(const Family& family, const std::string& type,
                                     const std::string& wire) const;
  bool is_of_object(const RuleVersion& version, const std::string& type) const;
  std::string account_of(const Current& current, const Role& role) const;
  bool is_over(const Current& current, const Family& family) const;
  bool is_limit_over(const Current& current, size_t p, const plan::Rule& rule, int owner) const;
  // When the plan saw it last, if ever.
  std::optional<TimeMs> last_seen(const Object& object, const Family& family,
                                  bool* is_over = nullptr) const;
  void note_known(Family& family, size_t p) const;
  std::optional<uint64_t> fact_since(size_t p, const plan::Term& fact) const;
  bool says(const Object::Past& past, size_t p, size_t attribute) const;
  std::vector<Value> values_of(const Object& object, size_t p) const;
  Value value_of(const Object& object, const Family& family, const std::string& name) const;
  Value fact_of(const Object& object, size_t p, const plan::Term& fact) const;
  void leave(const Current& current, const Former& former);
  void run_object_rule(const Current& current, size_t p, size_t r, const std::string& owner);
  SubjectKey opening_of(const Current& current, size_t p, size_t r, int owner,
                        const std::string& account) const;
  Value measure_now(Id measure, plan::tree::Moment moment) const;
  void capture(const Current& current, size_t p, size_t r, int owner, const std::string& account);
  bool owe_for_object(const Current& current, size_t p, size_t r, size_t e,
                      const std::string& account, std::optional<Int128> owed);

  uint64_t append(TimeMs time);
  void after_record();
  void begin_sweep();
  void sweep(int slices);
  bool falls_due(TimeMs from, TimeMs to) const;
  bool has_dates() const;

  void run(const Current& current);
  void run_role(const Current& current, const Role& role);
  void post_asked(const Current& current);
  void run_plan(const Current& current, const Family& family, const std::string& owner);
  bool runs_at(const RuleVersion& rule, const std::string& type) const;
  bool returns_at(const RuleVersion& rule, const std::string& type) const;
  Scope scope_of(const Current& current, size_t p) const;
  std::tuple<size_t, size_t, size_t> rank_of(size_t p, size_t r, size_t effect) const;
  // In the order of the rules.
  void sort_asked();
  bool has_layers(const Current& current, const std::string& role) const;
  static std::vector<RuleVersion> in_layers(const Family& family);
  bool is_fed(Id measure, size_t p, size_t r, const plan::Effect& effect) const;
  // True where it moved a measure.
  bool feed(const Current& current, size_t p, size_t r, size_t e, Int128 by, bool once);
  // Entitlements that follow objects (checked.h, Rule): objects.cc.
  void fall_ended(const Current& current, size_t p, size_t r, int owner, const std::string& account,
                  TimeMs opened);
  bool follows(size_t p, size_t r) const;
  std::map<Id, Moved> measures_of(const Current& named, const Family& family,
                                  const std::string& owner) const;
  Current named_as(const Current& current, const Family& family, const std::string& attribute,
                   const std::string& account) const;
  void run_of_object(const Current& named, const Family& family, const std::string& owner,
                     bool is_former);
  bool is_fed_late(const Current& current, const Done& done,
                   const std::function<bool(size_t, const calendar::PeriodRule&)>& is_gone) const;
  std::map<Id, Moved> move_measures(const Current& current, const Family& family,
                                    const std::string& owner);
  Moved move_measure(const Current& current, size_t p, size_t m);
  Value last_of(size_t p, size_t m, SubjectKey key) const;
  size_t values_of(size_t p, size_t distinct) const;
  int64_t values_at(const SubjectKey& distinct) const;
  SubjectKey without_value(const SubjectKey& of) const;
  Value in_window(const SubjectKey& key, const Rational& own) const;
  int64_t picked_at(const SubjectKey& picked) const;
  int64_t count_again(const SubjectKey& of);
  Rational addition(const Current& current, size_t p, const plan::Measure& measure) const;
  void run_rule(const Current& current, size_t p, size_t r, const std::string& owner,
                const Scope& scope);
  void run_entitlement(const Current& current, size_t p, size_t r, size_t e, const Scope& scope);
  Int128 least_kept(const SubjectKey& key, Int128 posted) const;
  // What rules take back of what they paid: returns.cc.
  enum class Kept : size_t { kValue, kReturned, kEarned, kTaken };
  SubjectKey kept_key(const Current& current, size_t p, size_t r, Kept what, size_t effect) const;
  bool names_pool(const Current& current, size_t p, size_t r) const;
  void add_kept(const SubjectKey& key, Int128 by);
  void note_value(const Current& current, size_t p, size_t r, const Scope& scope);
  uint64_t note_earned(const Current& current, size_t p, size_t r, size_t e, Int128 amount);
  void take_back_rule(const Current& current, size_t p, size_t r, const Scope& scope);
  void pay(const Current& current, size_t p, size_t r, size_t e, Int128 amount);
  void owe(const Current& current, size_t p, size_t r, size_t e, Int128 owed);
  // Rules of groups, when all rules of a plan have run for a role: groups.cc.
  bool is_stacked(size_t p, size_t r) const;
  // Those of which all rules are of layers up to this one.
  void stack_groups(const Current& current, const Family& family, int layer);
  void stack_group(const Current& current, size_t p, size_t g, int layer);
  // Limits over more than the event: limits.cc. What is posted where the effect asks for *now in
  // all and asked for `before` until then; *now becomes what they let it have asked for.
  Int128 through_limits(const Current& current, size_t p, size_t r, size_t e, Int128 before,
                        Int128* now, const std::string& account = "");
  // The same where it is of an object: of its account, and the period in which it opened.
  SubjectKey opened_key(const Current& current, size_t p, size_t r, size_t e,
                        const plan::Subject& subject, const std::string& account) const;
  // What rules credit, for others at the same event (credited.cc).
  Id credited_by(size_t p, int credited) const;
  std::vector<Role> in_turns(const Current& current);
  Current with_credited(Current current) const;
  // budgets.cc
  struct PoolLeft {
    Pool pool;
    Int128 left = 0;
    bool pays_nothing = false;
  };
  std::optional<Pool> pool_of(size_t p, int budget, int32_t period) const;
  PoolLeft left_of(size_t p, const Pool& pool, TimeMs time);
  PoolLeft left_of(size_t p, const plan::Budget& budget, TimeMs time);
  Int128 grant(const PoolLeft& found, Int128 asked);
  Granted grant(size_t p, int budget, TimeMs time, Int128 asked);
  Int128 through_pool(size_t p, const Pool& pool, TimeMs time, const SubjectKey& key, Int128 posted,
                      Int128 now);
  PoolLeft left_for(const plan::Plan& plan, const std::string& budget, TimeMs time);
  // The same of an amount that is asked for at an event, which is remembered.
  Int128 run_limited(const Current& current, size_t p, size_t r, size_t e, Int128 amount);

  // Nothing where the event does not name the subject.
  std::optional<SubjectKey> subject_of(const Current& current, size_t p, size_t number,
                                       size_t effect, const plan::Subject& subject) const;
  bool is_too_late(const plan::Plan& plan, const plan::Subject& subject, int32_t period) const;
  // Late events: late_events.cc.
  static TimeMs deadline_of(const plan::Plan& plan, const calendar::PeriodRule& rule,
                            int32_t period);
  static bool is_closed(const plan::Plan& plan, const calendar::PeriodRule& rule, int32_t period,
                        TimeMs at);
  static std::set<calendar::PeriodRule> period_rules(const plan::Plan& plan);
  static TimeMs next_deadline(const plan::Plan& plan, const calendar::PeriodRule& rule, TimeMs at);
  calendar::Period counted_in(const Current& current, size_t p,
                              const calendar::PeriodRule& rule) const;
  Came coming(const std::string& type, TimeMs time) const;
  bool is_rejected(const std::string& type, TimeMs time) const;
  bool is_late(const Family& family, const std::string& type, TimeMs time, TimeMs at) const;
  bool moves(const Family& family, const Id& what, const std::string& type) const;
  bool counts_with(const Family& family, const std::string& a, const std::string& b) const;
  std::set<std::string> late_with(const Family& family, const std::string& type) const;
  std::set<calendar::PeriodRule> periods_of(const Family& family, const std::string& type) const;

  // Challenges: challenges.cc.
  struct Scored {
    int64_t value = 0;
    TimeMs at = 0;
    uint64_t lsn = 0;
  };
  std::vector<std::pair<size_t, const plan::Challenge*>> challenges() const;
  std::set<std::pair<std::string, int32_t>> members_of(size_t p,
                                                       const plan::Challenge& challenge) const;
  int64_t achieved(size_t p, int measure, const std::string& account, int32_t period) const;
  std::pair<int64_t, bool> score_of(size_t p, const plan::Challenge& challenge,
                                    const std::string& account, int32_t period,
                                    const Rational& part) const;
  SubjectKey scored_key(size_t p, const plan::Challenge& challenge, const std::string& account,
                        int32_t period) const;
  void note_scores(TimeMs occurred, uint64_t lsn);
  using Measured = std::map<SubjectKey, int64_t>::const_iterator;
  std::pair<Measured, Measured> all_of(const Id& measure) const;
  void settle_challenges(TimeMs before, TimeMs until);
  void seal_passed(size_t p, const plan::Challenge& challenge, TimeMs before, TimeMs until);
  size_t rule_of(size_t p, const plan::Challenge& challenge) const;
  bool is_awarded(size_t p, const plan::Challenge& challenge, int32_t period) const;
  std::optional<Rational> takes_part(size_t p, const plan::Challenge& challenge,
                                     const std::string& account, int32_t period) const;
  int64_t carried_over(size_t p, const plan::Challenge& challenge, int32_t period, bool even,
                       bool is_won, bool has_score);
  // So many entries were made by prizes.
  int award(size_t p, const plan::Challenge& challenge, int32_t period, TimeMs deadline);
  // `wins`: place of the unit, effect, account.
  int post_won(size_t p, const plan::Challenge& challenge, int32_t period, TimeMs deadline,
               const std::map<std::tuple<size_t, size_t, std::string>, int64_t>& wins);
  void post_prize(size_t p, size_t r, size_t e, const std::string& account, int64_t amount,
                  int32_t period, TimeMs deadline);
  bool is_final(const Came& came, size_t p, size_t m, int32_t period) const;

  // A number for what earns and is taken back together; of two, it differs.
  uint64_t cause_of(size_t plan, size_t rule, size_t effect, const std::vector<std::string>& keys,
                    int32_t period) const;

  // What an effect of a rule comes to; posted when all of the role's rules have run.
  struct Asked {
    size_t plan = 0;
    size_t rule = 0;
    size_t effect = 0;
    std::string account;
    Int128 amount = 0;        // signed, as it is posted
    uint64_t cause = 0;       // of the rule's subject
    Int128* taken = nullptr;  // of a penalty that is owed: what was taken of it
    Int128 owed = 0;          // and what is owed now
    // Of what is taken back: when, and the entry that is undone.
    std::optional<TimeMs> reversed_at = {};
    ledger::Origin undone{};
    bool corrects = false;  // what was posted for an event of before
    bool is_late = false;   // of a period that is closed
    TimeMs not_before = base::kTimeMin;
    std::optional<Pool> pool = {};  // of what is taken back: to which it goes
  };
  const Asked& note_credited(const Asked& asked);  // credited.cc
  void post(const Current& current, const Asked& asked);
  void note_paid(const Asked& asked, const ledger::Taken& taken,
                 const std::vector<ledger::Leg>& legs, const plan::WalletRules& rules);
  // Reversals: reversals.cc.
  Result reverse(const Command& command, TimeMs occurred);
  bool is_late(const Current& current, const Done& done, TimeMs clock) const;
  static bool is_beyond_a_deed(const Done& done);
  bool has_later_event(const Done& done) const;
  void move_back(const Done& done, const std::string& role);
  void take_back(const Current& current, const Done& done, const std::string& role, TimeMs time);
  void owe_again(const Current& current, const Family& family, const std::string& role);
  // What versions correct: corrections.cc.
  void forget_undeclared(Event& event) const;
  void correct(Correction what);
  bool is_looked_at(Correction& what, const Current& current, const Done& done) const;
  bool is_first_of_period(Correction& what, const Current& current, const RuleVersion& rule,
                          const std::string& owner) const;
  bool may_count_or_not(const Current& current) const;
  void look_again(const Correction& what, const Current& current, const Done& done);
  void pay_again(const Correction& what, const Current& current, const Done& done, const Role& role,
                 const std::string& account);
  void owe_corrected(const Correction& what, const Current& current, const std::string& owner);
  uint64_t corrected_by_version(const Done& done) const;
  bool speaks_of(const RuleVersion& rule, const std::string& type) const;
  std::vector<const RuleVersion*> rules_of(const Correction& what) const;
  std::vector<std::string> owners_of(const Current& current, const Family& family,
                                     const std::string& wire) const;
  Scope scope_now(const Current& current, size_t p);
  // Orders among them: corrected_orders.cc.
  Id keeper_of(const Family& family, Id lineage, Id rule, bool is_retro) const;
  bool speaks_for(const RuleVersion& rule, TimeMs opened) const;
  bool asks_orders(const Correction& what, const std::string& type) const;
  void note_orders(Correction& what) const;
  bool tells_order(const Correction& what, const Done& done) const;
  bool is_as_known(const Correction& what, const Event& event, const Object& object) const;
  void owe_for_order(const Correction& what, const Current& current, const Role& role,
                     const std::string& account);
  void ask_order(const Correction& what, const Current& current, const RuleVersion& version,
                 const std::string& owner, const std::string& account);
  // What is due by time: closing.cc.
  // Periods of one length that are closed for accounts in one role of one plan.
  struct Closing {
    size_t family = 0;
    calendar::PeriodRule period;
    size_t owner_number = 0;
    std::string owner;
    auto operator<=>(const Closing&) const = default;
  };
  using Member = std::pair<Closing, std::string>;
  struct Due {
    TimeMs at = 0;
    int what = 0;  // 0: a wallet; 1: a period is closed; 2: a goal of a file
    size_t place = 0;
    Wallet wallet;
    Closing closing;
    int32_t period = 0;
  };
  std::vector<Closing> closings() const;
  bool has_closings() const;
  std::vector<const RuleVersion*> rules_of(const Closing& closing) const;
  void note_moved(const SubjectKey& key);
  void settle(const std::string& account);
  std::map<Wallet, int64_t> settled_balances() const;
  void as_of(TimeMs at, const std::function<void()>& run);
  void close(const std::string& account, const Due& due);
  std::vector<std::vector<std::string>> keys_at_close(const RuleVersion& version,
                                                      const std::string& account,
                                                      TimeMs begin) const;
  void count_streak(const RuleVersion& version, const std::string& account, int32_t number);
  // levels.cc
  int64_t level_in(const RuleVersion& version, const std::string& account,
                   const std::vector<std::string>& keys, int32_t period) const;
  void review_levels(const RuleVersion& version, const std::string& account, int32_t number);
  void rise();
  // What the last period that was closed for a member has counted and carried: reopened.cc.
  struct Counted {
    int32_t period = 0;
    std::map<SubjectKey, int64_t> before;  // what was counted up to then
    struct Carried {
      SubjectKey opened;
      SubjectKey carried;
      int64_t over = 0;
    };
    std::vector<Carried> carried;
  };
  void set_back(const std::string& account, const Due& due);
  void carry_surplus(const RuleVersion& version, const std::string& account, int32_t number,
                     Counted& counted);
  Scope scope_at_close(const Current& current, size_t p);
  Scope scope_of_goal(const Current& current, size_t p);
  Current naming(const RuleVersion& version, const std::string& account,
                 const std::vector<std::string>& keys, TimeMs begin, const Event& nothing) const;
  void ask_at_close(const RuleVersion& version, const std::string& account,
                    const std::vector<std::string>& keys, TimeMs begin);
  // Periods that are open again: reopened.cc.
  struct Reopened {
    int32_t period = 0;
    uint64_t lsn = 0;
    TimeMs until = 0;
    bool is_closed = false;
  };
  bool is_open_again(const SealClock& clock, int32_t period, TimeMs at) const;
  bool is_shut(size_t family, const calendar::PeriodRule& rule, int32_t period, TimeMs at) const;
  TimeMs closes_at(const SealClock& clock, int32_t period) const;
  std::optional<std::pair<SealClock, int32_t>> named_period(const Command& command,
                                                            std::string* code) const;
  SealClock clock_of(size_t p, const plan::Challenge& challenge) const;
  std::string may_reopen(const SealClock& clock, int32_t period, TimeMs at) const;
  void reopen(const SealClock& clock, int32_t period);
  void close_again(const SealClock& clock);
  Result turn_period(const Command& command, TimeMs occurred);
  std::set<SealClock> swept_clocks() const;
  void open_seals();
  void wait_for_seals();
  void seal_swept(int slices);
  void seal_settled(size_t p, const calendar::PeriodRule& rule, int32_t period);
  void seal_close(const std::string& account, const Due& due);
  void seal_entries(const SealClock& clock, int32_t period, size_t from);
  bool waits_for_close(const Current& current, size_t p, size_t r, size_t e) const;
  // The legs that are entries. `asked`: null where time alone made them.
  void write(const Wallet& wallet, const std::vector<ledger::Leg>& legs, const Asked* asked);
  void note_posting(const Asked& asked, const Entry& entry);
  ledger::slow::SlowWallet& wallet_of(const Wallet& wallet, const plan::WalletRules& rules);
  static TimeMs warns_at(const plan::WalletRules& rules, const plan::Plan& plan, TimeMs earned,
                         TimeMs expires);

  // A GRANT that was done.
  struct Grant {
    std::string program;
    std::string badge;
    std::string by;
    std::string account;
    TimeMs at = 0;
  };

  // What a command asks of one wallet.
  struct Leg {
    Wallet wallet;
    const plan::Plan* plan = nullptr;
    const plan::WalletRules* rules = nullptr;
    int64_t amount = 0;  // 0: not said
    std::optional<int64_t> total;
  };
  // The command in hand: commands.cc.
  struct Call;
  Result run(Call& call);
  Result grant(const Call& call);
  Result try_grant(const Call& call, const plan::Plan& plan, const plan::Unit& of);
  void post_granted(const Call& call, const plan::Plan& plan, const std::string& account,
                    const std::string& unit, int64_t amount, ledger::Kind kind);
  bool may_grant(const plan::Badge& badge, const std::string& program, const std::string& by) const;
  // How many of them were in the period of `at`, or in life.
  int64_t grants_in(const plan::Plan& plan, const calendar::PeriodRule& period, TimeMs at,
                    const std::vector<TimeMs>& times) const;
  Result set_known(const Call& call);
  Value known_of(const std::string& account, size_t p, const plan::Term& held,
                 TimeMs instant) const;
  Value known_at(const Current& current, size_t p, const plan::Term& held, TimeMs instant) const;
  // Null: nothing is.
  const std::string* known_at(const std::string& account, const std::string& attribute,
                              TimeMs instant) const;
  size_t known_stretches(const std::string& account, const std::string& attribute) const;
  std::vector<Leg> legs_of(const Command& command) const;
  Leg leg_of(const std::string& unit, const std::string& program, const std::string& amount,
             const std::string& total) const;
  ledger::Verdict run_leg(Call& call, const Leg& leg);
  ledger::Verdict post(Call& call, const Leg& leg, ledger::slow::SlowWallet& wallet);
  ledger::Verdict set_aside(Call& call, const Leg& leg, ledger::slow::SlowWallet& wallet);
  void name_held(Call& call);
  uint64_t hold_id(const std::string& source, const std::string& id);

  bool has_work(const Current& current, const Role& role) const;
  bool has_work(const Family& family, const std::string& type, const std::string& role) const;

  std::vector<plan::Plan> plans_;                          // all versions, as they came
  std::vector<uint64_t> published_;                        // by plan: its LSN
  std::vector<size_t> family_number_;                      // by plan
  std::vector<Family> families_;                           // what a person calls a plan
  std::vector<std::vector<std::string>> attribute_names_;  // by plan; of one made, what it says
  std::map<Id, Id> rule_id_;                               // of each rule of each text
  std::map<Id, Id> measure_id_;                            // the same of measures
  uint64_t last_lsn_ = 0;
  std::optional<TimeMs> clock_;
  std::map<SubjectKey, Scored> scored_;
  // Of one ranking of a challenge: the last period that was ranked, and how many were not won
  // since.
  struct Unwon {
    std::optional<int32_t> ranked;
    int64_t periods = 0;
  };
  std::map<std::tuple<size_t, std::string, bool>, Unwon> unwon_;  // plan, challenge, of all
  // The same before the period that was ranked last.
  std::map<std::tuple<size_t, std::string, bool>, std::pair<int32_t, Unwon>> unwon_before_;
  // What accounts have of prizes: plan, rule, effect, account, period.
  std::map<std::tuple<size_t, size_t, size_t, std::string, int32_t>, int64_t> prized_;
  TimeMs sweep_began_ = 0;
  int slices_left_ = 0;
  int next_slice_ = 0;
  std::optional<TimeMs> swept_at_;  // by the last tick
  int records_since_ = 0;
  std::map<std::pair<std::string, std::string>, Seen> seen_;
  std::map<std::pair<std::string, std::string>, uint64_t> names_;  // of holds and spends
  std::vector<Known> known_;
  std::vector<Grant> grants_;  // all that were done
  std::vector<TableRow> rows_;
  Trees trees_;
  std::vector<Command> staged_;     // of one file
  std::vector<DueGoal> due_goals_;  // in their order
  int goal_slices_left_ = 0;        // to sweep until none of the last COMMIT is left
  bool has_commands_ = false;
  std::map<SubjectKey, int64_t> measures_;
  std::map<SubjectKey, int64_t> kept_;  // of a lineage; the number is rule * 4 + Kept
  std::map<SubjectKey, Int128> posted_;
  std::map<std::string, Object> objects_;  // by id
  std::map<SubjectKey, TimeMs> opened_;    // of a lineage per object; the effect is the role
  // The same: what measures were then, `before` it (0) or after it (1).
  std::map<SubjectKey, std::map<std::pair<Id, plan::tree::Moment>, Value>> captured_;
  std::map<SubjectKey, Int128> taken_;
  // Of one limit for one subject: what it was asked for, or how often; or what it let through.
  struct Limited {
    Int128 asked = 0;
    Int128 posted = 0;
  };
  std::map<std::tuple<SubjectKey, std::string>, Limited> limited_;  // of a lineage
  std::map<Id, Int128> credited_;                                   // at the event, by lineage
  std::map<SubjectKey, Int128> pooled_;  // of posted_: what a budget granted and has still
  std::map<Pool, Int128> granted_;       // less what came back
  std::map<Wallet, ledger::slow::SlowWallet> wallets_;
  std::map<Member, int32_t> open_from_;  // the first period that is not closed for the account
  std::map<Member, Counted> counted_;
  std::map<SealClock, int32_t> sealed_from_;  // the first period that waits for no sweep yet
  std::map<std::pair<SealClock, int32_t>, int> to_sweep_;  // slices that are left
  std::map<std::pair<SealClock, int32_t>, uint64_t> through_;
  std::map<std::pair<SealClock, int32_t>, Seal> sealed_;
  std::map<SealClock, Reopened> reopened_;  // the last of each
  bool is_closing_ = false;
  std::set<SubjectKey> risen_;              // measures that the role at hand has moved
  std::map<SubjectKey, int64_t> fed_from_;  // what measures were before rules of the role fed them
  std::map<std::pair<std::string, std::string>, Done> done_;
  std::map<std::pair<std::string, std::string>, uint64_t> reversed_;  // LSN of what did it
  std::set<Wallet> maybe_closed_;                                     // that a command was to close
  std::vector<Correction> corrected_;                                 // by all versions
  std::vector<Posting> postings_;
  uint64_t posting_for_ = 0;  // the event in hand, also of a CORRECT
  uint64_t corrections_ = 0;
  std::map<Id, Moved>* moving_ = nullptr;  // of the plan in hand
  const Done* undoing_ = nullptr;          // of the REVERSE in hand
  Done* doing_ = nullptr;                  // of the event in hand
  std::string doing_role_;
  std::vector<Asked> asked_;  // of the role in hand, in the order of the rules
  // What a rule of a group asks for, and who is paid.
  struct Stacked {
    Int128 asked = 0;
    std::string account;
  };
  std::map<Id, Stacked> stacked_;  // by rule: of the plan and role in hand
  std::map<std::pair<uint64_t, std::string>, int> entries_of_;  // (lsn, account): how many
  Observer observer_;
  std::vector<Entry> entries_;
  std::vector<EntryLot> lots_;
};

}  // namespace guerdon::reference
