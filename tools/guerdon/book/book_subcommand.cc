#include <memory>

#include "tools/guerdon/book/book_command.h"
#include "tools/guerdon/subcommands.h"

namespace guerdon::tools {

namespace {

void add_book_inspect(CLI::App& book, Subcommands& all) {
  const auto options = std::make_shared<BookInspectOptions>();
  CLI::App* app = book.add_subcommand("inspect", "What a book holds: figures, blocks, entries");
  app->add_option("DIR", options->folder, "The folder of an engine, or of its book")
      ->type_name("")
      ->required();
  app->add_flag("--blocks", options->blocks, "A line a block, with what a scan skips it by");
  app->add_flag("--entries", options->entries, "A line an entry, in numbers as they are kept");
  app->add_option("--from", options->from_lsn, "Blocks or entries from this LSN on")
      ->type_name("LSN")
      ->check(from_1_to(UINT64_MAX));
  app->add_option("--to", options->to_lsn, "The last LSN that is shown")
      ->type_name("LSN")
      ->check(from_1_to(UINT64_MAX));
  app->add_flag("--json", options->json, "An object of JSON a line");
  all.push_back({app, [options] { return book_inspect(*options); }});
}

void add_book_verify(CLI::App& book, Subcommands& all) {
  const auto folder = std::make_shared<std::string>();
  CLI::App* app = book.add_subcommand(
      "verify", "Read all of a book: checks, order, links; say what is wrong, and where");
  app->add_option("DIR", *folder, "The folder of an engine, or of its book")
      ->type_name("")
      ->required();
  app->footer("`guerdon verify` compares it with what the log gives, entry by entry.");
  all.push_back({app, [folder] { return book_verify(*folder); }});
}

}  // namespace

void add_book(CLI::App& parent, Subcommands& all) {
  CLI::App* book =
      parent.add_subcommand("book", "Look into the register of an engine, and verify it");
  add_book_inspect(*book, all);
  add_book_verify(*book, all);
  book->footer("Nothing is changed or locked; the engine may run meanwhile.");
  all.push_back(
      {book,
       [] { return wrong_usage("guerdon book", "what to do with the book: inspect or verify?"); }});
}

}  // namespace guerdon::tools
