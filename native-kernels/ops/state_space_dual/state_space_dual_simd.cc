// StateSpaceDual, lanes along the channels of a head, several time steps at each visit to the state. See README.md for the derivation.
#include "ops/state_space_dual/state_space_dual.h"
#include "runtime/simd/math.h"
#include "runtime/simd/walk.h"
#include "runtime/work_space.h"

namespace ssm {
namespace SSM_ISA {
namespace {

constexpr int kTile = 32;                          // time steps between two visits to the same channels; a multiple of kWidth
constexpr int kSteps = kRegisters == 32 ? 4 : 2;   // time steps at each visit to a state vector
constexpr double kLog2EDouble = 1.4426950408889634;
constexpr int kStrip = 2;                          // channel vectors that share one broadcast of B and C
constexpr double kMostLogScale = 32.0;             // the stored state is within 2^±32 of the true one

// The scalars of one head over a tile. The state is stored divided by 2^c, c the log2 of the decay since it was last folded in:
// a step then adds gain dt x B to it and its read-out is multiplied by scale, with no product by the decay. The logs are
// doubles: in a float, a slow decay would lose its last digits to the sum.
struct Plan {
  alignas(64) float dt[kTile];
  double log_decay[kTile];         // log2 of the step's decay
  double log_scale[kTile];         // c
  double log_fold[kTile];          // of fold, below
  alignas(64) float scale[kTile];  // 2^c of the step
  alignas(64) float gain[kTile];   // dt 2^-c
  alignas(64) float fold[kTile];   // at a folding step: brings the stored state to the step's true scale
  bool folds[kTile];
  int steps[kTile];                // at the first step of a block: how many steps it has, kSteps or 1
};

// 2^logs of a whole tile. A float holds a log only to some 2^-20, so the rest goes in apart: 2^(a + b) = 2^a (1 + b ln 2).
SSM_INLINE void Exp2Tile(const double* logs, float* powers) {
  alignas(64) float high[kTile], low[kTile];
  for (int r = 0; r < kTile; ++r) {
    const double log = logs[r] < -200.0 ? -200.0 : logs[r] > 200.0 ? 200.0 : logs[r];  // the same power; infinities have no rest
    high[r] = static_cast<float>(log);
    low[r] = static_cast<float>(log - high[r]);
  }
  for (int r = 0; r < kTile; r += kWidth) {
    Store(powers + r, Exp2(Load(high + r)) * Fma(Load(low + r), Set(0.693147181f), Set(1.0f)));
  }
}

struct Item {
  Walk<const float> x, z, dt, B, C;  // of one batch item, at the first channel of the head, the head, and its group
  Walk<float> y;
  float* h;     // [vectors, N, kWidth] of one head
  float A, dt_bias, D;
};

class Dual {
 public:
  explicit Dual(const StateSpaceDualParams& p) : p_(p) {}

  // Runs the channel vectors [begin, end) of one head over the whole length; h0 and h are [P, N] or null.
  void Run(const Item& item, const float* h0, float* h, std::int64_t begin, std::int64_t end) const {
    const FlushDenormals flush;
    ReadState(h0, item.h, begin, end);
    double c = 0.0;
    for (std::int64_t t = 0; t < p_.length; t += kTile) {
      const int rows = static_cast<int>(Least<std::int64_t>(kTile, p_.length - t));
      Plan plan;
      c = MakePlan(item, t, rows, c, plan);
      std::int64_t v = begin;
      for (; v + kStrip <= end; v += kStrip) RunStrip<kStrip>(item, t, rows, v, plan);
      for (; v < end; ++v) RunStrip<1>(item, t, rows, v, plan);
    }
    if (h) WriteState(item.h, h, begin, end, c);
  }

 private:
  void ReadState(const float* h0, float* packed, std::int64_t begin, std::int64_t end) const {
    const std::int64_t P = p_.channels, N = p_.state;
    for (std::int64_t p = begin * kWidth; p < end * kWidth; ++p) {
      float* const to = packed + p / kWidth * N * kWidth + p % kWidth;
      for (std::int64_t n = 0; n < N; ++n) to[n * kWidth] = h0 && p < P ? h0[p * N + n] : 0.0f;
    }
  }

