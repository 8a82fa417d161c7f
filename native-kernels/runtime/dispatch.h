// Which compiled variant of a kernel runs: chosen once from the processor, forced by SSM_FORCE_ISA, or named per call.
#pragma once

namespace ssm {

enum class Isa {
  kReference,  // plain loops, double accumulators: the definition
  kBaseline,   // SSE2, which every x86-64 has
  kAvx2,       // AVX2 with FMA
  kAvx512,     // AVX-512 F, VL, DQ and BW
  kNeon,       // aarch64
};

inline constexpr Isa kAllIsas[] = {Isa::kReference, Isa::kBaseline, Isa::kAvx2, Isa::kAvx512, Isa::kNeon};

// "reference", "baseline", "avx2", "avx512" or "neon": also the values of SSM_FORCE_ISA.
const char* IsaName(Isa isa);
// False, leaving *isa alone, when the name is unknown or null.
bool ParseIsa(const char* name, Isa* isa);

// True if this build holds the variant and this processor and operating system can run it.
bool IsaSupported(Isa isa);
Isa BestIsa();
// BestIsa(), unless the environment variable SSM_FORCE_ISA named a supported one when the process first asked.
Isa SelectedIsa();

// True if this processor runs an operation on 512 bits as two, one after the other, as Zen 4 does: fewer of them at a time then keep it busy.
bool HalvesWideVectors();

// The variant that the calling thread's last operator call ran; every kernel states its own. For tests and logs.
Isa LastIsa();
void SetLastIsa(Isa isa);

}  // namespace ssm
