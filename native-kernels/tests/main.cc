#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "runtime/isa_list.h"
#include "tests/test.h"

namespace ssm_test {
namespace {

std::vector<TestEntry>& Tests() {
  static std::vector<TestEntry> tests;
  return tests;
}

constexpr int kMostMessages = 5;  // of one test
int expectations = 0;             // of the running test
int failures = 0;                 // of the running test

}  // namespace

bool Register(const char* name, void (*run)()) {
  Tests().push_back({name, run});
  return true;
}

void Expect(bool holds, const char* file, int line, const char* format, ...) {
  ++expectations;
  if (holds || ++failures > kMostMessages) return;
  std::printf("  %s:%d: ", file, line);
  va_list arguments;
  va_start(arguments, format);
  std::vprintf(format, arguments);
  va_end(arguments);
  std::printf("\n");
}

const std::vector<ssm::Isa>& RunnableIsas() {
  static const std::vector<ssm::Isa> isas = [] {
    std::vector<ssm::Isa> runnable;
#define SSM_ADD_OR_SKIP(enumerator, name)                              \
  if (ssm::IsaSupported(ssm::Isa::enumerator)) {                       \
    runnable.push_back(ssm::Isa::enumerator);                          \
  } else {                                                             \
    std::printf("skipped: " #name ", this processor lacks it\n");      \
  }
    SSM_SIMD_ISAS(SSM_ADD_OR_SKIP)
#undef SSM_ADD_OR_SKIP
    return runnable;
  }();
  return isas;
}

// True if the test, which must make at least one expectation, passed.
static bool RunOne(const TestEntry& test) {
  expectations = failures = 0;
  test.run();
  const bool passed = failures == 0 && expectations > 0;
  std::printf("%s %s (%d checks", passed ? "ok  " : "FAIL", test.name, expectations);
  if (failures > 0) std::printf(", %d failed", failures);
  std::printf(")\n");
  return passed;
}

}  // namespace ssm_test

// Arguments: parts of names of the tests to run; none means all.
int main(int count, char** arguments) {
  int passed = 0, failed = 0;
  for (const ssm_test::TestEntry& test : ssm_test::Tests()) {
    bool wanted = count < 2;
    for (int i = 1; i < count; ++i) wanted |= std::strstr(test.name, arguments[i]) != nullptr;
    if (wanted) ++(ssm_test::RunOne(test) ? passed : failed);
  }
  const std::vector<ssm::Isa>& isas = ssm_test::RunnableIsas();  // first, as it prints what it skips
  std::printf("%d passed, %d failed; variants:", passed, failed);
  for (const ssm::Isa isa : isas) std::printf(" %s", ssm::IsaName(isa));
  std::printf("\n");
  return failed == 0 && passed > 0 ? 0 : 1;
}
