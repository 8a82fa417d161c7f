// Memory that is refused, at each allocation of a call in turn: a status that names the operator, never an abort. This file replaces operator new for
// the whole program.
#include <cstdlib>
#include <cstring>
#include <new>
#include <vector>

#include "runtime/thread_pool.h"
#include "tests/causal_conv1d_problem.h"
#include "tests/diagonal_state_space_problem.h"
#include "tests/gated_rms_norm_problem.h"
#include "tests/selective_scan_2d_problem.h"
#include "tests/selective_scan_problem.h"
#include "tests/state_space_dual_problem.h"
#include "tests/test.h"
#include "tests/wkv_problem.h"

namespace {

constexpr int kNever = -1;
int granted = kNever;  // allocations that may fail and are still granted; of the calling thread alone, as operators allocate before their tasks

#ifdef _WIN32
void* Allocate(std::size_t bytes) { return _aligned_malloc(bytes, 64); }
void Free(void* memory) { _aligned_free(memory); }
#else
void* Allocate(std::size_t bytes) { return std::aligned_alloc(64, (bytes + 63) / 64 * 64); }
void Free(void* memory) { std::free(memory); }
#endif

void* Granted(std::size_t bytes) {
  if (granted == 0) return nullptr;
  if (granted > 0) --granted;
  return Allocate(bytes);
}

void* Always(std::size_t bytes) {
  void* const memory = Allocate(bytes);
  if (!memory) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) { return Always(bytes); }
void* operator new[](std::size_t bytes) { return Always(bytes); }
void* operator new(std::size_t bytes, std::align_val_t) { return Always(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return Granted(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return Granted(bytes); }
void* operator new(std::size_t bytes, std::align_val_t, const std::nothrow_t&) noexcept { return Granted(bytes); }
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete[](void* memory) noexcept { Free(memory); }
void operator delete(void* memory, std::size_t) noexcept { Free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { Free(memory); }

namespace ssm_test {
namespace {

// `allocations`: how many each kernel makes at least.
template <typename Problem>
void ExpectRefusalsAreStatuses(const typename Problem::Shape& shape, int allocations) {
  const Problem problem(shape, 1);
  std::vector<float> y(problem.YSize());
  typename Problem::Params params = problem.params;
  Problem::SetY(params, y.data());
  ssm::ThreadPool pool(2);
  std::vector<ssm::Isa> isas = RunnableIsas();
  isas.push_back(ssm::Isa::kReference);
  for (const ssm::Isa isa : isas) {
    for (int nth = 0;; ++nth) {
      granted = nth;
      const ssm::Status status = Problem::Run(params, pool.parallel(), isa);
      granted = kNever;
      if (status.ok()) {
        EXPECT(nth >= allocations || isa == ssm::Isa::kReference, "%s with %s allocated %d times, expected %d", Problem::kName, IsaName(isa), nth, allocations);
        break;
      }
      EXPECT(status.code() == ssm::StatusCode::kOutOfMemory && std::strstr(status.message(), Problem::kName), "allocation %d of %s with %s: %s", nth, Problem::kName,
             IsaName(isa), status.message());
      if (nth > 50) break;
    }
  }
}

TEST(EveryRefusedAllocationIsAStatus) {
  SelectiveScanProblem::Shape scan;
  ExpectRefusalsAreStatuses<SelectiveScanProblem>(scan, 3);
  scan.batch = 1, scan.channels = 3, scan.length = 2048;  // shared by time
  ExpectRefusalsAreStatuses<SelectiveScanProblem>(scan, 5);

  SelectiveScan2dProblem::Shape scan2d;
  ExpectRefusalsAreStatuses<SelectiveScan2dProblem>(scan2d, 4);
  scan2d.batch = 1, scan2d.channels = 3, scan2d.groups = 1;  // directions apart
  ExpectRefusalsAreStatuses<SelectiveScan2dProblem>(scan2d, 4);

  ExpectRefusalsAreStatuses<CausalConv1dProblem>({}, 1);
  ExpectRefusalsAreStatuses<StateSpaceDualProblem>({}, 2);
  ExpectRefusalsAreStatuses<GatedRmsNormProblem>({}, 0);

  ExpectRefusalsAreStatuses<WkvProblem<ssm::WkvVersion::kRwkv6>>({}, 2);
  ExpectRefusalsAreStatuses<WkvProblem<ssm::WkvVersion::kRwkv7>>({}, 2);

  DiagonalStateSpaceProblem::Shape diagonal;
  ExpectRefusalsAreStatuses<DiagonalStateSpaceProblem>(diagonal, 2);
  diagonal.inputs = diagonal.outputs = 1;
  ExpectRefusalsAreStatuses<DiagonalStateSpaceProblem>(diagonal, 2);
  diagonal.inputs = diagonal.outputs = 9, diagonal.bank = true, diagonal.initial = false;
  for (const ssm::DiagonalForm form : {ssm::DiagonalForm::kRecurrence, ssm::DiagonalForm::kFft}) {
    diagonal.form = form;
    ExpectRefusalsAreStatuses<DiagonalStateSpaceProblem>(diagonal, 2);
  }
}

}  // namespace
}  // namespace ssm_test