  void WriteState(const float* packed, float* h, std::int64_t begin, std::int64_t end, double c) const {
    const std::int64_t P = p_.channels, N = p_.state;
    float scale[kWidth];
    Store(scale, Exp2(Set(static_cast<float>(c))));
    for (std::int64_t p = begin * kWidth; p < Least(end * kWidth, P); ++p) {
      const float* const from = packed + p / kWidth * N * kWidth + p % kWidth;
      for (std::int64_t n = 0; n < N; ++n) h[p * N + n] = from[n * kWidth] * scale[0];
    }
  }

  // Cuts the tile into blocks and fills in their scalars; c is the log scale of the stored state before and, returned, after.
  double MakePlan(const Item& item, std::int64_t t, int rows, double c, Plan& plan) const {
    for (int r = 0; r < kTile; ++r) plan.dt[r] = r < rows ? *item.dt.Row(t + r) + item.dt_bias : 0.0f;
    if (p_.dt_softplus) {
      for (int r = 0; r < kTile; r += kWidth) Store(plan.dt + r, Softplus(Load(plan.dt + r)));
    }
    for (int r = 0; r < kTile; ++r) {
      plan.log_decay[r] = static_cast<double>(plan.dt[r]) * item.A * kLog2EDouble;
      plan.log_scale[r] = plan.log_fold[r] = 0.0;
    }
    for (int r = 0; r < rows;) {
      int steps = r + kSteps <= rows ? kSteps : 1;
      plan.folds[r] = !FillLogs(plan, r, steps, c);
      if (plan.folds[r]) {
        plan.log_fold[r] = c + plan.log_decay[r];
        plan.log_scale[r] = 0.0;
        if (!FillLogs(plan, r + 1, steps - 1, 0.0)) steps = 1;
      }
      plan.steps[r] = steps;
      r += steps;
      c = plan.log_scale[r - 1];
    }
    Exp2Tile(plan.log_scale, plan.scale);
    Exp2Tile(plan.log_fold, plan.fold);
    for (int r = 0; r < kTile; r += kWidth) Store(plan.gain + r, Load(plan.dt + r) / Load(plan.scale + r));
    return c;
  }

  // Log scales of `steps` steps from r on, starting at c. False, and unfinished, if one is out of range or NaN.
  static bool FillLogs(Plan& plan, int r, int steps, double c) {
    for (int s = r; s < r + steps; ++s) {
      c += plan.log_decay[s];
      if (!(c <= kMostLogScale && c >= -kMostLogScale)) return false;
      plan.log_scale[s] = c;
    }
    return true;
  }

  template <int kVectors>
  void RunStrip(const Item& item, std::int64_t t, int rows, std::int64_t v, const Plan& plan) const {
    for (int r = 0; r < rows; r += plan.steps[r]) {
      if (plan.steps[r] == kSteps) {
        if (plan.folds[r]) {
          RunBlock<kVectors, kSteps, true>(item, t, r, v, plan);
        } else {
          RunBlock<kVectors, kSteps, false>(item, t, r, v, plan);
        }
      } else if (plan.folds[r]) {
        RunBlock<kVectors, 1, true>(item, t, r, v, plan);
      } else {
        RunBlock<kVectors, 1, false>(item, t, r, v, plan);
      }
    }
  }

