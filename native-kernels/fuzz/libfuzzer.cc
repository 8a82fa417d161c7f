// Hands libFuzzer's bytes to the target that the build names.
#include "fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  ssm_fuzz::SSM_FUZZ_TARGET(bytes, size);
  return 0;
}
