#include "engine/runtime/audit.h"

#include <algorithm>
#include <string_view>

#include "engine/ledger/leg.h"
#include "engine/money/decimal.h"

namespace guerdon::runtime {

namespace {

using base::Int128;
using ledger::SystemAccount;

class Page {
 public:
  Page(int scale, std::string* out) : scale_(scale), out_(out) {}

  void line(std::string_view name, Int128 amount) {
    const std::string shown = money::format_decimal(amount, scale_);
    out_->append("  ").append(name).append(kNameWidth - name.size(), ' ');
    out_->append(kAmountWidth - std::min(kAmountWidth, shown.size()), ' ').append(shown) += '\n';
  }
  void line_unless_zero(std::string_view name, Int128 amount) {
    if (amount != 0) line(name, amount);
  }

 private:
  static constexpr size_t kNameWidth = 12;
  static constexpr size_t kAmountWidth = 24;

  const int scale_;
  std::string* const out_;
};

}  // namespace

shard::Audit audit(const plan::Program& program,
                   const std::vector<std::unique_ptr<shard::Shard>>& shards, base::TimeMs clock) {
  shard::Audit all;
  all.units.resize(program.wallets.size());
  for (size_t s = 0; s < shards.size(); ++s) {
    const shard::Audit part = shard::audit(program, *shards[s], clock);
    for (size_t w = 0; w < all.units.size(); ++w) all.units[w].add(part.units[w]);
    if (part.difference.empty() || !all.difference.empty()) continue;
    all.difference = "shard " + std::to_string(s) + ": " + part.difference;
  }
  for (size_t w = 0; w < all.units.size() && all.difference.empty(); ++w) {
    const Int128 lent = all.units[w].system[static_cast<size_t>(SystemAccount::kDebt)];
    if (all.units[w].owed + lent == 0) continue;
    all.difference = "the wallets in " + shard::unit_name(program, w) + " owe " +
                     base::to_string(all.units[w].owed) + ", the account of debts has " +
                     base::to_string(lent);
  }
  return all;
}

std::string audit_text(const plan::Program& program, const shard::Audit& found) {
  std::string text;
  for (size_t w = 0; w < found.units.size(); ++w) {
    const shard::UnitBooks& unit = found.units[w];
    text.append(shard::unit_name(program, w));
    text.append(", ").append(std::to_string(unit.wallets)).append(" wallets\n");
    Page page(program.wallets[w].scale, &text);
    page.line("balances", unit.balances);
    page.line_unless_zero("  held", unit.held);
    page.line_unless_zero("  pending", unit.pending);
    page.line_unless_zero("(owed)", unit.owed);
    for (size_t a = 0; a < unit.system.size(); ++a) {
      page.line_unless_zero(ledger::system_account_name(static_cast<SystemAccount>(a)),
                            unit.system[a]);
    }
    page.line("sum", unit.sum());
  }
  return text;
}

}  // namespace guerdon::runtime