  template <int kVectors, int kCount, bool kFold>
  void RunBlock(const Item& item, std::int64_t t, int r, std::int64_t v, const Plan& plan) const {
    const std::int64_t N = p_.state;
    const float *B[kCount], *C[kCount];
    Vec drive[kCount][kVectors], y[kCount][kVectors];
    for (int s = 0; s < kCount; ++s) {
      B[s] = item.B.Row(t + r + s);
      C[s] = item.C.Row(t + r + s);
      for (int i = 0; i < kVectors; ++i) {
        const std::int64_t p = (v + i) * kWidth;
        drive[s][i] = Set(plan.gain[r + s]) * LoadUpTo(item.x.Row(t + r + s) + p, p_.channels - p);
        y[s][i] = Set(0.0f);
      }
    }
    const Vec fold = Set(plan.fold[r]);
    float* const h = item.h + v * N * kWidth;
    for (std::int64_t n = 0; n < N; ++n) {
      Vec h_n[kVectors];
      for (int i = 0; i < kVectors; ++i) {
        h_n[i] = Load(h + (i * N + n) * kWidth);
        if (kFold) h_n[i] = h_n[i] * fold;
      }
      for (int s = 0; s < kCount; ++s) {
        const Vec B_n = Set(B[s][n]), C_n = Set(C[s][n]);
        for (int i = 0; i < kVectors; ++i) {
          h_n[i] = Fma(drive[s][i], B_n, h_n[i]);
          y[s][i] = Fma(C_n, h_n[i], y[s][i]);
        }
      }
      for (int i = 0; i < kVectors; ++i) Store(h + (i * N + n) * kWidth, h_n[i]);
    }
    for (int s = 0; s < kCount; ++s) {
      for (int i = 0; i < kVectors; ++i) Finish(item, t + r + s, v + i, Set(plan.scale[r + s]) * y[s][i]);
    }
  }

  // Skip and gate.
  void Finish(const Item& item, std::int64_t t, std::int64_t v, Vec y) const {
    const std::int64_t p = v * kWidth, left = p_.channels - p;
    if (p_.D) y = Fma(Set(item.D), LoadUpTo(item.x.Row(t) + p, left), y);
    if (p_.z) y = y * Silu(LoadUpTo(item.z.Row(t) + p, left));
    StoreUpTo(item.y.Row(t) + p, y, left);
  }

  const StateSpaceDualParams& p_;
};

}  // namespace

Status RunStateSpaceDual(const StateSpaceDualParams& p, const Parallel& parallel) {
  SetLastIsa(kIsa);
  const std::int64_t vectors = (p.channels + kWidth - 1) / kWidth;
  const WorkSpace h(p.batch * p.heads, vectors, p.state, kWidth);
  if (!h.data()) return Status::OutOfMemory("StateSpaceDual", h.bytes());
  const Dual dual(p);

  // A task is a head or, where heads are few, whole strips of one.
  const std::int64_t strips = (vectors + kStrip - 1) / kStrip;
  const std::int64_t wanted = parallel.threads > 1 ? (2 * parallel.threads + p.batch * p.heads - 1) / (p.batch * p.heads) : 1;
  const std::int64_t parts = Least(strips, wanted);
  const auto task = [&](std::size_t index) {
    const std::int64_t part = static_cast<std::int64_t>(index) % parts, bk = static_cast<std::int64_t>(index) / parts;
    const std::int64_t b = bk / p.heads, k = bk % p.heads;
    const std::int64_t channel = k * p.channels, group = k / (p.heads / p.groups) * p.state;
    const auto walk = [&](auto* tensor, const Strides& strides, std::int64_t offset) {
      return WalkOf(tensor ? tensor + offset : nullptr, strides, b, p.length, p.reverse);
    };
    const Item item{walk(p.x, p.x_stride, channel), walk(p.z, p.z_stride, channel), walk(p.dt, p.dt_stride, k),
                    walk(p.B, p.B_stride, group),   walk(p.C, p.C_stride, group),   walk(p.y, p.y_stride, channel),
                    h.data() + bk * vectors * p.state * kWidth,
                    p.A[k],
                    p.dt_bias ? p.dt_bias[k] : 0.0f,
                    p.D ? p.D[k] : 0.0f};
    const std::int64_t state = bk * p.channels * p.state;
    dual.Run(item, p.h0 ? p.h0 + state : nullptr, p.h ? p.h + state : nullptr, strips * part / parts * kStrip,
             Least(strips * (part + 1) / parts * kStrip, vectors));
  };
  ParallelFor(parallel, static_cast<std::size_t>(p.batch * p.heads * parts), task);
  return Status::Ok();
}

}  // namespace SSM_ISA
}  // namespace ssm
