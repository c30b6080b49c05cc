#pragma once

#include <cstdint>

namespace guerdon::os {

// From the system's source of randomness. Only for names of things: nothing that is computed may
// depend on it.
uint64_t random_number();

}  // namespace guerdon::os
