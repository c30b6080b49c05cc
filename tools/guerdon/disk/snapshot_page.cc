#include <algorithm>
#include <string_view>

#include "tools/guerdon/disk/snapshot_report.h"

namespace guerdon::tools {

namespace {

constexpr size_t kLabelWidth = 12;
constexpr size_t kNumberWidth = 14;

std::string padded(std::string_view text, size_t width) {
  return std::string(text) + std::string(width - std::min(text.size(), width), ' ');
}

std::string right(std::string_view text, size_t width) {
  return std::string(width - std::min(text.size(), width), ' ') + std::string(text);
}

std::string row(std::string_view label, std::string_view value) {
  return "  " + padded(label, kLabelWidth) + std::string(value) + "\n";
}

std::string header_rows(const snapshot::SnapshotHeader& header) {
  return row("format", std::to_string(header.version)) + row("log", header.log.to_hex()) +
         row("LSN", std::to_string(header.lsn)) + row("epoch", std::to_string(header.epoch)) +
         row("chain", to_hex(header.chain)) + row("clock", to_time(header.clock)) +
         row("created", to_time(header.created_at)) + row("plans", header.plans.to_hex());
}

std::string section_row(std::string_view label, std::string_view blocks, std::string_view bytes) {
  return "  " + padded(label, kLabelWidth) + right(blocks, kNumberWidth) +
         right(bytes, kNumberWidth) + "\n";
}

std::string section_rows(const std::vector<SnapshotSection>& sections) {
  std::string rows = section_row("section", "blocks", "bytes");
  for (const SnapshotSection& section : sections) {
    const std::string label = section.name.empty() ? std::to_string(section.number) : section.name;
    rows += section_row(label, std::to_string(section.blocks), std::to_string(section.bytes));
  }
  return rows;
}

}  // namespace

std::string to_page(const SnapshotReport& report) {
  std::string page =
      report.name + "\n" + header_rows(report.header) + "\n" + section_rows(report.sections) +
      "\n" + row("blocks", std::to_string(report.footer.blocks)) +
      row("bytes", std::to_string(report.bytes)) + row("SHA-256", to_hex(report.footer.digest));
  std::string_view rest = report.summary;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    const size_t space = std::min(line.find(' '), line.size());
    page += row(line.substr(0, space), line.substr(std::min(space + 1, line.size())));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return page;
}

}  // namespace guerdon::tools
