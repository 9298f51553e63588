// How long simdjson takes to look at every value of a JSON file: the floor for reading one.
#include <chrono>
#include <cstdio>
#include <simdjson.h>

using namespace simdjson;

static uint64_t walk(dom::element element) {
  uint64_t sum = 1;
  switch (element.type()) {
    case dom::element_type::ARRAY:
      for (dom::element child : dom::array(element)) sum += walk(child);
      break;
    case dom::element_type::OBJECT:
      for (auto [key, value] : dom::object(element)) sum += key.size() + walk(value);
      break;
    case dom::element_type::STRING: sum += std::string_view(element).size(); break;
    default: break;
  }
  return sum;
}

int main(int, char **arguments) {
  auto start = std::chrono::steady_clock::now();
  padded_string text = padded_string::load(arguments[1]);
  dom::parser parser;
  uint64_t sum = walk(parser.parse(text));
  std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  std::printf("%.3f %llu\n", took.count(), (unsigned long long)sum);
}
