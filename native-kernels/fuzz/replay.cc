// The targets on random bytes from a fixed seed, for compilers without libFuzzer: fuzz_replay [ROUNDS]. A round that fails ends the process, after its name.
#include <cstdio>
#include <cstdlib>

#include "fuzz/fuzz.h"

int main(int count, char** arguments) {
  const long rounds = count > 1 ? std::atol(arguments[1]) : 5'000;
  constexpr std::size_t kBytes = 128;
  for (long round = 0; round < rounds; ++round) {
    ssm_test::Random random(static_cast<std::uint64_t>(round));
    std::uint8_t bytes[kBytes];
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random.Next());
    ssm_fuzz::FuzzOperators(bytes, kBytes);
    ssm_fuzz::FuzzStrides(bytes, kBytes);
  }
  std::printf("%ld rounds passed\n", rounds);
  return 0;
}
