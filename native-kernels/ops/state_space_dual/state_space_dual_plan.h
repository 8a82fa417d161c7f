// The scalars of StateSpaceDual, worked out for a tile of time steps before its vectors are touched. See README.md for the derivation.
#pragma once

#include "runtime/simd/math.h"
#include "runtime/simd/walk.h"

namespace ssm {
namespace SSM_ISA {

constexpr int kTile = 16;                         // time steps between two visits to the same channels; a multiple of kWidth and kSteps
constexpr int kSteps = kRegisters == 32 ? 4 : 2;  // time steps at each visit to a state vector
constexpr double kMostLogScale = 32.0;            // the stored state is within 2^±32 of the true one
constexpr double kLog2EDouble = 1.4426950408889634;

// The scalars of one head over a tile. The state of a long input is stored divided by 2^c, c the log2 of the decay since it was last folded
// in: a step then adds gain dt x B to it and its read-out is multiplied by scale, with no product by the decay. The logs are
// doubles: in a float, a slow decay would lose its last digits to the sum.
struct Plan {
  alignas(64) float dt[kTile];
  double log_decay[kTile];         // log2 of the step's decay
  double log_power[kTile];         // log2 of fold at a folding step, elsewhere c
  alignas(64) float scale[kTile];  // 2^c of the step; 1 where it folds
  alignas(64) float gain[kTile];   // dt 2^-c
  alignas(64) float fold[kTile];   // brings the stored state to the true scale of a folding step; elsewhere 2^c, unused
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

// dt and its log decay of a head; steps from `rows` on are zeros.
SSM_INLINE void ReadSteps(const Walk<const float>& dt, std::int64_t t, int rows, float A, float bias, bool softplus, Plan& plan) {
  for (int r = 0; r < kTile; ++r) plan.dt[r] = r < rows ? *dt.Row(t + r) + bias : 0.0f;
  if (softplus) {
    for (int r = 0; r < kTile; r += kWidth) Store(plan.dt + r, Softplus(Load(plan.dt + r)));
  }
  for (int r = 0; r < kTile; ++r) plan.log_decay[r] = static_cast<double>(plan.dt[r]) * A * kLog2EDouble;
}

// Logs of `steps` steps from r on, starting at c. False, and unfinished, if one is out of range or NaN.
SSM_INLINE bool FillLogs(Plan& plan, int r, int steps, double c) {
  for (int s = r; s < r + steps; ++s) {
    c += plan.log_decay[s];
    if (!(c <= kMostLogScale && c >= -kMostLogScale)) return false;
    plan.log_power[s] = c;
  }
  return true;
}

// Cuts the tile into blocks and fills in their scalars; c is the log scale of the stored state before and, returned, after.
SSM_INLINE double MakePlan(int rows, double c, Plan& plan) {
  for (int r = 0; r < kTile; ++r) {
    plan.log_power[r] = 0.0;
    plan.folds[r] = false;
  }
  for (int r = 0; r < rows;) {
    int steps = r + kSteps <= rows ? kSteps : 1;
    const bool folds = !FillLogs(plan, r, steps, c);
    if (folds) {
      plan.log_power[r] = c + plan.log_decay[r];
      if (!FillLogs(plan, r + 1, steps - 1, 0.0)) steps = 1;
    }
    plan.folds[r] = folds;
    plan.steps[r] = steps;
    c = folds && steps == 1 ? 0.0 : plan.log_power[r + steps - 1];
    r += steps;
  }
  Exp2Tile(plan.log_power, plan.fold);
  // One exponential for both: where a step folds, its scale is known.
  for (int r = 0; r < kTile; ++r) plan.scale[r] = plan.folds[r] ? 1.0f : plan.fold[r];
  for (int r = 0; r < kTile; r += kWidth) Store(plan.gain + r, Load(plan.dt + r) / Load(plan.scale + r));
  return c;
}

}  // namespace SSM_ISA
}  // namespace ssm
