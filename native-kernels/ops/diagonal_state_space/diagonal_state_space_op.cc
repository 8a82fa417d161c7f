#include <algorithm>
#include <array>
#include <new>

#include "ops/diagonal_state_space/diagonal_plan.h"
#include "ops/diagonal_state_space/diagonal_state_space.h"
#include "ops/operator.h"

namespace ssm {
namespace {

enum Input { kX, kA, kC, kB, kDt, kD, kH0 };
constexpr Input kWeights[] = {kA, kC, kB, kDt, kD};
using Weights = std::array<const float*, std::size(kWeights)>;

struct Prepared {
  Weights weights;  // what the plan was made from
  std::unique_ptr<DiagonalPlan> plan;
};

Weights WeightsOf(const OperatorCall& call) {
  Weights weights{};
  std::transform(std::begin(kWeights), std::end(kWeights), weights.begin(), [&](Input i) { return call.inputs[i]; });
  return weights;
}

DiagonalStateSpaceParams ParamsOf(const OperatorCall& call) {
  DiagonalStateSpaceParams params;
  params.groups = call.size['G'];
  params.state = call.size['N'];
  params.outputs = call.size['E'];
  params.inputs = call.inputs[kB] || call.inputs[kX] ? call.size['D'] : call.size['G'];
  params.b_parts = call.inputs[kB] ? call.size['Q'] : 1;
  params.c_parts = call.size['P'];
  params.A = call.inputs[kA];
  params.C = call.inputs[kC];
  params.B = call.inputs[kB];
  params.dt = call.inputs[kDt];
  params.D = call.inputs[kD];
  params.discretization = static_cast<Discretization>(static_cast<int>(call.attributes[0]));
  params.reverse = call.attributes[1] != 0;
  return params;
}

std::int64_t Steps(const DiagonalStateSpaceParams& p) { return p.bank() ? p.inputs : p.state; }

std::shared_ptr<const void> Prepare(const OperatorCall& call, Isa isa) {
  if (!call.inputs[kA] || !call.inputs[kC]) return nullptr;
  const DiagonalStateSpaceParams params = ParamsOf(call);
  if (params.dt && call.size['T'] != Steps(params)) return nullptr;
  std::shared_ptr<Prepared> prepared(new (std::nothrow) Prepared{WeightsOf(call), nullptr});
  if (!prepared || !MakeDiagonalPlan(params, isa, &prepared->plan).ok()) return nullptr;
  return prepared;
}

Status Compute(const OperatorCall& call, const Parallel& parallel, Isa isa) {
  DiagonalStateSpaceParams params = ParamsOf(call);
  params.batch = call.size['B'];
  params.length = call.size['L'];
  params.x = call.inputs[kX];
  params.h0 = call.inputs[kH0];
  params.y = call.outputs[0];
  params.h = call.outputs[1];
  params.SetContiguous();
  if (params.dt && call.size['T'] != Steps(params)) {
    return Status::InvalidArgument("DiagonalStateSpace: input dt has the shape [%lld], expected [%s=%lld]", static_cast<long long>(call.size['T']),
                                   params.bank() ? "D" : "N", static_cast<long long>(Steps(params)));
  }
  const auto* prepared = static_cast<const Prepared*>(call.prepared);
  if (prepared && prepared->weights == WeightsOf(call)) params.plan = prepared->plan.get();
  return DiagonalStateSpace(params, parallel, isa);
}

}  // namespace

const Operator& DiagonalStateSpaceOperator() {
  static const Operator op = {"DiagonalStateSpace",
                              {{"x", "B L D"},
                               {"A", "G N 2 | N 2"},
                               {"C", "E N P | E N"},
                               {"B", "N D Q | N D", true},
                               {"dt", "T", true},
                               {"D", "E", true},
                               {"h0", "B G N 2", true}},
                              {{"y", "B L E"}, {"h", "B G N 2", true}},
                              {{"discretization", {"none", "exponential", "zoh", "bilinear"}}, {"reverse"}},  // the choices in the order of Discretization
                              Compute,
                              Prepare};
  return op;
}

}  // namespace ssm
