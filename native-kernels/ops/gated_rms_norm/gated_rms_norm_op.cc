#include "ops/gated_rms_norm/gated_rms_norm.h"
#include "ops/operator.h"

namespace ssm {
namespace {

constexpr const char* kRows = "B H L D | B L D | L D | D";

Status Compute(const OperatorCall& call, const Parallel& parallel, Isa isa) {
  GatedRmsNormParams params;
  params.batch = call.size['B'];
  params.length = call.size['H'] * call.size['L'];
  params.channels = call.size['D'];
  params.x = call.inputs[0];
  params.weight = call.inputs[1];
  params.z = call.inputs[2];
  params.y = call.outputs[0];
  params.epsilon = static_cast<float>(call.attributes[0]);
  params.groups = static_cast<std::int64_t>(call.attributes[1]);
  params.norm_before_gate = call.attributes[2] != 0;
  params.SetContiguous();
  return GatedRmsNorm(params, parallel, isa);
}

}  // namespace

const Operator& GatedRmsNormOperator() {
  static const Operator op = {"GatedRmsNorm",
                              {{"x", kRows}, {"weight", "D"}, {"z", kRows, true}},
                              {{"y", kRows}},
                              {Attribute::Real("epsilon", 1e-5), Attribute::Count("groups", 1), {"norm_before_gate"}},
                              Compute};
  return op;
}

}  // namespace ssm
