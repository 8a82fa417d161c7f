// A test is a function named by TEST; a failed EXPECT is reported and the test goes on.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/dispatch.h"

namespace ssm_test {

struct TestEntry {
  const char* name;
  void (*run)();
};

bool Register(const char* name, void (*run)());
void Expect(bool holds, const char* file, int line, const char* format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 4, 5)))
#endif
    ;
// The compiled variants that this processor can run; the others are listed as skipped by the runner.
const std::vector<ssm::Isa>& RunnableIsas();

}  // namespace ssm_test

#define TEST(name)                                                              \
  static void name();                                                           \
  static const bool name##_registered = ::ssm_test::Register(#name, name);      \
  static void name()
// EXPECT(condition, printf arguments that say what came)
#define EXPECT(condition, ...) ::ssm_test::Expect((condition), __FILE__, __LINE__, __VA_ARGS__)
#define EXPECT_OK(status_expression)                                                       \
  do {                                                                                     \
    const ::ssm::Status status_of_expression = (status_expression);                        \
    EXPECT(status_of_expression.ok(), "%s", status_of_expression.message());               \
  } while (false)
