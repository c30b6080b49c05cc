// An event as it goes over the wire: words, not values.
#pragma once

#include <string_view>
#include <vector>

namespace guerdon::load {

struct WireAttribute {
  std::string_view name;
  std::string_view value;  // not empty: what is missing is left out
};

// Views; whoever fills it says how long they are valid.
struct WireEvent {
  std::string_view type;
  std::string_view id;
  std::string_view account;  // also among the attributes; empty where the event has none
  std::vector<WireAttribute> attributes;  // in the order in which they are sent
};

}  // namespace guerdon::load
