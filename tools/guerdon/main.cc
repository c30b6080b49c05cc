#include "tools/guerdon/command_line.h"

int main(int argc, char** argv) {
  return static_cast<int>(guerdon::tools::run_command_line(argc, argv));
}
